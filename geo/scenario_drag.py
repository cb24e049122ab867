"""検討案の下見: what changes while a place is moved over the map, before anybody keeps it.

What does not move is reckoned once: today's answer, and on which days each home has what else the plan has. A
movement costs one search around the place, and asks anew the homes within its reach alone (geo.gap_reach.and_more).
"""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from threading import Lock

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
from geo.records import versions
from geo.scenario import Weighed, means_of, there_after, weighed
from geo.scenario_steps import Step, added, moved
from geo.scope import Scope
from geo.travel_profiles import in_use

_KEPT = 8  # our choice: plans under a finger at once, each some 5 MB in a city of 60,000
_FORMS = 64  # our choice: what is dragged, as its form says it; each other word in it is another


@dataclass(slots=True)
class _Still:
    """What does not move.

    before    today's answer
    town      with its homes; its session is of a request that has ended
    of, open_on, reached   what is there but the moved one, kind by kind
    entry     the entry of the register that is moved; None for one that is added
    sets      form of a step → what it offers, wherever it stands
    """

    before: GapMap
    town: Town
    group: NDArray[np.int32]
    of: tuple[OfKind, ...]
    open_on: list[dict[Limit, OpenOn]]
    reached: list[dict[Limit, Reached]]
    entry: Entry | None
    sets: dict[str, tuple[OfferSet, ...]] = field(default_factory=dict)


class Drags:
    """What does not move of the plans that were dragged in last. One for a process, for all its threads."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[object, ...], _Still] = OrderedDict()
        self._held = Lock()

    def find(self, key: tuple[object, ...]) -> _Still | None:
        """What was kept for a key."""
        with self._held:
            if key in self._kept:
                self._kept.move_to_end(key)
            return self._kept.get(key)

    def keep(self, key: tuple[object, ...], still: _Still) -> None:
        """Keep it, and let the oldest go."""
        with self._held:
            self._kept[key] = still
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)


def dragged(
    db: Session,
    scope: Scope,
    residents: Residents,
    area: Area,
    question: GapQuestion,
    plan: tuple[object, ...],
    steps: Sequence[Step],
    step: Step,
    as_of: date,
    kept: Drags,
) -> Weighed | None:
    """What the plan would change if the step stood among its steps: as ``weigh`` of them, and quicker each time after
    the first. None where no people were imported.

    plan  what the steps hang on beside the register: the plan's id and revision
    step  adds or moves something; the one that is dragged, with the place where it is
    Raises Invalid for a kind that goes by area and for what has many halts, NotFound as ``weigh``.
    """
    others = [one for one in steps if (one.do, one.about) != (step.do, step.about)]
    is_there = len(others) < len(steps) or step.do == "move"
    written = tuple(sorted(versions.list_values(db, scope).items()))
    made_of = (scope.municipality, written, area.network.version, *in_use(db, scope).values())
    key = (*made_of, as_of, *plan, step.about if is_there else None)
    still = kept.find(key)
    if still is None:
        still = _still(db, scope, residents, area, question, others, step, as_of)
        if still is None:
            return None
        kept.keep(key, still)
    return _with_it(db, scope, still, step, as_of)


def _still(
    db: Session,
    scope: Scope,
    residents: Residents,
    area: Area,
    question: GapQuestion,
    others: Sequence[Step],
    step: Step,
    as_of: date,
) -> _Still | None:
    before = gap_map(db, scope, residents, area, question, as_of)
    if before is None:
        return None
    after = there_after(db, scope, others, as_of)
    taken: list[Entry] = []

    def there(db: Session, scope: Scope, kind: str) -> tuple[Entry, ...]:
        found = after(db, scope, kind)
        taken.extend(entry for entry in found if entry.id == step.about)
        return tuple(entry for entry in found if entry.id != step.about)

    of = of_question(db, scope, question, in_use(db, scope), as_of, there)
    if step.do == "move" and not taken:
        raise Invalid(fields={"resource": "unknown_choice"})
    town = Town(db, scope, residents, area, question.rhythm)
    town.joined(of[0].leading.profile)
    open_on = [opened(town, one.offers, one.limits) for one in of]
    pairs = zip(of, open_on, strict=True)
    reached = [judged(town, one.offers, days) for one, days in pairs]
    group = town.areas(question.level).group
    return _Still(before, town, group, of, open_on, reached, next(iter(taken), None))


def _with_it(db: Session, scope: Scope, still: _Still, step: Step, as_of: date) -> Weighed:
    town, question = still.town.again(db, scope), still.before.question
    kind = step.kind if step.do == "add" else (still.entry.kind if still.entry else "")
    at = next((at for at, of in enumerate(still.of) if of.kind.code == kind), None)
    if at is None:
        raise Invalid(fields={"kind": "unknown_choice"})
    if still.of[at].by_area:
        raise Invalid(fields={"kind": "not_by_distance"})
    sets = _sets(db, scope, still, still.of[at], step, as_of)
    found = list(still.reached)
    found[at] = and_more(town, sets, still.open_on[at], still.reached[at])
    after = answered(town, question, still.of, found, still.before.living)
    return weighed(still.group, still.before, after)


def _sets(
    db: Session, scope: Scope, still: _Still, of: OfKind, step: Step, as_of: date
) -> list[OfferSet]:
    """What the moved one offers, at the place where it is."""
    if step.place is None:
        raise Invalid(fields={"place": "required"})
    form = step.model_dump_json(exclude={"id", "place"})
    if form not in still.sets:
        if still.entry and step.do == "move":
            entry = moved(still.entry, step.place)
        else:
            entry = added(step, means_of(db, scope, [step]), as_of)
        if entry.halts:
            raise Invalid(fields={"resource": "has_halts"})
        if len(still.sets) >= _FORMS:
            still.sets.clear()
        still.sets[form] = offers(of.kind, [entry], still.before.question, as_of).sets
    here = ((*step.place, False),)
    return [replace(one, places=here) if one.reaches.by_place else one for one in still.sets[form]]
