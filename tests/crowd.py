"""Four people who write into one register at the same moment, each from the form they were shown."""

import json
import random
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

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
    """The four, signed in, and what they are about to send."""

    def __init__(self, house: House, seed: int) -> None:
        self._house = house
        self._luck = random.Random(seed)  # noqa: S311
        told = json.loads((house.var / "demo_accounts.json").read_text(encoding="utf-8"))
        passwords = {account["role"]: account for account in told}
        self._people = [Person(house) for _ in WRITERS]
        for person, role in zip(self._people, WRITERS, strict=True):
            person.sign_in(passwords[role]["email"], passwords[role]["password"])

    def writes(self, count: int, resources: int) -> list[Write]:
        """Corrections of some resources, a tenth of them additions; all from forms shown just now."""
        with Session(open_engine(lambda: self._house.cluster.conninfo)) as db:
            ids = list(db.scalars(_RESOURCES, {"town": TOWN, "limit": resources}))
        assert len(ids) == resources
        pages = [f"/resources/{id_}/edit" for id_ in ids]
        forms = {page: fields_of(self._people[0].get(page).text) for page in pages}
        empty = fields_of(self._people[0].get(f"/resources/add/{TOWN}").text)
        return [
            self._addition(number, empty)
            if number % 10 == 0
            else self._correction(number, *self._luck.choice(list(forms.items())))
            for number in range(count)
        ]

    def _correction(self, number: int, path: str, form: dict[str, str]) -> Write:
        chosen = self._luck.sample(FIELDS, self._luck.randint(1, 2))
        typed = {name: f"{name} {number}" for name in chosen if name != "openings"}
        if "openings" in chosen:
            typed |= {"days": "毎週火曜", "opens": f"{number // 60 % 24:02}:{number % 60:02}"}
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

    def send(
        self, writes: list[Write], strike: Callable[[], object] = lambda: None
    ) -> dict[str, Answer]:
        """Draft → answer. ``strike`` happens when some of them, by luck, have been answered."""
        answers: dict[str, Answer] = {}
        lock = threading.Lock()

        def send_one(write: Write) -> None:
            answer = self._people[write.person].post(write.path, write.form)
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


_RESOURCES = text("select id from resource where municipality = :town order by number limit :limit")
_DRAFTS = text(
    "select v.draft::text, v.resource, v.revision, v.changed from resource_revision v"
    " where v.draft is not null order by v.resource, v.revision"
)


def problems(house: House, writes: list[Write], answers: dict[str, Answer]) -> list[str]:
    """What is lost, doubled, half done or answered wrongly, after all of it has come to rest."""
    engine = open_engine(lambda: house.cluster.conninfo)
    with Session(engine) as db:
        found = books.problems(db, house.var / "originals")
        applied = {row.draft: row for row in db.execute(_DRAFTS)}
    engine.dispose()
    for write in writes:
        answer = answers[write.draft]
        if answer.was_saved and write.draft not in applied:
            found.append(f"told to be saved, and lost: {write}")
        if answer.status == 302 and not answer.was_saved:
            found.append(f"sent elsewhere, and told {answer.said!r}: {write}")
        if answer.status in (409, 422) and write.draft in applied:
            found.append(f"told to be refused, and written: {write}")
        if answer.status not in (0, 302, 409, 503):
            found.append(f"answered {answer.status}: {answer.text[-800:]} {write}")
        if answer.status == 503 and "Retry-After" not in answer.headers:
            found.append("a 503 that does not say when to come back")
    return found + list(_unjust(writes, answers, applied))


def _unjust(writes, answers, applied):
    """Conflicts without a reason, and overwritten changes that nobody was asked about."""
    planned = {write.draft: write for write in writes}
    of_resource: dict[str, list] = {}
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
