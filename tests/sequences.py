"""Random sequences in the field, played by node against a living house (tests/soak/sequences.mjs), and the search
for every change afterwards: in the register once, or on its device and shown there. tests/soak plays ten
thousand, tests/routes/test_field_survives a hundred.
"""

import hashlib
import json
import subprocess
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import psycopg
from sqlalchemy import NullPool, create_engine, text
from sqlalchemy.orm import Session

from app import Settings, create_app
from geo import intake
from geo.records import accounts
from geo.records.accounts import AccountSession
from geo.scope import house as house_scope
from routes._sessions import TOKEN
from tests import books
from tests.conftest import TOWN, Databases
from tests.killing import resources_file
from tests.living import CHECKOUT, House, SmallHouse

WRITERS = ("administrator", "official", "coordinator_1", "support_centre")
PROGRAM = CHECKOUT / "tests/soak/sequences.mjs"


@dataclass(frozen=True, slots=True)
class Told:
    """What a run ended with.

    lost     changes that are neither in the register nor on their device
    twice    changes that are in the register more than once
    silent   changes on a device that it does not show, or shows without a reason
    wrong    told to be refused, or given up, and written all the same
    unseen   others' values that were overwritten without their having been shown
    """

    lost: list[str]
    twice: list[str]
    silent: list[str]
    wrong: list[str]
    unseen: list[str]
    counts: dict[str, Any]

    @property
    def problems(self) -> list[str]:
        return [*self.lost, *self.twice, *self.silent, *self.wrong, *self.unseen]

    def __str__(self) -> str:
        parts = ("lost", "twice", "silent", "wrong", "unseen")
        return ", ".join(f"{part} {len(getattr(self, part))}" for part in parts)


class Borrowed(SmallHouse):
    """A house over a copy of the tests' database: there at once, and nobody kills that."""

    def __init__(self, var: Path, databases: Databases) -> None:
        super().__init__(var)
        self._databases = databases
        self.cluster = SimpleNamespace(conninfo=databases.application, stop=lambda: None)

    def environment(self) -> dict[str, str]:
        """Of every process of this house."""
        urls = {"DATABASE_URL": self._databases.application}
        return super().environment() | urls | {"DATABASE_OWNER_URL": self._databases.owner}


class Field:
    """A house with an entry for each sequence, and people who are signed in on their devices."""

    def __init__(self, house: House, folder: Path, count: int) -> None:
        self._house, self._folder, self._count = house, folder, count
        self._engine = create_engine(
            "postgresql+psycopg://",
            creator=lambda: psycopg.connect(house.cluster.conninfo),
            poolclass=NullPool,
        )
        entries = resources_file(folder / "entries.csv", count, edition=1)
        delivery = intake.Delivery(entries, house.var / "originals")
        with Session(self._engine) as db, db.begin():
            intake.run_resources(db, house_scope(TOWN), delivery, kind="salon")

    def play(self, seed: int, together: int, strikes: dict[int, Callable[[], object]]) -> Told:
        """All sequences, so many at a time; ``strikes``: after so many sequences, what happens."""
        where, out = self._folder / "address", self._folder / f"stories-{seed}.json"
        where.write_text(self._house.address)
        config = self._folder / f"config-{seed}.json"
        asked = {"seed": seed, "count": self._count, "together": together, "out": str(out)}
        asked |= {"address_file": str(where), **self._people()}
        config.write_text(json.dumps(asked))
        began, waiting = time.monotonic(), dict(sorted(strikes.items()))
        said = self._folder / f"said-{seed}.txt"
        with said.open("wb") as words:
            with subprocess.Popen(
                ["node", PROGRAM, config], stdout=subprocess.PIPE, stderr=words, text=True
            ) as program:
                for line in program.stdout:
                    done = json.loads(line)["done"]
                    while waiting and done >= next(iter(waiting)):
                        waiting.pop(next(iter(waiting)))()
                        where.write_text(self._house.address)
            assert program.returncode == 0, said.read_text()
        assert waiting == {}, "the run ended before everything had happened"
        played = json.loads(out.read_text())
        return self._look(played, time.monotonic() - began)

    def kill_server(self) -> None:
        """kill -9, and started again."""
        self._house.kill_server()
        self._house.serve()

    def kill_database(self) -> None:
        """kill -9; the server starts it again by itself."""
        self._house.kill_database()

    def _people(self) -> dict[str, Any]:
        """Four writers with a session that counts and one that has run out, and the entries' ids."""
        house = self._house
        app = create_app(Settings(var=house.var, database_url=house.cluster.conninfo))
        with Session(self._engine) as db, db.begin():
            rows = {row.role: row for row in accounts.list_all(db, house_scope(TOWN))}
            people = [
                {
                    "id": str(rows[role].id),
                    "good": _cookie(app, _session(db, rows[role].id, timedelta(days=1))),
                    "expired": _cookie(app, _session(db, rows[role].id, -timedelta(hours=1))),
                }
                for role in WRITERS
            ]
            entries = db.scalars(_ENTRIES, {"town": TOWN}).all()
        return {"accounts": people, "entries": [str(id_) for id_ in entries]}

    def _look(self, played: dict[str, Any], seconds: float) -> Told:
        with Session(self._engine) as db:
            register = Register(db)
            told = Told([], [], [], [], [], {})
            changes: Counter[str] = Counter()
            for story in played["stories"]:
                changes += _look_at(story, register, told)
            told.wrong.extend(books.problems(db))
            conflicts = db.scalar(text("select count(*) from conflict"))
        left = Counter(
            draft["state"]
            for story in played["stories"]
            for standing in story["standing"]
            for draft in standing["drafts"]
        )
        told.counts.update(
            sequences=len(played["stories"]),
            seconds=round(seconds),
            changes=dict(changes),
            still_on_devices=dict(left),
            conflicts=conflicts,
            browsers_killed=sum(story["kills"] for story in played["stories"]),
            steps=played["steps"],
            network=played["faults"],
        )
        return told


class Register:
    """What is in the database, by what was written."""

    def __init__(self, db: Session) -> None:
        self.fields: dict[tuple[str, str, Any], list[Any]] = {}
        for row in db.execute(
            text("select resource::text, changed, before from resource_revision")
        ):
            for field, value in row.changed.items():
                if isinstance(value, str):
                    known = self.fields.setdefault((row.resource, field, value), [])
                    known.append(row.before.get(field))
        self.visits = Counter(db.scalars(text("select note from visit")))
        self.photos = Counter(db.scalars(text("select caption from photo")))

    def find(self, change: dict[str, Any]) -> list[Any]:
        """What stood there before, for each time that a change was written."""
        if change["what"] == "field":
            return self.fields.get((change["resource"], change["field"], change["value"]), [])
        kept = self.visits if change["what"] == "visit" else self.photos
        return [None] * kept[change["value"]]


def _look_at(story: dict[str, Any], register: Register, told: Told) -> Counter[str]:
    """Look for all that was written in one sequence."""
    drafts = [
        {**draft, "device": standing["name"]}
        for standing in story["standing"]
        for draft in standing["drafts"]
    ]
    told.silent.extend(
        f"{story['number']}: {words}"
        for standing in story["standing"]
        for words in standing["silent"]
    )
    if not story["isLeft"]:
        told.silent.extend(f"{story['number']}: never sent {draft}" for draft in drafts)
    seen: Counter[str] = Counter()
    for change in story["log"]:
        seen[change["what"]] += 1
        on_device = [draft for draft in drafts if _holds(draft, change)]
        written = register.find(change)
        line = f"{story['number']}: {change}, on the device {on_device}, in the register {written}"
        given_up = change.get("ended")
        if len(written) > 1:
            told.twice.append(line)
        if not written and not on_device and not given_up:
            told.lost.append(line)
        if written and (given_up or any(d["state"] not in UNSURE for d in on_device)):
            told.wrong.append(line)
        is_field = change["what"] == "field" and change["field"] != "name"
        if is_field and written and written[0] != change["saw"]:
            told.unseen.append(line)
    return seen


UNSURE = ("waiting", "sending", "sign_in")  # its answer was lost: it may have arrived


def _holds(draft: dict[str, Any], change: dict[str, Any]) -> bool:
    payload = draft["payload"] or {}
    if draft["device"] != change["by"] or draft["resource"] != change["resource"]:
        return False
    if change["what"] == "field":
        return payload.get("edits", {}).get(change["field"]) == change["value"]
    return change["value"] in (payload.get("note"), payload.get("caption"))


def _session(db: Session, account: Any, lasts: timedelta) -> str:
    now, token = datetime.now(UTC), uuid4().hex
    db.add(
        AccountSession(
            id=uuid4(),
            token_hash=hashlib.sha256(token.encode()).hexdigest(),
            account=account,
            device="test",
            created_at=now,
            seen_at=now,
            ends_at=now + lasts,
            ended_at=None,
        )
    )
    return token


def _cookie(app: Any, token: str) -> str:
    signer = app.session_interface.get_signing_serializer(app)
    return str(signer.dumps({TOKEN: token, "_permanent": True}))


_ENTRIES = text(
    "select id from resource where municipality = :town and intake is not null order by number desc"
)
