"""どこに開くかの案: asked for by a person, reckoned by any worker, cancelled, kept."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy.orm import Session

from geo import gap_map
from geo.candidates import Candidate, Candidates
from geo.errors import Conflict, Invalid, NotAllowed
from geo.gap_offers import BY_AREA
from geo.gap_questions import WEEKDAYS, GapQuestion
from geo.openings.rhythm import HALVES
from geo.records import audit, districts, kinds, queue, siting_plans
from geo.records.siting_plans import SitingPlan
from geo.scope import WRITERS, Scope
from geo.travel_profiles import in_use
from geo.where_questions import Wishes

TASK = "where_to_open"  # the name of its job
QUIET = timedelta(seconds=20)  # our choice: after 20 beats unheard the worker is taken for dead
MOST_TURNS = 3  # our choice: what ends three workers would end the fourth
MOST_OPEN = 5  # our choice: of a municipality; others wait for the same workers
OPEN = ("waiting", "working")
# Our choice: the council of next year may look once more; a list of houses that somebody brought is not kept for good
KEPT_FOR = timedelta(days=400)


@dataclass(frozen=True, slots=True)
class Ordered:
    """What somebody asks for. words: of the question and of the wishes, as typed."""

    id: UUID
    kind: str
    words: Mapping[str, str]
    candidates: Candidates


def question_of(
    db: Session, scope: Scope, kind: str, words: Mapping[str, str], as_of: date
) -> GapQuestion:
    """The question of the gap map that a plan answers. Raises NotFound, Invalid."""
    level = words.get("level") or gap_map.usual_level(db, scope)
    districts.get_level(db, scope, level)
    return GapQuestion.parse(words, (kind,), level, as_of, in_use(db, scope))


def order(db: Session, scope: Scope, asked: Ordered, as_of: date) -> SitingPlan:
    """Keep a plan, and ask the workers for it. The same id twice is one plan.

    Raises NotAllowed; NotFound for a kind or level; Invalid in the fields of question and wishes, for a kind that
    goes by area, for too many open plans, and as Candidates.check.
    """
    check_may(scope)
    known = siting_plans.find(db, scope, asked.id, locked=True)
    if known is not None:
        return known
    if kinds.get(db, scope, asked.kind).reach in BY_AREA:
        raise Invalid(fields={"kind": "not_by_distance"})
    question_of(db, scope, asked.kind, asked.words, as_of)
    wishes = Wishes.parse(asked.words)
    asked.candidates.check()
    for field in ("must", "never"):
        asked.candidates.rows_of(getattr(wishes, field), field)
    if set(wishes.must) & set(wishes.never):
        raise Invalid(fields={"never": "must_and_never"})
    if siting_plans.count_open(db, scope) >= MOST_OPEN:
        raise Invalid(fields={"kinds": "too_many_plans"})
    row = SitingPlan(
        id=asked.id,
        municipality=scope.municipality,
        account=scope.account,
        kind=asked.kind,
        as_of=as_of,
        asked={name: word for name, word in asked.words.items() if word},
        candidates=[
            [one.name, one.lon, one.lat, one.is_rough, one.resource]
            for one in asked.candidates.places
        ],
        left_out=[list(one) for one in asked.candidates.left_out],
    )
    if not siting_plans.save(
        db, scope, row
    ):  # sent twice at once, or the id of somebody else's plan
        return siting_plans.get(db, scope, asked.id)
    _defer(db, scope, row)
    told = {"kind": asked.kind, "places": wishes.most, "candidates": len(row.candidates)}
    audit.save(db, scope, "add", "siting_plan", row.id, None, told)
    return row


def cancel(db: Session, scope: Scope, plan: UUID) -> None:
    """Give a plan up; its worker hears of it within a second. Raises NotAllowed, NotFound, Conflict once it has
    ended."""
    check_may(scope)
    row = siting_plans.get(db, scope, plan, locked=True)
    if row.state not in OPEN:
        raise Conflict(theirs={})
    row.state = "cancelled"
    audit.save(db, scope, "stop", "siting_plan", row.id)


def ask_again(db: Session, scope: Scope, plan: UUID, now: datetime) -> None:
    """Ask the workers once more for a plan that failed, was cancelled, or that nobody is at. Raises NotAllowed,
    NotFound, Conflict."""
    check_may(scope)
    row = siting_plans.get(db, scope, plan, locked=True)
    if row.state not in ("failed", "cancelled") and not is_quiet(row, now):
        raise Conflict(theirs={})
    if row.state != "working":
        row.state, row.result, row.turns, row.seen_at = "waiting", {}, 0, now
        db.flush()
    _defer(db, scope, row)
    audit.save(db, scope, "again", "siting_plan", row.id)


def take_up(db: Session, scope: Scope) -> int:
    """Ask once more for every plan whose worker is not heard any more; how many. Another worker begins it anew, or
    gives it up after MOST_TURNS."""
    quiet = siting_plans.list_quiet(db, scope, QUIET)
    for row in quiet:
        _defer(db, Scope(row.municipality, scope.role), row)
    return len(quiet)


def is_quiet(row: SitingPlan, now: datetime) -> bool:
    """Whether a worker should be at it and has not been heard for too long."""
    return row.state in OPEN and row.seen_at < now - QUIET


def candidates_of(row: SitingPlan) -> Candidates:
    """The candidates of a plan as they were when it was asked for."""
    places = tuple(Candidate(*one) for one in row.candidates)
    return Candidates(places, tuple((name, reason) for name, reason in row.left_out))


def as_additions(row: SitingPlan) -> list[dict[str, Any]]:
    """What the answer would open, as steps of a 検討案 (geo.scenario_steps): each always with the same id. Where the
    question is about days they are open on the weekday and at the hour that was asked about."""
    openings = _openings(row.asked)
    return [
        {
            "id": str(uuid5(row.id, f"{at}")),
            "do": "add",
            "kind": row.kind,
            "name": one["name"][:100],
            "place": [one["lon"], one["lat"]],
            "openings": openings,
        }
        for at, one in enumerate(row.result.get("chosen", []))
    ]


def _openings(asked: Mapping[str, str]) -> list[dict[str, str]]:
    if not any(asked.get(word) for word in ("day", "at", "month", "on")):
        return []
    day, at = asked.get("day", ""), asked.get("at", "")
    days = day[:2].upper() if day in WEEKDAYS else ",".join(one[:2].upper() for one in WEEKDAYS)
    opening = {"rrule": f"FREQ=WEEKLY;BYDAY={days}"}
    if at in HALVES:
        opens, closes = HALVES[at]
        return [opening | {"opens_at": f"{opens:%H:%M}", "closes_at": f"{closes:%H:%M}"}]
    if at:
        opens = time.fromisoformat(at if len(at) > 4 else f"0{at}")
        closes = opens.replace(hour=opens.hour + 1) if opens.hour < 23 else time(23, 59)
        return [opening | {"opens_at": f"{opens:%H:%M}", "closes_at": f"{closes:%H:%M}"}]
    return [opening]


def check_may(scope: Scope) -> None:
    """Raises NotAllowed for who only looks."""
    if scope.role not in WRITERS or scope.municipality is None:
        raise NotAllowed(action="order")


def _defer(db: Session, scope: Scope, row: SitingPlan) -> None:
    args: dict[str, Any] = {"plan": str(row.id)}
    queue.save_job(db, scope, TASK, args, str(row.id))
