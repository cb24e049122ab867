"""どこに開くかの仕事: the worker's side of a plan. Begun twice it ends once; a worker that died is followed by another."""

import json
import math
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import date
from threading import Event, Thread
from typing import Any
from uuid import UUID

from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from geo import publish
from geo.area import Areas
from geo.candidates import Candidates
from geo.errors import GeoError
from geo.gap_map import GapMap, GapRow, together, whole
from geo.population import Said
from geo.possible_homes import Residents
from geo.records import siting_plans
from geo.scope import house
from geo.where_plans import MOST_TURNS, QUIET, candidates_of, question_of
from geo.where_questions import Wishes
from geo.where_to_open import WhereToOpen, where_to_open

BEAT_S = 1.0  # our choice: how often the worker says how far it is, and asks whether to stop

Sessions = Callable[[], Session]


class Stopped(Exception):
    """Somebody cancelled the plan, or another worker is at it."""


def work(sessions: Sessions, areas: Areas, residents: Residents, plan: UUID) -> None:
    """Reckon a plan that waits, or whose worker has gone silent; anything else is left alone."""
    with sessions() as db, db.begin():
        turn = siting_plans.take(db, house(), plan, QUIET)
        if turn is None:
            return
        row = siting_plans.get(db, house(), plan)
        task = _Task(row.municipality, row.kind, dict(row.asked), row.as_of, candidates_of(row))
    if turn > MOST_TURNS:
        _keep(sessions, plan, turn, "failed", {"code": "given_up", "facts": {}})
        return
    with _Beat(sessions, plan, turn) as beat:
        try:
            result = _reckoned(sessions, areas, residents, task, beat)
        except Stopped:
            return
        except GeoError as error:
            _keep(sessions, plan, turn, "failed", {"code": error.code, "facts": error.facts})
            return
        except Exception:
            _keep(sessions, plan, turn, "failed", {"code": "unforeseen", "facts": {}})
            raise
    _keep(sessions, plan, turn, "done", result)


@dataclass(frozen=True, slots=True)
class _Task:
    """A plan as the worker takes it."""

    municipality: str
    kind: str
    asked: dict[str, str]
    as_of: date
    candidates: Candidates


def _reckoned(
    sessions: Sessions, areas: Areas, residents: Residents, task: _Task, beat: "_Beat"
) -> dict[str, Any]:
    scope, candidates = house(task.municipality), task.candidates
    with sessions() as db:
        question = question_of(db, scope, task.kind, task.asked, task.as_of)
        streets, wishes = areas.take(db, scope), Wishes.parse(task.asked)
        asked = (question, wishes, candidates, task.as_of, beat.tell)
        found = where_to_open(db, scope, residents, streets, *asked)
    beat.tell("counting", found.choice.value, found.choice.limit)
    return as_json(found, candidates)


def _keep(sessions: Sessions, plan: UUID, turn: int, state: str, result: dict[str, Any]) -> None:
    ended = {"value": result.get("value"), "limit": result.get("limit")}
    with sessions() as db, db.begin():
        siting_plans.save_pulse(db, house(), plan, turn, state=state, result=result, **ended)


class _Beat:
    """Says each second how far the work is, and ends it at its next word once it is to stop."""

    def __init__(self, sessions: Sessions, plan: UUID, turn: int) -> None:
        self._sessions, self._plan, self._turn = sessions, plan, turn
        self._at: dict[str, Any] = {"stage": "opening"}
        self._over, self._stopped = Event(), Event()
        self._thread = Thread(target=self._say, name="where-beat", daemon=True)

    def __enter__(self) -> "_Beat":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def tell(self, stage: str, value: float, limit: float) -> None:
        """How far it is; raises Stopped."""
        if self._stopped.is_set():
            raise Stopped
        if stage == "reaching":
            self._at = {"stage": stage, "done": int(value), "total": int(limit)}
            return
        known = {name: x for name, x in (("value", value), ("limit", limit)) if math.isfinite(x)}
        self._at = self._at | {"stage": stage} | known

    def _say(self) -> None:
        while not self._over.wait(BEAT_S):
            with suppress(OperationalError), self._sessions() as db, db.begin():  # it may be away
                if not siting_plans.save_pulse(db, house(), self._plan, self._turn, **self._at):
                    self._stopped.set()


def as_json(found: WhereToOpen, candidates: Candidates) -> dict[str, Any]:
    """The answer as it is kept: people of areas whole, of places to a thousandth, nothing that is not a number.

    rows, total: {id, code, name, leading, practical: {before, after: gap_map.whole}, chosen, gained: beyond today and
    within reach then, slower, faster: the same of who is}
    """
    choice, limit = found.choice, found.before.of[0].leading
    pairs = list(zip(found.before.rows, found.after.rows, strict=True))
    return {
        "chosen": [
            _place(one.row, one.area, one.adds_people, found, candidates) for one in found.chosen
        ],
        "rows": [
            _line(*pair, sum(one.area == at for one in found.chosen))
            for at, pair in enumerate(pairs)
        ],
        "total": _line(together(found.before.rows), together(found.after.rows), len(found.chosen)),
        **{name: round(getattr(found, name), 3) for name in ("people", "least", "most")},
        "unsaid_people": round(found.unsaid_people, 3),
        "greedy_people": _rounded(found.greedy_people),
        "greedy": None
        if choice.greedy is None
        else [candidates.places[at].name for at in choice.greedy.tolist()],
        **{name: round(getattr(choice, name), 3) for name in ("value", "limit", "seconds")},
        "greedy_value": _rounded(choice.greedy_value),
        "is_proven": choice.is_proven,
        "reaching_s": round(found.reaching_s, 3),
        "model": {
            name: getattr(choice, name)
            for name in ("places", "rows", "entries", "places_left", "rows_left")
        },
        "off_street": list(found.off_street),
        "offers": {
            name: getattr(found.before.of[0].offers, name)
            for name in ("resources", "unconfirmed", "without_place", "full", "paused", "pausing")
        },
        "way": {
            **{
                name: getattr(limit.profile, name)
                for name in ("code", "name", "metres_per_min", "source")
            },
            "minutes": limit.minutes,
            "on_foot": limit.profile.mode.name == "FOOT",
        },
        "living": _living(found.before),
        "drawn": json.loads(publish.bands_geojson([found.drawn])) if found.drawn else None,
    }


def _rounded(people: float | None) -> float | None:
    return None if people is None else round(people, 3)


def _place(
    row: int, area: int, adds: float, found: WhereToOpen, candidates: Candidates
) -> dict[str, Any]:
    one = candidates.places[row]
    return {
        **asdict(one),
        "area": found.before.rows[area].name if area >= 0 else "",
        "adds_people": round(adds, 3),
    }


def _line(before: GapRow, after: GapRow, chosen: int) -> dict[str, Any]:
    pair = (("before", before), ("after", after))
    sides = {
        limit: {name: whole(getattr(row, limit)) for name, row in pair}
        for limit in ("leading", "practical")
        if getattr(before, limit) is not None
    }
    speeds = {
        speed: round(getattr(after.leading, speed) - getattr(before.leading, speed), 3)
        for speed in ("slower", "faster")
    }
    beyond = [float(row.leading.tally.beyond[0, 0]) for row in (before, after)]
    speeds["gained"] = round(beyond[0] - beyond[1], 3)
    id_ = str(before.id) if before.id else ""
    return {
        "id": id_,
        "code": before.code,
        "name": before.name,
        "chosen": chosen,
        **sides,
        **speeds,
    }


def _living(before: GapMap) -> dict[str, Any]:
    """Where the numbers of people are from, as pages name sources."""
    living, register = before.living, before.living.register
    return {
        "squares": _said(living.squares) if living.squares else None,
        "register": None
        if register is None
        else {
            "level": register.level,
            "areas": register.areas,
            "sources": [_said(one) for one in register.sources],
        },
    }


def _said(source: Said) -> dict[str, Any]:
    as_of: date | None = source.as_of
    return asdict(source) | {"as_of": as_of.isoformat() if as_of else None}
