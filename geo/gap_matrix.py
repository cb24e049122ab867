"""届きにくさの一覧: every kind of a municipality by area on one page.

Each kind is counted once for each state of what it was counted from (DATA 10) and kept in memory; whoever asks waits
for as many of the others as there is time for, and is told of how many nobody has counted yet.
"""

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from threading import Lock
from uuid import UUID

from sqlalchemy.orm import Session

from geo.area import Area
from geo.gap_map import GapMap, gap_maps, together, whole
from geo.gap_questions import GapQuestion
from geo.possible_homes import Residents
from geo.records import kinds, shelf, versions
from geo.records.kinds import Kind
from geo.records.shelf import Wanted
from geo.scope import Scope
from geo.travel_profiles import in_use

_KEPT = 1_000  # our choice: kinds that stay counted, some 10 kB each with fifty areas


@dataclass(frozen=True, slots=True)
class Counted:
    """People of one area at both limits, as gap_map.whole has them; practical None where a kind has none."""

    leading: dict[str, int]
    practical: dict[str, int] | None


@dataclass(frozen=True, slots=True)
class KindRow:
    """A kind of the table. cells: area → what was counted, and of everybody; both empty while nobody has.

    by_area  it goes by service area, not by distance
    """

    kind: Kind
    resources: int
    by_area: bool
    cells: dict[UUID | None, Counted]
    everybody: Counted | None


@dataclass(frozen=True, slots=True)
class Matrix:
    """rows in the order of the kinds; without: kinds of which nothing is registered; waiting: rows not counted yet."""

    rows: tuple[KindRow, ...]
    without: tuple[Kind, ...]

    @property
    def waiting(self) -> int:
        """Kinds that nobody has counted yet."""
        return sum(row.everybody is None for row in self.rows)


@dataclass(frozen=True, slots=True)
class _Kept:
    cells: dict[UUID | None, Counted]
    everybody: Counted
    by_area: bool


@dataclass
class Matrices:
    """What was counted last. One for a process, for all its threads."""

    _kept: OrderedDict[tuple[object, ...], _Kept] = field(default_factory=OrderedDict)
    _one_counts: Lock = field(default_factory=Lock)  # who comes meanwhile is shown what there is
    _held: Lock = field(default_factory=Lock)

    def find(self, key: tuple[object, ...]) -> _Kept | None:
        """What was counted for a key."""
        with self._held:
            if key in self._kept:
                self._kept.move_to_end(key)
            return self._kept.get(key)

    def keep(self, key: tuple[object, ...], found: GapMap) -> None:
        """Keep the people of an answer as whole ones."""
        counted = _Kept(
            {row.id: _counted([found], at) for at, row in enumerate(found.rows)},
            _counted([found], None),
            found.of[0].by_area,
        )
        with self._held:
            self._kept[key] = counted
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)

    @property
    def turn(self) -> Lock:
        """Who holds it counts; nobody waits for it."""
        return self._one_counts


def _counted(found: Sequence[GapMap], at: int | None) -> Counted:
    rows = found[0].rows
    row = together(rows) if at is None else rows[at]
    return Counted(whole(row.leading), whole(row.practical) if row.practical else None)


def matrix(
    db: Session,
    scope: Scope,
    residents: Residents,
    area: Area,
    question: GapQuestion,
    as_of: date,
    kept: Matrices,
    is_late: Callable[[], bool],
) -> Matrix | None:
    """The table of a question, whatever its kinds; None where no people were imported.

    is_late  asked before each kind that is counted: whether the reader has waited long enough
    Raises NotFound for a level that the municipality does not have.
    """
    every, counts = kinds.list_all(db, scope), shelf.count_by_kind(db, scope, Wanted())
    keys = _keys(db, scope, area, question, as_of, every)
    missing = [
        kind.code for kind in every if counts.get(kind.code) and not kept.find(keys[kind.code])
    ]
    if missing and kept.turn.acquire(blocking=False):
        answered = 0
        try:
            asked = (
                replace(question, kinds=(code,))
                for at, code in enumerate(missing)
                if at == 0 or not is_late()
            )
            for found in gap_maps(db, scope, residents, area, asked, as_of):
                kept.keep(keys[found.question.kinds[0]], found)
                answered += 1
        finally:
            kept.turn.release()
        if not answered:
            return None
    rows = [
        _row(kind, counts[kind.code], kept.find(keys[kind.code]))
        for kind in every
        if counts.get(kind.code)
    ]
    return Matrix(tuple(rows), tuple(kind for kind in every if not counts.get(kind.code)))


def _row(kind: Kind, resources: int, found: _Kept | None) -> KindRow:
    if found is None:
        return KindRow(kind, resources, False, {}, None)
    return KindRow(kind, resources, found.by_area, found.cells, found.everybody)


def _keys(
    db: Session,
    scope: Scope,
    area: Area,
    question: GapQuestion,
    as_of: date,
    every: Sequence[Kind],
) -> dict[str, tuple[object, ...]]:
    """Kind → everything that its numbers were made of: the versions of what is written, the streets, how fast
    people move, the kind's own limit, the day, and the question."""
    written = tuple(sorted(versions.list_values(db, scope).items()))
    speeds = tuple(in_use(db, scope).values())
    asked = (question.level, question.age, question.minutes, question.profile, question.open_to_all)
    when = question.rhythm.key if question.rhythm else ()
    reader = (scope.municipality, scope.is_public)
    common = (*reader, written, area.network.version, speeds, as_of, *asked, *when)
    return {
        kind.code: (*common, kind.code, kind.reach, kind.limit_min, kind.profile) for kind in every
    }
