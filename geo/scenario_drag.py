"""検討案の下見: what changes while a place is moved over the map, before anybody keeps it.

What does not move is reckoned once: today's answer, and on which days each home has what else the plan has. A
movement costs one search around the place, and asks anew the homes within its reach alone (geo.gap_reach.and_more).
"""

from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from threading import Lock
from uuid import UUID

import numpy as np
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from geo.area import Area
from geo.errors import Invalid
from geo.gap_map import GapMap, OfKind, answered, gap_map, of_question
from geo.gap_offers import Entry, OfferSet, offers
from geo.gap_questions import GapQuestion
from geo.gap_reach import Limit, OpenOn, Reached, Town, and_more, judged, opened
from geo.possible_homes import Residents
from geo.records import kinds, scenarios, versions
from geo.records.kinds import Kind
from geo.scenario import Weighed, means_of, there_after, weighed
from geo.scenario_book import Plan, read
from geo.scenario_steps import Step, added, moved
from geo.scope import Scope
from geo.travel_profiles import in_use

_KEPT = 8  # our choice: plans under a finger at once, each some 5 MB in a city of 60,000
_AT_ONCE = 4  # our choice: what is dragged in one plan, one after the other
_FORMS = 64  # our choice: what is dragged, as its form says it; each other word in it is another


@dataclass(slots=True)
class _Still:
    """What does not move.

    of, open_on, reached   what is there but the moved one, kind by kind
    entry     the entry of the register that is moved; None for one that is added
    sets      form of a step → what it offers, wherever it stands
    """

    of: tuple[OfKind, ...]
    open_on: list[dict[Limit, OpenOn]]
    reached: list[dict[Limit, Reached]]
    entry: Entry | None
    sets: dict[str, tuple[OfferSet, ...]] = field(default_factory=dict)


@dataclass(slots=True)
class Dragging:
    """A plan as somebody drags in it, read once for each state of what it hangs on.

    asked    the words of its question;  kinds  by code
    before   today's answer
    town     with its homes; its session is of a request that has ended
    group    (homes,) row of the answers' areas
    """

    plan: Plan
    asked: Mapping[str, str]
    kinds: dict[str, Kind]
    before: GapMap
    town: Town
    group: NDArray[np.int32]
    as_of: date
    stills: OrderedDict[UUID | None, _Still] = field(default_factory=OrderedDict)

    @property
    def question(self) -> GapQuestion:
        """What the plan asks."""
        return self.before.question


class Drags:
    """Plans that were dragged in last. One for a process, for all its threads."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[object, ...], Dragging] = OrderedDict()
        self._held = Lock()

    def find(self, key: tuple[object, ...]) -> Dragging | None:
        """What was kept for a key."""
        with self._held:
            if key in self._kept:
                self._kept.move_to_end(key)
            return self._kept.get(key)

    def keep(self, key: tuple[object, ...], dragging: Dragging) -> None:
        """Keep it, and let the oldest go."""
        with self._held:
            self._kept[key] = dragging
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)


def begun(
    db: Session,
    scope: Scope,
    residents: Residents,
    area: Callable[[], Area],
    scenario: UUID,
    as_of: date,
    kept: Drags,
) -> Dragging:
    """A plan to drag in: of the same state of plan, register, streets and speeds it is read once.

    area  opens the streets, where they are needed
    Raises NotFound, Invalid where the plan cannot be answered.
    """
    revision = scenarios.get_revision(db, scope, scenario)
    written = tuple(sorted(versions.list_values(db, scope).items()))
    speeds = tuple(in_use(db, scope).values())
    key = (scope.municipality, scenario, revision, written, speeds, as_of)
    found = kept.find(key)
    if found is None:
        found = _read(db, scope, residents, area(), scenario, as_of)
        kept.keep(key, found)
    return found


def _read(
    db: Session, scope: Scope, residents: Residents, area: Area, scenario: UUID, as_of: date
) -> Dragging:
    plan = read(db, scope, scenario, as_of)
    question = plan.question
    before = gap_map(db, scope, residents, area, question, as_of)
    if before is None:
        raise Invalid(fields={"municipality": "no_people"})
    town = Town(db, scope, residents, area, question.rhythm)
    town.joined(before.of[0].leading.profile)
    group = town.areas(question.level).group
    among = {code: kinds.get(db, scope, code) for code in question.kinds}
    return Dragging(plan, plan.row.question, among, before, town, group, as_of)


def dragged(db: Session, scope: Scope, dragging: Dragging, step: Step) -> Weighed:
    """What the plan would change if the step stood among its steps: as ``weigh`` of them, and quicker each time after
    the first.

    step  adds or moves something; the one that is dragged, with the place where it is
    Raises Invalid for a kind that goes by area, for what has many halts, and for what does not run.
    """
    town = dragging.town.again(db, scope)
    key = _key(dragging, step)
    still = dragging.stills.get(key)
    if still is None:
        still = _still(town, dragging, step)
        dragging.stills[key] = still
        while len(dragging.stills) > _AT_ONCE:
            dragging.stills.popitem(last=False)
    kind = step.kind if step.do == "add" else (still.entry.kind if still.entry else "")
    at = next((at for at, of in enumerate(still.of) if of.kind.code == kind), None)
    if at is None:
        raise Invalid(fields={"kind": "unknown_choice"})
    if still.of[at].by_area:
        raise Invalid(fields={"kind": "not_by_distance"})
    sets = _sets(town, dragging, still, still.of[at], step)
    found = list(still.reached)
    found[at] = and_more(town, sets, still.open_on[at], still.reached[at])
    after = answered(town, dragging.question, still.of, found, dragging.before.living)
    return weighed(dragging.group, dragging.before, after)


def _key(dragging: Dragging, step: Step) -> UUID | None:
    """What stands still beside a step: the same for everything that is new in the plan."""
    is_there = any((one.do, one.about) == (step.do, step.about) for one in dragging.plan.steps)
    return step.about if is_there or step.do == "move" else None


def _still(town: Town, dragging: Dragging, step: Step) -> _Still:
    db, scope, as_of = town.db, town.scope, dragging.as_of
    others = [one for one in dragging.plan.steps if (one.do, one.about) != (step.do, step.about)]
    after = there_after(db, scope, others, as_of)
    taken: list[Entry] = []

    def there(db: Session, scope: Scope, kind: str) -> tuple[Entry, ...]:
        found = after(db, scope, kind)
        taken.extend(entry for entry in found if entry.id == step.about)
        return tuple(entry for entry in found if entry.id != step.about)

    of = of_question(db, scope, dragging.question, in_use(db, scope), as_of, there)
    if step.do == "move" and not taken:
        raise Invalid(fields={"resource": "unknown_choice"})
    open_on = [opened(town, one.offers, one.limits) for one in of]
    pairs = zip(of, open_on, strict=True)
    reached = [judged(town, one.offers, days) for one, days in pairs]
    return _Still(of, open_on, reached, next(iter(taken), None))


def _sets(town: Town, dragging: Dragging, still: _Still, of: OfKind, step: Step) -> list[OfferSet]:
    """What the moved one offers, at the place where it is."""
    if step.place is None:
        raise Invalid(fields={"place": "required"})
    form = step.model_dump_json(exclude={"id", "place"})
    if form not in still.sets:
        if still.entry and step.do == "move":
            entry = moved(still.entry, step.place)
        else:
            entry = added(step, means_of(town.db, town.scope, [step]), dragging.as_of)
        if entry.halts:
            raise Invalid(fields={"resource": "has_halts"})
        if len(still.sets) >= _FORMS:
            still.sets.clear()
        still.sets[form] = offers(of.kind, [entry], dragging.question, dragging.as_of).sets
    here = ((*step.place, False),)
    return [replace(one, places=here) if one.reaches.by_place else one for one in still.sets[form]]
