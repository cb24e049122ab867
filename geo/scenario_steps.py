"""検討案の手: what a plan changes over today's register: one more, one elsewhere, one closed, other days.

A step that is about an entry which the register has closed meanwhile changes nothing; whoever shows the plan says so
(geo.scenario.gone).
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import ConfigDict, Field, ValidationError

from geo.edit_fields import Clean, Line, Lonlat, OpeningValues, ServiceAreaValues, Strict, one_of
from geo.edits import problems_of
from geo.errors import Invalid
from geo.gap_offers import BY_AREA, TOWN_ONLY, Entry
from geo.records.kinds import Kind
from geo.records.service_areas import Meaning

MOST_STEPS = 100  # our choice: a plan that changes more is another register
Means = Callable[[str, str], Meaning]  # what a service area's name and note mean


class Step(Strict):
    """One change.

    do         add, move, close, or open: other days
    kind, name, eligibility, service_areas   of what is added
    resource   what is moved, closed or opened on other days
    place      (lon, lat) of what is added or moved
    openings   of what is added (none: days are not said), or its new days
    """

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False, frozen=True)

    id: UUID
    do: Literal["add", "move", "close", "open"]
    kind: Line = ""
    name: Annotated[str, Clean, Field(max_length=100)] = ""
    resource: UUID | None = None
    place: Lonlat = None
    eligibility: Annotated[str, one_of("eligibility")] = "anyone"
    openings: Annotated[tuple[OpeningValues, ...], Field(max_length=50)] = ()
    service_areas: Annotated[tuple[ServiceAreaValues, ...], Field(max_length=200)] = ()

    @property
    def about(self) -> UUID:
        """Whose place or days it changes: the entry's, or its own where it adds one."""
        return self.resource or self.id

    def written(self) -> dict[str, Any]:
        """As the records keep it."""
        return self.model_dump(mode="json")


def parse_step(raw: Mapping[str, Any], kinds: Mapping[str, Kind]) -> Step:
    """Read a step as a door hands it over. Raises Invalid naming every field that cannot be read.

    kinds  the kinds of the plan by code: only such may be added
    """
    try:
        step = Step.model_validate(raw)
    except ValidationError as error:
        raise Invalid(fields=problems_of(error)) from None
    problems: dict[str, str] = {}
    if step.do == "add":
        problems = _problems_of_added(step, kinds)
    elif step.resource is None:
        problems["resource"] = "nothing_chosen"
    if step.do == "move" and step.place is None:
        problems["place"] = "required"
    if step.do == "open" and not step.openings:
        problems["openings"] = "required"
    if problems:
        raise Invalid(fields=problems)
    return step


def _problems_of_added(step: Step, kinds: Mapping[str, Kind]) -> dict[str, str]:
    kind = kinds.get(step.kind)
    if kind is None:
        return {"kind": "unknown_choice"}
    if kind.reach in BY_AREA:
        return {} if step.service_areas else {"service_areas": "required"}
    problems = {} if step.place else {"place": "required"}
    if step.eligibility == TOWN_ONLY and not step.service_areas:
        problems["service_areas"] = "required"
    return problems


def read_steps(kept: Iterable[Mapping[str, Any]]) -> tuple[Step, ...]:
    """Steps as the records keep them."""
    return tuple(Step.model_validate(one) for one in kept)


def with_step(steps: Sequence[Step], step: Step) -> tuple[Step, ...]:
    """The steps with one more; it takes the place of the one with its id, or that does the same to the same entry.
    Raises Invalid for one too many."""

    def is_same(other: Step) -> bool:
        return other.id == step.id or (other.do == step.do and other.about == step.about)

    at = next((at for at, other in enumerate(steps) if is_same(other)), None)
    if at is not None:
        return (*steps[:at], step, *steps[at + 1 :])
    if len(steps) >= MOST_STEPS:
        raise Invalid(fields={"step": "too_many_steps"})
    return (*steps, step)


def entries_after(
    there: Sequence[Entry], steps: Sequence[Step], kind: str, means: Means, as_of: date
) -> tuple[Entry, ...]:
    """What there is of a kind after the steps, in their order, where it was: nothing else is touched."""
    found = {entry.id: entry for entry in there}
    for step in steps:
        if step.do == "add" and step.kind == kind:
            found[step.id] = added(step, means, as_of)
        elif step.about not in found:
            continue
        elif step.do == "close":
            del found[step.about]
        elif step.do == "move":
            found[step.about] = moved(found[step.about], step.place)
        elif step.do == "open":
            openings = [one.model_dump(mode="json") for one in step.openings]
            # whoever plans days for what has paused reckons with its running again
            found[step.about] = replace(found[step.about], openings=openings, pause=None)
    return tuple(found.values())


def added(step: Step, means: Means, as_of: date) -> Entry:
    """What a step adds. Whoever plans it reckons with it: it counts as confirmed, and takes people."""
    lon, lat = step.place or (None, None)
    return Entry(
        id=step.id,
        kind=step.kind,
        name=step.name,
        lon=lon,
        lat=lat,
        place_level="building" if step.place else "unknown",
        eligibility=step.eligibility,
        accepting="yes",
        pick_up="unknown",
        confirmed_on=as_of,
        openings=[one.model_dump(mode="json") for one in step.openings],
        halts=(),
        areas=tuple(means(one.name, one.note) for one in step.service_areas),
    )


def moved(entry: Entry, place: tuple[float, float] | None) -> Entry:
    """The entry elsewhere, as exactly known as a plan is."""
    lon, lat = place or (None, None)
    return replace(entry, lon=lon, lat=lat, place_level="building" if place else "unknown")
