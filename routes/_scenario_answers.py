"""What a 検討案 changes, as pages and files read it: whole people area by area, its steps in words."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from html import unescape
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from flask import get_template_attribute, url_for
from sqlalchemy.orm import Session

from geo import publish, scenario
from geo.errors import Invalid, NotFound
from geo.gap_drawn import Drawn, drawn
from geo.gap_map import GapRow, whole
from geo.gap_offers import BY_AREA, Entry, entries
from geo.kinds import vocabulary
from geo.records import districts, kinds, shelf
from geo.records.kinds import Kind
from geo.records.shelf import Wanted
from geo.scenario import Change, ChangeRow, Gone, Weighed
from geo.scenario_book import Plan
from geo.scenario_drag import Dragging
from geo.scenario_steps import Step
from geo.scope import Scope
from geo.service_areas import area_words
from routes import _cards, _gap_answers, _scenario_forms
from routes._basemap import backgrounds
from routes._errors import field_words
from routes._request import area, residents, today

_PARTS = tuple(part.name for part in fields(Change))


@dataclass(frozen=True, slots=True)
class Answered:
    """The answer of a plan.

    total, rows  see ``line``; rows with most people changed first
    """

    found: Weighed
    map: Drawn
    total: dict[str, Any]
    rows: tuple[dict[str, Any], ...]


def answer(db: Session, scope: Scope, plan: Plan) -> Answered:
    """What the plan changes. Raises Invalid for a municipality without streets or people."""
    streets = area(scope)
    asked = (db, scope, residents(), streets, plan.question, plan.steps)
    found = scenario.weigh(*asked, today())
    if found is None:
        raise Invalid(fields={"municipality": "no_people"})
    many = len(plan.question.kinds) > 1  # what is within reach of any of several is not drawn
    lines = Drawn(None, None, None, 0) if many else drawn(db, scope, streets, found.after)
    return Answered(found, lines, line(scenario.total(found)), rows_of(found))


def rows_of(found: Weighed) -> tuple[dict[str, Any], ...]:
    """The areas that somebody lives in, those first where most people gain or lose."""
    rows = [line(row) for row in found.rows]
    rows = [row for row in rows if row["id"] or row["leading"]["before"]["people"]]

    def rank(row: Mapping[str, Any]) -> tuple[bool, int, str]:
        changed = row["leading"]["gained"] + row["leading"]["lost"]
        return (not row["id"], -changed, row["code"])

    return tuple(sorted(rows, key=rank))


def line(row: ChangeRow) -> dict[str, Any]:
    """{id, code, name, leading, practical, step, is_hatched}: a limit has gained and lost, each with _min and _max,
    and before and after as gap_map.whole has them; drawn as the plan leaves it."""
    leading = _limit(row.leading, row.before, row.after, "leading")
    return {
        "id": str(row.id) if row.id else "",
        "code": row.code,
        "name": row.name,
        "leading": leading,
        "practical": _limit(row.practical, row.before, row.after, "practical")
        if row.practical
        else None,
        **_gap_answers.drawn_as(leading["after"]),
    }


def _limit(change: Change, before: GapRow, after: GapRow, name: str) -> dict[str, Any]:
    return {part: round(getattr(change, part)) for part in _PARTS} | {
        "before": whole(getattr(before, name)),
        "after": whole(getattr(after, name)),
    }


def kind_words(of: Sequence[Kind]) -> Any:
    """The kinds of a question as the words about one kind read them."""
    if len(of) == 1:
        return of[0]
    name = "か".join(kind.name for kind in of)
    return SimpleNamespace(name=name, reach=of[0].reach, limit_m=None, code=of[0].code)


def kinds_of(db: Session, scope: Scope, codes: Iterable[str]) -> list[Kind]:
    """The kinds of a plan. Raises NotFound."""
    return [kinds.get(db, scope, code) for code in codes]


def steps_of(
    db: Session, scope: Scope, plan: Plan, of: Sequence[Kind], found: Weighed | None
) -> list[dict[str, Any]]:
    """What a plan changes, a line for each step: {id, number, do, name, url, kind, days, eligibility, areas, lonlat,
    participants, counted_on, gone, off, form}."""
    gone = scenario.gone(db, scope, plan.question.kinds, plan.steps)
    off = _off(scenario.off_streets(area(scope), found.after.of, plan.steps)) if found else {}
    names = {kind.code: kind.name for kind in of}
    return [
        _step(db, scope, number, step, names, gone.get(step.id)) | {"off": off.get(step.id)}
        for number, step in enumerate(plan.steps, start=1)
    ]


def _step(
    db: Session, scope: Scope, number: int, step: Step, names: Mapping[str, str], gone: Gone | None
) -> dict[str, Any]:
    row = None
    if step.resource is not None:
        try:
            row = shelf.get(db, scope, step.resource)
        except NotFound:
            row = None
    return {
        "id": str(step.id),
        "number": number,
        "do": step.do,
        "name": row.name if row else step.name,
        "url": url_for("resources.show", resource_id=row.id) if row else "",
        "resource": str(step.resource or ""),
        "kind": names.get(step.kind, ""),
        "days": _cards.opening_lines([one.model_dump(mode="json") for one in step.openings]),
        "eligibility": vocabulary("eligibility").get(step.eligibility, "")
        if step.do == "add"
        else "",
        "areas": area_words(one.model_dump() for one in step.service_areas),
        "lonlat": list(step.place) if step.place else None,
        "closed_lonlat": [row.lon, row.lat] if row and row.lon is not None else None,
        "participants": row.participants if row else None,
        "counted_on": row.counted_on if row else None,
        "gone": _gone(gone),
        "form": _scenario_forms.shown(step),
    }


def _gone(gone: Gone | None) -> dict[str, Any] | None:
    if gone is None:
        return None
    into = url_for("resources.show", resource_id=gone.into) if gone.into else ""
    return {"closed_on": gone.closed_on, "into": into}


def choices(db: Session, scope: Scope, of: Sequence[Kind], plan: Plan) -> list[dict[str, Any]]:
    """What runs today of the kinds, for who chooses one: {value, words, lonlat, may_move}."""
    closed = {step.resource for step in plan.steps if step.do == "close"}
    found = [entry for kind in of for entry in entries(db, scope, kind.code)]
    return [
        {
            "value": str(entry.id),
            "words": entry.name,
            "lonlat": [entry.lon, entry.lat] if entry.lon is not None else None,
            "may_move": not entry.halts and _goes(entry, of),
        }
        for entry in found
        if entry.id not in closed
    ]


def _goes(entry: Entry, of: Sequence[Kind]) -> bool:
    return all(kind.reach not in BY_AREA for kind in of if kind.code == entry.kind)


def page_data(
    db: Session,
    scope: Scope,
    plan: Plan,
    found: Answered | None,
    about: Mapping[str, Any],
) -> dict[str, Any]:
    """What the script of the page reads; an area's count is of people beyond."""
    level = plan.question.level
    by_code = {kind.code: kind for kind in kinds.list_all(db, scope)}
    marks = shelf.list_marks(db, scope, Wanted(kinds=plan.question.kinds))
    shapes = districts.list_shapes(db, scope, level, within_m=_cards.OUTLINE_M)
    data = _cards.map_data(marks, by_code, shapes, {}, districts.bounds(db, scope, None), today())
    lines = {row["id"]: row for row in found.rows} if found else {}
    for feature in data["districts"]["features"]:
        row = lines.get(feature["properties"]["id"])
        beyond = f"{row['leading']['after']['beyond']:,}" if row else None
        feature["properties"]["count"] = beyond
    data |= backgrounds(scope, data["bounds"])
    if found is None:
        return data | {"gaps": None, "scenario": about}
    return data | {"gaps": gaps_of(found, scope), "scenario": about}


def gaps_of(found: Answered, scope: Scope) -> dict[str, Any]:
    """What is drawn of the areas and of what is within reach."""
    served = found.map.served
    return {
        "steps": {row["id"]: row["step"] for row in found.rows},
        "hatched": [row["id"] for row in found.rows if row["is_hatched"]],
        "leading": _gap_answers.band(found.map.leading),
        "practical": _gap_answers.band(found.map.practical),
        "served": None if served is None else json.loads(publish.outline_geojson(served)),
        "coverage": json.loads(publish.outline_geojson(area(scope).network.coverage)),
    }


def drag_of(plan: Dragging, step: Step, found: Weighed) -> dict[str, Any]:
    """What the page paints while a place is dragged: everybody, area by area, the sentence, and how dark each is;
    and why nobody knows how to get there."""
    total, rows = line(scenario.total(found)), [line(row) for row in found.rows]
    kind = kind_words(list(plan.kinds.values()))
    return {
        "total": total,
        "rows": {row["id"]: row for row in rows},
        "said": said(plan.asked, kind, found, total),
        "steps": {row["id"]: row["step"] for row in rows},
        "hatched": [row["id"] for row in rows if row["is_hatched"]],
        "problem": _off(scenario.off_streets(plan.town.area, plan.before.of, [step])).get(step.id),
    }


def _off(codes: Mapping[UUID, str]) -> dict[UUID, str]:
    return {id_: field_words({"place": code})["place"] for id_, code in codes.items()}


def said(asked: Mapping[str, str], kind: Any, found: Weighed, total: Mapping[str, Any]) -> str:
    """The sentence of the answer, as plain text."""
    macro = get_template_attribute("scenarios/_words.html", "sentence")
    return " ".join(unescape(macro(asked, kind, found.after.of[0], total, False)).split())


def named(db: Session, scope: Scope, text: str) -> dict[str, str] | None:
    """{id, name} of an entry that a query names; None where it is none."""
    id_ = id_of(text)
    try:
        return {"id": text, "name": shelf.get(db, scope, id_).name} if id_ else None
    except NotFound:
        return None


def id_of(text: str) -> UUID | None:
    """An id that a query says; None where it is none."""
    try:
        return UUID(text)
    except ValueError:
        return None
