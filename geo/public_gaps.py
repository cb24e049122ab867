"""住民に見せる届きにくさの表: who is hard to reach, area by kind, as a municipality shows it to everybody.

One fixed table (MEANING 5): people over 75 within thirty minutes and within each kind's own limit, by the areas that
are usual, in tens. It is counted as a resident counts: from the population sources and the entries that everybody may
see and from nothing else, so that it cannot tell anything of the others, whoever subtracts what from what. It is
counted once, looked at by an official, and stands until she shows another.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from hashlib import sha256
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from geo.area import Area
from geo.errors import NotAllowed
from geo.gap_map import ON_FOOT_SLOWLY, usual_level
from geo.gap_matrix import Counted, KindRow, Matrices, matrix
from geo.gap_questions import AGE, LAW_MIN, GapQuestion
from geo.population import ROUND_TO, Said
from geo.possible_homes import Living, Residents
from geo.records import audit, districts, public_gaps
from geo.records.database import take_turns
from geo.scope import EVERYBODY, Role, Scope
from geo.streets.profile import TravelProfile, get_profile
from geo.travel_profiles import in_use

EDITORS = (Role.OFFICIAL, Role.ADMINISTRATOR)
THING = "gap_publication"  # in the audit
_STATES = ("reached", "beyond", "unknown", "people")


@dataclass(frozen=True, slots=True)
class Told:
    """The table, rounded; plain values that JSON can hold.

    level      {code, name};  age, minutes
    areas      [{id, name}] by code, id None for who lives in none (only where there is anybody)
    people     [{tens, few}] of everybody, then of each area
    rows       [{code, name, element, reach, by_area, profile, resources, own {minutes, metres, profile} or None,
               cells}]: cells of everybody, then of each area: {leading, practical or None}, each of them
               {reached, beyond, unknown, people}, each of those {tens, few}
    without    names of the kinds of which nothing is registered
    squares, register   the public sources of people as geo.population.Said, as_of ISO; spread_in areas of the register
    without_paused      what rests on the day is counted as not being there; False of tables of before
    """

    level: dict[str, str]
    age: int
    minutes: float
    areas: list[dict[str, Any]]
    people: list[dict[str, Any]]
    rows: list[dict[str, Any]]
    without: list[str]
    squares: dict[str, Any] | None
    register: list[dict[str, Any]]
    without_paused: bool = False

    @property
    def fingerprint(self) -> str:
        """The same for the same table: what somebody looked at is what she shows."""
        plain = json.dumps(asdict(self), sort_keys=True, ensure_ascii=False)
        return sha256(plain.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Shown:
    """What everybody sees, since when."""

    counted_on: date
    told: Told


def everybody_in(municipality: str) -> Scope:
    """How far a resident sees: all that the table may be made of."""
    return Scope(municipality, EVERYBODY.role)


def count(
    db: Session,
    municipality: str,
    residents: Residents,
    area: Area,
    as_of: date,
    kept: Matrices,
    is_late: Callable[[], bool],
) -> tuple[Told | None, int]:
    """The table as it would be today, and of how many kinds nobody has counted it yet (then None). None and 0 where
    no source of people is public, or none says ages."""
    scope = everybody_in(municipality)
    level = usual_level(db, scope)
    question = GapQuestion((), level, AGE, LAW_MIN, None, None)
    found = matrix(db, scope, residents, area, question, as_of, kept, is_late)
    joined = residents.of(db, scope, area, get_profile(ON_FOOT_SLOWLY))
    if found is None or joined is None or found.waiting:
        return None, found.waiting if found else 0
    if not joined.living.knows(question.band):
        return None, 0  # people, and nobody says how old they are
    levels = {row.code: row.name for row in districts.list_levels(db, scope)}
    named: list[tuple[UUID | None, str]] = [
        (row.id, row.name) for row in districts.list_at_level(db, scope, level)
    ]
    if any(row.cells[None].leading["people"] for row in found.rows):
        named.append((None, ""))
    used = in_use(db, scope)
    rows = [
        _row(row, [row.everybody, *(row.cells[id_] for id_, _ in named)], used)
        for row in found.rows
    ]
    told = Told(
        level={"code": level, "name": levels[level]},
        age=AGE,
        minutes=LAW_MIN,
        areas=[{"id": str(id_) if id_ else None, "name": name} for id_, name in named],
        people=[cell["leading"]["people"] for cell in rows[0]["cells"]] if rows else [],
        rows=rows,
        without=[kind.name for kind in found.without if not (kind.staff_only or kind.hidden)],
        without_paused=True,
        **_sources(joined.living),
    )
    return told, 0


def find(db: Session, municipality: str) -> Shown | None:
    """What a municipality shows, or None."""
    row = public_gaps.find(db, everybody_in(municipality))
    return Shown(row.counted_on, Told(**row.told)) if row else None


def show(db: Session, scope: Scope, told: Told, seen: str, as_of: date) -> bool:
    """Show a table to everybody; False where it is no longer the one that was ``seen`` (a fingerprint): then nothing
    is shown. Raises NotAllowed."""
    municipality = _own(scope)
    if seen != told.fingerprint:
        return False
    take_turns(db, scope, THING)
    before = public_gaps.find(db, scope)
    after = {"shown": True, "day": as_of.isoformat(), "sha256": told.fingerprint}
    was = {"shown": True, "day": before.counted_on.isoformat()} if before else {"shown": False}
    public_gaps.save(db, scope, as_of, asdict(told))
    audit.save(db, scope, "change", THING, municipality, was, after)
    return True


def withdraw(db: Session, scope: Scope) -> bool:
    """Show none any more; whether there was one. Raises NotAllowed."""
    municipality = _own(scope)
    take_turns(db, scope, THING)
    before = public_gaps.find(db, scope)
    if before is None:
        return False
    public_gaps.save_none(db, scope)
    was = {"shown": True, "day": before.counted_on.isoformat()}
    audit.save(db, scope, "change", THING, municipality, was, {"shown": False})
    return True


def said_of(kept: Mapping[str, Any]) -> Said:
    """A source of people as it was kept, as a page names it."""
    day = kept["as_of"]
    return Said(**{**kept, "as_of": date.fromisoformat(day) if day else None})


def _own(scope: Scope) -> str:
    if scope.role not in EDITORS or scope.municipality is None:
        raise NotAllowed(action="show_gaps")
    return scope.municipality


def _row(
    row: KindRow, cells: Sequence[Counted | None], used: Mapping[str, TravelProfile]
) -> dict[str, Any]:
    kind = row.kind
    way = used.get(kind.profile, used[ON_FOOT_SLOWLY])
    own = {"minutes": kind.limit_min, "metres": kind.limit_m, "profile": way.code}
    return {
        "code": kind.code,
        "name": kind.name,
        "element": kind.element,
        "reach": kind.reach,
        "by_area": row.by_area,
        "profile": {"code": way.code, "name": way.name},
        "resources": row.resources,
        "own": own if kind.limit_min is not None and not row.by_area else None,
        "cells": [_cell(one) for one in cells if one],
    }


def _cell(counted: Counted) -> dict[str, Any]:
    sides = {"leading": counted.leading, "practical": counted.practical}
    return {
        name: {state: _tens(people[state]) for state in _STATES} if people else None
        for name, people in sides.items()
    }


def _tens(people: int) -> dict[str, Any]:
    """A number in tens; few: there is somebody, and the tens say nobody."""
    tens = (people + ROUND_TO // 2) // ROUND_TO * ROUND_TO
    return {"tens": tens, "few": people > 0 and tens == 0}


def _sources(living: Living) -> dict[str, Any]:
    """The sources of people, which are public since they were asked for as a resident."""
    register = living.register.sources if living.register else ()
    return {
        "squares": _said(living.squares) if living.squares else None,
        "register": [_said(one) for one in register],
    }


def _said(source: Said) -> dict[str, Any]:
    return {**asdict(source), "as_of": source.as_of.isoformat() if source.as_of else None}
