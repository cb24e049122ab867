"""An answer of 届きにくさ as pages and files read it: whole people, words, and how dark an area is drawn."""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import unescape
from typing import Any
from uuid import UUID

from flask import get_template_attribute, request
from sqlalchemy.orm import Session

from geo import days, gap_choices, gap_map, publish, travel_profiles
from geo.errors import GeoError, Invalid
from geo.gap_choices import Choice, Choices
from geo.gap_drawn import Drawn, drawn
from geo.gap_map import AtLimit, GapMap, GapRow, whole
from geo.gap_matrix import Counted, Matrix
from geo.gap_questions import AGE, LAW_MIN, GapQuestion
from geo.gap_rests import is_rest
from geo.kinds import vocabulary
from geo.possible_homes import BANDS, USUAL
from geo.records import districts
from geo.scope import Scope
from geo.streets.contour import Band
from geo.streets.profile import get_profile
from routes._lists import sources
from routes._request import area, residents, today

WORDS = ("level", "age", "minutes", "profile", "day", "at", "month", "on", "open_to_all", "each")
ASKED = (*WORDS, "area")  # area: the one that a number of the table led from
LONGEST_WORD = 40
# Our choice: of 100 people, from how many beyond on an area is drawn a step darker.
STEPS = (1, 10, 30, 60)
MANY_UNKNOWN = 10  # our choice: of 100 people, from how many unknown on an area is hatched
_BESIDE = ("slower", "faster", "confirmed", "if_all_run")


@dataclass(frozen=True, slots=True)
class Answered:
    """The answer to a question about one kind, or about several.

    total, rows  {id, code, name, leading, practical, step, is_hatched}: people as gap_map.whole has them, and
                 reached by who is slower, faster, by what is confirmed, if all runs; rows with most beyond first
    choices      of one kind {everybody, rows {id: choice}, most, fewest}: see ``_choices``; None of several
    lacks        of several kinds [{kind, people, rows {id: people}}]: who lacks each, most first
    """

    found: GapMap
    map: Drawn
    total: dict[str, Any]
    rows: tuple[dict[str, Any], ...]
    lacks: tuple[dict[str, Any], ...]
    choices: dict[str, Any] | None


def asked_of(db: Session, scope: Scope) -> dict[str, str]:
    """The words of the query as typed, with what is meant where nothing is. Raises NotFound for a level that
    the municipality does not have."""
    asked = {name: request.args.get(name, "")[:LONGEST_WORD].strip() for name in ASKED}
    if asked["level"]:
        districts.get_level(db, scope, asked["level"])
    usual = {"level": asked["level"] or gap_map.usual_level(db, scope)}
    usual |= {
        "age": asked["age"] or str(_usual_age(db, scope)),
        "minutes": asked["minutes"] or f"{LAW_MIN:g}",
    }
    return asked | usual


def _usual_age(db: Session, scope: Scope) -> int:
    """From which age on people are counted where nobody says it: all of them where no source knows ages."""
    try:
        streets = area(scope)
    except GeoError:  # the answer will say so
        return AGE
    joined = residents().of(db, scope, streets, get_profile(USUAL))
    return AGE if joined is None or joined.living.knows(BANDS.index(AGE)) else 0


def answer(db: Session, scope: Scope, kinds: tuple[str, ...], asked: Mapping[str, str]) -> Answered:
    """The answer about one kind, or about several. Raises Invalid in the fields of the question, or for a municipality without streets or people."""
    found, streets = people_reached(db, scope, kinds, asked), area(scope)
    total = line(gap_map.together(found.rows))
    rows = lines(found.rows)
    rows.sort(key=lambda row: (not row["id"], -row["leading"]["beyond"], row["code"]))
    chosen = None
    if len(kinds) == 1 and not is_rest(found.of[0].kind):
        told = gap_choices.choices(db, scope, residents(), streets, found, today())
        chosen = _choices(told)
    lines_drawn = drawn(db, scope, streets, found)
    return Answered(found, lines_drawn, total, tuple(rows), _lacks(found), chosen)


def _choices(told: Choices) -> dict[str, Any]:
    """{everybody, rows {id: {name, people, none, one, more, median, nearest, far}}, most, fewest}: whole people and
    minutes, rounded up; inf is beyond LONGEST_MIN. most, fewest: the areas where half the people have most and least to
    choose among; None where all are alike."""
    rows = {str(row.id): _choice(row) for row in told.rows if row.median is not None}
    ranked = sorted(rows.values(), key=lambda row: (row["median"], -row["people"]))
    differ = bool(ranked) and ranked[0]["median"] != ranked[-1]["median"]
    ends = (ranked[-1], ranked[0]) if differ else (None, None)
    return {"everybody": _choice(told.everybody), "rows": rows, "most": ends[0], "fewest": ends[1]}


def _choice(one: Choice) -> dict[str, Any]:
    people = round(one.people)
    none, single = round(one.none), round(one.one)
    none = min(none, people)
    single = min(single, people - none)
    return {
        "name": one.name,
        "people": people,
        "none": none,
        "one": single,
        "more": people - none - single,
        "median": one.median,
        "nearest": _minutes(one.nearest_min),
        "far": _minutes(one.far_min),
    }


def _minutes(minutes: float | None) -> float | None:
    """Whole minutes, up: who needs 14.2 needs 15."""
    if minutes is None or math.isinf(minutes):
        return minutes
    return math.ceil(round(minutes, 6))


def _lacks(found: GapMap) -> tuple[dict[str, Any], ...]:
    if len(found.of) == 1:
        return ()
    told = [
        {
            "kind": of.kind,
            "people": round(float(people.sum())),
            "rows": {
                str(row.id or ""): round(float(one))
                for row, one in zip(found.rows, people, strict=True)
            },
        }
        for of, people in zip(found.of, found.lacks, strict=True)
    ]
    return tuple(sorted(told, key=lambda one: -int(str(one["people"]))))


def people_reached(
    db: Session, scope: Scope, kinds: tuple[str, ...], asked: Mapping[str, str]
) -> GapMap:
    """The people of the answer, without its map. Raises Invalid as ``answer``."""
    among = travel_profiles.in_use(db, scope)
    question = GapQuestion.parse(asked, kinds, asked["level"], today(), among)
    found = gap_map.gap_map(db, scope, residents(), area(scope), question, today())
    if found is None:
        raise Invalid(fields={"municipality": "no_people"})
    return found


def lines(rows: Sequence[GapRow]) -> list[dict[str, Any]]:
    """Areas in the order of their codes; whoever lives in none only where there is somebody."""
    told = [line(row) for row in rows]
    return [row for row in told if row["id"] or row["leading"]["people"]]


def line(row: GapRow) -> dict[str, Any]:
    """An area as pages read it (Answered)."""
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


def drawn_as(people: Mapping[str, float]) -> dict[str, Any]:
    """step: 0 for nobody beyond, then by STEPS; is_hatched: too many of whom nobody knows."""
    beyond, unknown, everybody = (people[name] for name in ("beyond", "unknown", "people"))
    step = sum(100 * beyond >= least * everybody for least in STEPS) if beyond else 0
    hatched = unknown > 0 and 100 * unknown >= MANY_UNKNOWN * everybody
    return {"step": step, "is_hatched": hatched}


def told(
    db: Session, scope: Scope, asked: Mapping[str, str], element: str, found: Answered
) -> dict[str, Any]:
    """What a file says beside its numbers: the question, days and sources, in words."""
    names = {row.code: row.name for row in districts.list_levels(db, scope)}
    of = found.found.of
    kinds = [one.kind for one in of]
    said = {
        "kinds": ("_group", "names", kinds, element),
        "question": ("_group", "question", asked, of, element),
        "sentence": ("_group", "sentence", asked, of, element, found.total, False),
        "people": ("_words", "people", found.found.living, names),
        "sources": ("_words", "sources", sources(db, scope, asked["level"])),
    }
    if len(of) == 1:
        said["practical"] = ("_words", "practical", of[0].kind, of[0])
    return (
        {"practical": ""}
        | {name: _words(*macro) for name, macro in said.items()}
        | {
            "level": names[asked["level"]],
            "as_of": today().isoformat(),
            "as_of_words": days.era_words(today()),
        }
    )


def matrix_told(db: Session, scope: Scope, asked: Mapping[str, str]) -> dict[str, Any]:
    """What the file of the whole table says beside its numbers."""
    names = {row.code: row.name for row in districts.list_levels(db, scope)}
    return {
        "elements": vocabulary("element"),
        "who": _words("_words", "who", asked["age"]),
        "when": _words("_words", "time", asked) or _words("_words", "day", ""),
        "level": names[asked["level"]],
        "as_of": today().isoformat(),
        "sources": _words("_words", "sources", sources(db, scope, asked["level"])),
    }


def matrix_words(
    db: Session, scope: Scope, asked: Mapping[str, str], level: str, *, practical: bool
) -> dict[str, str]:
    """The same for the table of every kind."""
    return {
        "question": _words("_words", "table_question", asked, practical),
        "sources": _words("_words", "sources", sources(db, scope, asked["level"])),
        "level": level,
        "as_of": today().isoformat(),
        "as_of_words": days.era_words(today()),
    }


def _words(file: str, macro: str, *about: Any) -> str:
    """What a macro of the pages says, as plain text."""
    text: str = get_template_attribute(f"gaps/{file}.html", macro)(*about)
    return " ".join(unescape(text).split())


def groups(found: Matrix, *, practical: bool, by_field: bool = False) -> list[dict[str, Any]]:
    """The rows of the table by element, or by 生活分野, where a kind stands in each of its own: {element, field, rows:
    [{kind, resources, by_area, is_counted, cells, everybody}]}; cells by the id of their area, '' for who lives in none."""
    told: dict[str, list[dict[str, Any]]] = {}
    if by_field:
        told = {code: [] for code in vocabulary("field")}
    for row in found.rows:
        line = {
            "kind": row.kind,
            "resources": row.resources,
            "by_area": row.by_area,
            "is_counted": row.everybody is not None,
            "cells": {str(id_ or ""): _cell(one, practical) for id_, one in row.cells.items()},
            "everybody": _cell(row.everybody, practical) if row.everybody else None,
        }
        for group in row.kind.fields if by_field else (row.kind.element,):
            told.setdefault(group, []).append(line)
    words = vocabulary("field")
    return [
        {"element": "" if by_field else code, "field": words.get(code, ""), "rows": rows}
        for code, rows in told.items()
    ]


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


def outline(served: Any) -> Any:
    """The areas that services go to, as GeoJSON; None for none."""
    return None if served is None else json.loads(publish.outline_geojson(served))


def area_lines(line: Mapping[str, Any], *, counted: bool) -> list[str]:
    """What a map says of an area, line by line."""
    text: str = get_template_attribute("gaps/_words.html", "area_lines")(line, counted)
    return [unescape(one).strip() for one in text.splitlines() if one.strip()]
