"""Four people who write into one register at the same moment, each from the form they were shown."""

import itertools
import json
import random
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from geo.days import WEEKDAYS
from geo.records.database import open_engine
from geo.sources.model_town import corner_lonlat
from tests import books
from tests.conftest import TOWN
from tests.living import Answer, House, Person, fields_of, wait_for

WRITERS = ("administrator", "official", "coordinator_1", "support_centre")
FIELDS = ("fee", "booking", "contact", "phone", "description", "address", "openings")
THREADS = 16  # twice as many as the server has: somebody always waits


@dataclass(frozen=True, slots=True)
class Write:
    """One form as it is sent. ``fields`` it changes; ``base`` None: a resource that is new."""

    person: int
    path: str
    form: dict[str, str]
    fields: frozenset[str]
    base: int | None

    @property
    def draft(self) -> str:
        return self.form["draft"]

    def __str__(self) -> str:
        return f"{sorted(self.fields)} of {self.path} from {self.base}, draft {self.draft}"


class Crowd:
    """The four, signed in. Their sessions outlive the server and the database."""

    def __init__(self, house: House, seed: int) -> None:
        self._house = house
        self._numbers = itertools.count()  # no two writes say the same
        self._luck = random.Random(seed)  # noqa: S311
        told = json.loads((house.var / "demo_accounts.json").read_text(encoding="utf-8"))
        passwords = {account["role"]: account for account in told}
        self._people = [Person(house, f"192.0.2.{n}") for n, _ in enumerate(WRITERS, start=1)]
        for person, role in zip(self._people, WRITERS, strict=True):
            person.sign_in(passwords[role]["email"], passwords[role]["password"])

    def writes(self, count: int, resources: int) -> list[Write]:
        """Corrections of some resources, a tenth of them additions; all from forms shown just now."""
        engine = open_engine(lambda: self._house.cluster.conninfo)
        with Session(engine) as db:
            ids = list(db.scalars(_RESOURCES, {"town": TOWN, "limit": resources}))
        engine.dispose()
        assert len(ids) == resources
        pages = [f"/resources/{id_}/edit" for id_ in ids]
        forms = {page: fields_of(self._people[0].get(page).text) for page in pages}
        empty = fields_of(self._people[0].get(f"/resources/add/{TOWN}").text)
        numbers = [next(self._numbers) for _ in range(count)]
        return [
            self._addition(number, empty)
            if number % 10 == 0
            else self._correction(number, *self._luck.choice(list(forms.items())))
            for number in numbers
        ]

    def _correction(self, number: int, path: str, form: dict[str, str]) -> Write:
        chosen = self._luck.sample(FIELDS, self._luck.randint(1, 2))
        typed = {name: f"{name} {number}" for name in chosen if name != "openings"}
        if "openings" in chosen:
            day, minute = divmod(number, 1440)
            typed |= {"days": f"毎週{WEEKDAYS[day]}曜", "opens": f"{minute // 60}:{minute % 60:02}"}
        form = form | typed | {"draft": str(self._id())}
        return Write(self._person(), path, form, frozenset(chosen), int(form["base"]))

    def _addition(self, number: int, form: dict[str, str]) -> Write:
        lon, lat = corner_lonlat(number % 40, 7)
        typed = {"kind": "salon", "name": f"新しい会 {number}", "lon": str(lon), "lat": str(lat)}
        ids = {"draft": str(self._id()), "resource": str(self._id())}
        path = f"/resources/add/{TOWN}"
        return Write(self._person(), path, form | typed | ids, frozenset(), None)

    def _person(self) -> int:
        return self._luck.randrange(len(self._people))

    def _id(self) -> UUID:
        return UUID(int=self._luck.getrandbits(128), version=4)

    def post(self, write: Write, **instead: str) -> Answer:
        """One write, perhaps with other words in it."""
        return self._people[write.person].post(write.path, write.form | instead)

    def send(
        self, writes: list[Write], strike: Callable[[], object] = lambda: None
    ) -> dict[str, Answer]:
        """Draft → answer. ``strike`` happens when some of them, by luck, have been answered."""
        answers: dict[str, Answer] = {}
        lock = threading.Lock()

        def send_one(write: Write) -> None:
            answer = self.post(write)
            with lock:
                answers[write.draft] = answer

        moment = self._luck.randrange(len(writes) // 8, len(writes) * 5 // 8)
        with ThreadPoolExecutor(THREADS) as crowd:
            sent = [crowd.submit(send_one, write) for write in writes]
            wait_for(lambda: len(answers) >= moment, f"{moment} answers")
            strike()
        for one in sent:
            one.result()
        return answers

    def storm(
        self,
        count: int,
        resources: int,
        strike: Callable[[], object] = lambda: None,
        revive: Callable[[], object] = lambda: None,
    ) -> Counter[str]:
        """Send, strike, revive, look; send all of it again, look again. Returns how it was told."""
        writes = self.writes(count, resources)
        first = self.send(writes, strike)
        revive()
        self._look(writes, first)
        again = self.send(writes)
        self._look(writes, again)
        assert {answer.status for answer in again.values()} <= {302, 409}
        forgotten = [draft for draft in first if first[draft].was_saved > again[draft].was_saved]
        assert forgotten == [], "told to be saved, and not known the second time"
        return Counter(answer.said or str(answer.status) for answer in first.values())

    def _look(self, writes: list[Write], answers: dict[str, Answer]) -> None:
        """Nothing is lost, doubled, half done or answered wrongly, now that all came to rest."""
        engine = open_engine(lambda: self._house.cluster.conninfo)
        with Session(engine) as db:
            found = books.problems(db, self._house.var / "originals")
            applied = {row.draft: row for row in db.execute(_DRAFTS)}
        engine.dispose()
        for write in writes:
            found += _wrong_answer(write, answers[write.draft], write.draft in applied)
        found += _unjust(writes, answers, applied)
        assert not found, "\n".join(found[:5])


_RESOURCES = text("select id from resource where municipality = :town order by number limit :limit")
_DRAFTS = text(
    "select v.draft::text, v.resource, v.revision, v.changed from resource_revision v"
    " where v.draft is not null order by v.resource, v.revision"
)


def _wrong_answer(write: Write, answer: Answer, is_written: bool) -> Iterator[str]:
    """Told one thing and done another; or not told in the way that was promised."""
    if answer.was_saved and not is_written:
        yield f"told to be saved, and lost: {write}"
    if answer.status == 302 and not answer.was_saved:
        yield f"sent elsewhere, and told {answer.said!r}: {write}"
    if answer.status == 409 and is_written:
        yield f"told to be refused, and written: {write}"
    if answer.status not in (0, 302, 409, 503):
        yield f"answered {answer.status}: {answer.text[-800:]} {write}"
    if answer.status == 503 and "Retry-After" not in answer.headers:
        yield "a 503 that does not say when to come back"


def _unjust(
    writes: list[Write], answers: dict[str, Answer], applied: dict[str, Any]
) -> Iterator[str]:
    """Conflicts without a reason, and overwritten changes that nobody was asked about."""
    planned = {write.draft: write for write in writes}
    of_resource: dict[str, list[Any]] = {}
    for draft, row in applied.items():
        if draft in planned:
            of_resource.setdefault(planned[draft].path, []).append(row)
    for write in writes:
        if write.base is None:
            continue
        rivals = [
            row
            for row in of_resource.get(write.path, [])
            if row.revision > write.base and write.fields & set(row.changed)
        ]
        if answers[write.draft].status == 409 and not rivals:
            yield f"a conflict with nobody: {write}"
        mine = applied.get(write.draft)
        if mine and set(mine.changed) != write.fields:
            yield f"other fields written than typed: {sorted(mine.changed)} {write}"
        if mine and any(row.revision < mine.revision for row in rivals):
            yield f"somebody else's change was overwritten: {write}"
