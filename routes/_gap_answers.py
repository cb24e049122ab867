"""An answer of 届きにくさ as pages and files read it: whole people, words, and how dark an area is drawn."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from html import unescape
from typing import Any
from uuid import UUID

from flask import get_template_attribute, request
from sqlalchemy.orm import Session

from geo import days, gap_map, publish, travel_profiles
from geo.errors import Invalid
from geo.gap_drawn import Drawn, drawn
from geo.gap_map import AtLimit, GapMap, GapRow, whole
from geo.gap_matrix import Counted, Matrix
from geo.gap_questions import AGE, LAW_MIN, GapQuestion
from geo.records import districts
from geo.scope import Scope
from geo.streets.contour import Band
from routes._lists import sources
from routes._request import area, residents, today

WORDS = ("level", "age", "minutes", "profile", "day", "at", "month", "on", "open_to_all")
ASKED = (*WORDS, "area")  # area: the one that a number of the table led from
LONGEST_WORD = 40
# Our choice: of 100 people, from how many beyond on an area is drawn a step darker.
STEPS = (1, 10, 30, 60)
MANY_UNKNOWN = 10  # our choice: of 100 people, from how many unknown on an area is hatched
_BESIDE = ("slower", "faster", "confirmed", "if_all_run")


@dataclass(frozen=True, slots=True)
class Answered:
    """The answer to a question about one kind.

    total, rows  {id, code, name, leading, practical, step, is_hatched}: people as gap_map.whole has them, and
                 reached by who is slower, faster, by what is confirmed, if all runs; rows with most beyond first
    """

    found: GapMap
    map: Drawn
    total: dict[str, Any]
    rows: tuple[dict[str, Any], ...]


def asked_of(db: Session, scope: Scope) -> dict[str, str]:
    """The words of the query as typed, with what is meant where nothing is. Raises NotFound for a level that
    the municipality does not have."""
    asked = {name: request.args.get(name, "")[:LONGEST_WORD].strip() for name in ASKED}
    if asked["level"]:
        districts.get_level(db, scope, asked["level"])
    usual = {"level": asked["level"] or gap_map.usual_level(db, scope)}
    usual |= {"age": asked["age"] or str(AGE), "minutes": asked["minutes"] or f"{LAW_MIN:g}"}
    return asked | usual


def answer(db: Session, scope: Scope, kind: str, asked: Mapping[str, str]) -> Answered:
    """The answer. Raises Invalid in the fields of the question, or for a municipality without streets or people."""
    among = travel_profiles.in_use(db, scope)
    question = GapQuestion.parse(asked, (kind,), asked["level"], today(), among)
    streets = area(scope)
    found = gap_map.gap_map(db, scope, residents(), streets, question, today())
    if found is None:
        raise Invalid(fields={"municipality": "no_people"})
    total = _line(gap_map.together(found.rows))
    rows = [_line(row) for row in found.rows]
    rows = [row for row in rows if row["id"] or row["leading"]["people"]]
    rows.sort(key=lambda row: (not row["id"], -row["leading"]["beyond"], row["code"]))
    return Answered(found, drawn(db, scope, streets, found), total, tuple(rows))


def _line(row: GapRow) -> dict[str, Any]:
    leading = _people_at(row.leading)
    return {
        "id": str(row.id) if row.id else "",
        "code": row.code,
        "name": row.name,
        "leading": leading,
        "practical": _people_at(row.practical) if row.practical else None,
        **drawn_as(leading),
    }


def _people_at(part: AtLimit) -> dict[str, int]:
    return whole(part) | {name: round(getattr(part, name)) for name in _BESIDE}


def drawn_as(people: Mapping[str, int]) -> dict[str, Any]:
    """step: 0 for nobody beyond, then by STEPS; is_hatched: too many of whom nobody knows."""
    beyond, unknown, everybody = (people[name] for name in ("beyond", "unknown", "people"))
    step = sum(100 * beyond >= least * everybody for least in STEPS) if beyond else 0
    hatched = unknown > 0 and 100 * unknown >= MANY_UNKNOWN * everybody
    return {"step": step, "is_hatched": hatched}


def told(
    db: Session, scope: Scope, asked: Mapping[str, str], kind: Any, found: Answered
) -> dict[str, Any]:
    """What a file says beside its numbers: the question, days and sources, in words."""
    names = {row.code: row.name for row in districts.list_levels(db, scope)}
    of = found.found.of[0]
    said = {
        "question": ("question", asked, kind, of),
        "practical": ("practical", kind, of),
        "sentence": ("sentence", asked, kind, of, found.total, False),
        "people": ("people", found.found.living, names),
        "sources": ("sources", sources(db, scope, asked["level"])),
    }
    return {name: _words(*macro) for name, macro in said.items()} | {
        "level": names[asked["level"]],
        "as_of": today().isoformat(),
        "as_of_words": days.era_words(today()),
    }


def _words(macro: str, *about: Any) -> str:
    """What a macro of the page says, as plain text."""
    text: str = get_template_attribute("gaps/_words.html", macro)(*about)
    return " ".join(unescape(text).split())


def groups(found: Matrix, *, practical: bool) -> list[dict[str, Any]]:
    """The rows of the table by element: {element, rows: [{kind, resources, by_area, is_counted, cells, everybody}]};
    cells by the id of their area, '' for who lives in none."""
    told: dict[str, list[dict[str, Any]]] = {}
    for row in found.rows:
        told.setdefault(row.kind.element, []).append(
            {
                "kind": row.kind,
                "resources": row.resources,
                "by_area": row.by_area,
                "is_counted": row.everybody is not None,
                "cells": {str(id_ or ""): _cell(one, practical) for id_, one in row.cells.items()},
                "everybody": _cell(row.everybody, practical) if row.everybody else None,
            }
        )
    return [{"element": element, "rows": rows} for element, rows in told.items()]


def _cell(counted: Counted, practical: bool) -> dict[str, Any] | None:
    """People at one limit; None where the kind has no such limit."""
    people = counted.practical if practical else counted.leading
    return people | drawn_as(people) if people else None


def people_of(found: Matrix) -> dict[str, int]:
    """Area → who lives there, '' for who lives in none and 'all' for everybody; {} while nothing is counted."""
    for row in found.rows:
        if row.everybody:
            areas = {str(id_ or ""): one.leading["people"] for id_, one in row.cells.items()}
            return areas | {"all": row.everybody.leading["people"]}
    return {}


def area_of(asked: Mapping[str, str]) -> UUID | None:
    """The area that a number of the table led from; None where it is not one."""
    try:
        return UUID(asked["area"])
    except ValueError:
        return None


def band(found: Band | None) -> Any:
    """What is within reach as a FeatureCollection; None for none."""
    return json.loads(publish.bands_geojson([found])) if found else None
