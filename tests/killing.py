"""``flask import`` killed by kill -9, and what is there afterwards: the old edition or the new one."""

import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
from sqlalchemy import NullPool, create_engine, text
from sqlalchemy.orm import Session

from geo import intake
from geo.records.intakes import Intake
from geo.scope import house
from tests import books
from tests.living import CHECKOUT, House, wait_for

LEVEL = "town"
HEADER = "ID,名称,住所,緯度,経度,種別,料金,利用可能曜日,開始時間,終了時間,団体名"
# Everything that an import may write, as two numbers a table; the audit's and the intakes' own
# numbers and times aside, which a transaction that was undone leaves behind as gaps.
PICTURE = """
    select jsonb_build_object(
        'municipality', (select count(*) from municipality),
        'kind', (select count(*) from kind),
        'audit', (select count(*) from audit),
        'intake', (select jsonb_agg(sha256 order by number) from intake where municipality = :m),
        'version', (select jsonb_object_agg(noun, value) from version where municipality = :m),
        'rows', (select jsonb_agg(n order by n) from (
            select 'resource ' || md5(string_agg(t::text, '' order by id)) n
                from resource t where municipality = :m
            union all select 'opening ' || md5(string_agg(t::text, '' order by resource, position))
                from opening t where municipality = :m
            union all select 'revision ' || md5(string_agg(t::text, '' order by resource, revision))
                from resource_revision t where municipality = :m
            union all select 'source ' || md5(string_agg(t::text, '' order by dataset, key))
                from source_row t where municipality = :m
            union all select 'district ' || md5(string_agg(t::text, '' order by id))
                from district t where municipality = :m
            union all select 'level ' || md5(string_agg(t::text, '' order by code))
                from level t where municipality = :m
        ) tables))
"""


def resources_file(path: Path, rows: int, edition: int) -> Path:
    """A list whose next edition changes every row."""
    lines = [
        f"A{n},茶の間{n},松葉{n},{32.5 + n % 100 / 1000:.3f},{136 + n // 100 / 1000:.3f},サロン,"
        f"{edition}円,第2・第4火曜,10:00,{11 + edition % 9}:30,会{n % 500}"
        for n in range(rows)
    ]
    path.write_text("\n".join([HEADER, *lines]) + "\n", encoding="utf-8")
    return path


def districts_file(path: Path, rows: int, edition: int) -> Path:
    """As many squares beside each other; the next edition moves each of them a little."""
    step, shift = 0.001, edition * 1e-5
    features = []
    for n in range(rows):
        west, south = 136 + n % 40 * step + shift, 32.5 + n // 40 * step
        ring = [
            [west, south],
            [west + step, south],
            [west + step, south + step],
            [west, south + step],
        ]
        features.append(
            {
                "type": "Feature",
                "properties": {"name": f"町{n}", "code": f"{n:05}"},
                "geometry": {"type": "Polygon", "coordinates": [[*ring, ring[0]]]},
            }
        )
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    return path


class Delivery:
    """One file on its way into one municipality, by ``flask import`` as a process of its own."""

    def __init__(self, home: House, what: str, municipality: str, file: Path) -> None:
        self._home, self._what, self._municipality, self._file = home, what, municipality, file
        self._originals = home.var / "originals"
        more = ["--level", LEVEL] if what == "districts" else []
        self._words = ["import", what, str(file), "--municipality", municipality, *more]
        self._engine = create_engine(
            "postgresql+psycopg://",
            creator=lambda: psycopg.connect(home.cluster.conninfo),
            poolclass=NullPool,
        )
        self._name = f"import-{uuid4().hex[:8]}"
        self._watching: psycopg.Connection | None = None  # open while one waits: asked each moment

    def run(self) -> Intake:
        """To the end, as the command does."""
        scope, delivery = house(self._municipality), intake.Delivery(self._file, self._originals)
        with Session(self._engine, expire_on_commit=False) as db, db.begin():
            if self._what == "districts":
                return intake.run_districts(db, scope, delivery, LEVEL)
            return intake.run_resources(db, scope, delivery)

    def seconds(self) -> float:
        """How long the command takes when nobody kills it."""
        began = time.monotonic()
        self._home.flask(*self._words)
        return time.monotonic() - began

    def kill(self, moment: Callable[[subprocess.Popen], None]) -> str:
        """Start, wait for the moment, kill -9. What is there afterwards: nothing or everything."""
        before = self.picture()
        process = subprocess.Popen(
            [sys.executable, "-m", "flask", *self._words],
            cwd=CHECKOUT,
            env=self._home.environment() | {"PGAPPNAME": self._name},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        with psycopg.connect(self._home.cluster.conninfo, autocommit=True) as self._watching:
            moment(process)
            process.kill()
            process.wait()
            wait_for(
                lambda: not self._asked(), "PostgreSQL to notice that nobody is there any more"
            )
        after = self.picture()
        if after == before:
            return "nothing"
        told = self._last_intake()
        assert told["audited"] == 1, told
        assert told["wrote"] == told["added"] + told["changed"] == told["rows"], told
        return "everything"

    def until(self, statement: str, more_s: float = 0.0) -> Callable[[subprocess.Popen], None]:
        """The moment at which PostgreSQL works on a statement of this import."""

        def moment(process: subprocess.Popen) -> None:
            wait_for(
                lambda: statement in self._asked() or process.poll() is not None,
                f"{statement!r} of the import",
            )
            time.sleep(more_s)

        return moment

    def picture(self) -> dict[str, Any]:
        """All that the municipality has, and that was written down about it."""
        with Session(self._engine) as db:
            return db.scalar(text(PICTURE), {"m": self._municipality})

    def register(self) -> dict[str, Any]:
        """What reading the same file again must not change; that it was read is one intake more."""
        picture = self.picture()
        versions = {noun: n for noun, n in picture["version"].items() if noun != "intakes"}
        return {"rows": picture["rows"], "version": versions, "kind": picture["kind"]}

    def problems(self) -> list[str]:
        """What does not agree in the books."""
        with Session(self._engine) as db:
            return books.problems(db, self._originals)

    def _asked(self) -> str:
        assert self._watching
        rows = self._watching.execute(_ACTIVITY, {"name": self._name}).fetchall()
        return " ".join(row[0] for row in rows)

    def _last_intake(self) -> dict[str, int]:
        with Session(self._engine) as db:
            return dict(db.execute(_LAST, {"m": self._municipality}).mappings().one())


_ACTIVITY = "select query || '.' from pg_stat_activity where application_name = %(name)s"
_LAST = text("""
    select i.added, i.changed, i.rows,
           (select count(*) from resource_revision where intake = i.id)
           + (select count(*) from district where intake = i.id) wrote,
           (select count(*) from audit where thing_id = i.id::text) audited
    from intake i where municipality = :m order by number desc limit 1
""")
