"""自分で運転しない人: how many of those beyond, as far as a survey of the same areas and ages says.

A sample holds for a 圏域 and a class of age, no further (PRACTICE): other levels and ages have no answer here, and the
number of answers stands beside every share.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from geo.gap_map import GapMap
from geo.population import Said, said_of
from geo.records import population
from geo.records.population import Figure
from geo.scope import Scope

FEWEST = 10  # answers: as sources.needs_survey keeps them


@dataclass(frozen=True, slots=True)
class NotDriving:
    """Of one area. answers, not_driving: of the survey, in the asked ages; beyond: people beyond who do not drive
    themselves, float64, if those beyond drive as seldom as all of the area."""

    answers: int
    not_driving: int
    beyond: float


@dataclass(frozen=True, slots=True)
class Drivers:
    """The survey, and its areas; areas of which too few answered are left out."""

    survey: Said
    areas: dict[UUID, NotDriving]

    @property
    def by_id(self) -> dict[str, NotDriving]:
        """The same by the id as text."""
        return {str(area): one for area, one in self.areas.items()}


def not_driving(db: Session, scope: Scope, found: GapMap) -> Drivers | None:
    """None where no survey speaks of the level and the ages that were asked for."""
    for source in population.list_sources(db, scope):
        if source.kind != "survey" or source.level != found.question.level:
            continue
        told: dict[UUID, list[Figure]] = {}  # a line for each class of age
        for line in population.list_lines(db, scope, source.id):
            if line.district and not line.is_total:
                told.setdefault(line.district, []).extend(line.figures)
        answers = {
            area: pair for area, some in told.items() if (pair := _pair(some, found.question.age))
        }
        beyond = {row.id: float(row.leading.tally.beyond[0, 0]) for row in found.rows}
        areas = {
            area: NotDriving(asked, without, beyond[area] * without / asked)
            for area, (asked, without) in answers.items()
            if area in beyond
        }
        if areas:
            return Drivers(said_of(source), areas)
    return None


def _pair(figures: Sequence[Figure], age: int) -> tuple[int, int] | None:
    """(answers, not driving) of everybody from an age on; None where the classes do not begin there, or too few
    answered."""
    found = {}
    for measure in ("answers", "not_driving"):
        some = [one for one in figures if one.measure == measure and one.sex == "both"]
        some = [one for one in some if one.age_from >= age]
        if not some or min(one.age_from for one in some) != age:
            return None
        if all(one.age_to is not None for one in some):
            return None
        counts = [one.people for one in some]
        if any(count is None for count in counts):
            return None
        found[measure] = sum(count or 0 for count in counts)
    if found["answers"] < FEWEST:
        return None
    return found["answers"], found["not_driving"]
