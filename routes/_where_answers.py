"""どこに開くかの案 as pages and files read it: whole people, words for stages and for why it ended, the map's data."""

import math
from collections.abc import Mapping
from dataclasses import fields
from datetime import date
from html import unescape
from types import SimpleNamespace
from typing import Any

from flask import get_template_attribute, url_for
from sqlalchemy.orm import Session

from geo import gap_map, publish
from geo.days import era_words
from geo.gap_questions import AGE, LAW_MIN
from geo.population import Said
from geo.records import districts, shelf
from geo.records.kinds import Kind
from geo.records.shelf import Wanted
from geo.records.siting_plans import SitingPlan
from geo.scope import Scope
from geo.where_questions import WEIGHED
from routes import _cards
from routes._basemap import backgrounds
from routes._errors import field_words
from routes._request import today

QUESTION = ("level", "age", "minutes", "profile", "day", "at", "month", "on", "open_to_all")
WISHES = (
    *("most", "least_places", "least_share", "must", "never"),
    *(f"weight_{age}" for age in WEIGHED),
)
# What the worker is at; {done} of {total}, {value} people so far, {limit} no choice exceeds
STAGE_WORDS = {
    "before": "前に{before}件が並んでいます。",
    "waiting": "順番を待っています。",
    "opening": "道と人数のデータを開いています。",
    "reaching": "候補{total}か所のうち{done}か所について、どの家から届くかを調べました。",
    "greedy": "1か所ずつ選んでいます。",
    "bound": "よい選び方をさがしています。いまのところ{value}人、どう選んでも{limit}人までです。",
    "proof": "いちばんよいことを確かめています。いまのところ{value}人、どう選んでも{limit}人までです。",
    "counting": "区域ごとに数えています。",
}
ENDED_WORDS = {
    "given_up": "計算が3回とも途中で止まりました。候補を少なくして、もう一度お試しください。",
    "unforeseen": "計算の途中で、うまく動かなくなりました。続くときは管理者にお知らせください。",
    "not_found": "種別か区域が、なくなっています。",
}


def asked_of(row: SitingPlan, db: Session, scope: Scope) -> dict[str, str]:
    """The words of the question with what is meant where nothing was said."""
    usual = {"age": str(AGE), "minutes": f"{LAW_MIN:g}", "level": level_of(row, db, scope)}
    return {name: row.asked.get(name, "") or usual.get(name, "") for name in (*QUESTION, *WISHES)}


def level_of(row: SitingPlan, db: Session, scope: Scope) -> str:
    """The level whose areas the plan is told by."""
    level: str = row.asked.get("level") or gap_map.usual_level(db, scope)
    return level


def progress(row: SitingPlan) -> dict[str, Any]:
    """How far it is: people whole, null where nothing is known yet."""
    return {
        "state": row.state,
        "stage": row.stage if row.state == "working" else row.state,
        "done": row.done,
        "total": row.total,
        "value": None if row.value is None else round(row.value),
        "limit": None if row.limit is None else math.floor(row.limit + 1e-6),
    }


def stage_words(row: SitingPlan, before: int) -> str:
    """The same in words; as static/js/pages/where_working.js says it."""
    said = progress(row)
    if before:
        return STAGE_WORDS["before"].format(before=before)
    stage = said["stage"]
    if stage in ("bound", "proof") and said["limit"] is None:
        stage = "greedy"
    numbers = {name: f"{said[name] or 0:,}" for name in ("done", "total", "value", "limit")}
    return STAGE_WORDS.get(stage, "").format(**numbers)


def ended_words(row: SitingPlan) -> list[str]:
    """Why there is no answer."""
    facts = row.result.get("facts", {})
    if row.state == "cancelled":
        return []
    if row.result.get("code") != "invalid":
        return [ENDED_WORDS.get(row.result.get("code", ""), ENDED_WORDS["unforeseen"])]
    words = list(field_words(facts.get("fields", {})).values())
    areas = facts.get("areas", [])
    return [*words, *([f"とどかない区域：{'、'.join(areas)}"] if areas else [])]


def told(row: SitingPlan) -> dict[str, Any]:
    """The answer for its page: people as whole ones that add up as they stand there, how much better a choice can be
    at most, sources as macros read them."""
    kept, people = row.result, round(row.result["people"])
    adds = _apportioned([one["adds_people"] for one in kept["chosen"]], people)
    greedy = kept["greedy_people"]
    return {
        **kept,
        "people": people,
        "least": min(round(kept["least"]), people),
        "most": max(round(kept["most"]), people),
        "unsaid_people": round(kept["unsaid_people"]),
        "greedy_people": None if greedy is None else people - round(kept["people"] - greedy),
        "is_weighed": any(row.asked.get(f"weight_{age}") not in (None, "", "1") for age in WEIGHED),
        "better": max(math.floor(kept["limit"] - kept["value"] + 1e-6), 0),
        "rows": [_line(line) for line in kept["rows"] if line["id"] or _everybody(line)],
        "total": _line(kept["total"]),
        "chosen": [one | {"adds": add} for one, add in zip(kept["chosen"], adds, strict=True)],
        "left_out": row.left_out,
        "candidates": len(row.candidates),
        "living": _living(kept["living"]),
    }


def _apportioned(parts: list[float], whole: int) -> list[int]:
    """Parts as whole numbers that add up to the whole: those with the largest rest are rounded up."""
    told = [math.floor(part) for part in parts]
    by_rest = sorted(range(len(parts)), key=lambda at: (told[at] - parts[at], at))
    for at in by_rest[: max(whole - sum(told), 0)]:
        told[at] += 1
    return told


def _everybody(line: Mapping[str, Any]) -> int:
    people: int = line["leading"]["before"]["people"]
    return people


def _line(line: dict[str, Any]) -> dict[str, Any]:
    """gains: rounded once (MEANING 4), so that it is what a 検討案 of the same says."""
    return {"practical": None, **line, "gains": round(line["gained"])}


def _living(kept: Mapping[str, Any]) -> SimpleNamespace:
    """As templates/gaps/_words.html people() reads it."""
    register = kept["register"]
    if register:
        register = SimpleNamespace(
            **register | {"sources": [_said(one) for one in register["sources"]]}
        )
    return SimpleNamespace(
        squares=_said(kept["squares"]) if kept["squares"] else None, register=register
    )


def _said(kept: Mapping[str, Any]) -> Said:
    day = date.fromisoformat(kept["as_of"]) if kept["as_of"] else None
    return Said(**{part.name: kept[part.name] for part in fields(Said)} | {"as_of": day})


def page_data(
    db: Session, scope: Scope, row: SitingPlan, kinds: Mapping[str, Kind]
) -> dict[str, Any]:
    """What the map reads: the chosen with their numbers, what is there of the kind, areas with who is still beyond."""
    level = level_of(row, db, scope)
    shapes = districts.list_shapes(db, scope, level, within_m=_cards.OUTLINE_M)
    marks = shelf.list_marks(db, scope, Wanted(kind=row.kind))
    data = _cards.map_data(marks, kinds, shapes, {}, districts.bounds(db, scope, None), today())
    lines = {line["id"]: line for line in row.result["rows"]}
    for feature in data["districts"]["features"]:
        line = lines.get(feature["properties"]["id"])
        feature["properties"]["count"] = f"{round(line['gained']):,}" if line else None
    kind = kinds[row.kind]
    # numbers are those of the list of the chosen; what is there already is a dot without one
    there = [mark | {"number": None} for mark in data["resources"]]
    chosen = enumerate(row.result["chosen"], 1)
    data["resources"] = [*(_mark(one, at, kind, row) for at, one in chosen), *there]
    data["drawn"] = row.result["drawn"]
    return data | backgrounds(scope, data["bounds"])


def _mark(one: Mapping[str, Any], number: int, kind: Kind, row: SitingPlan) -> dict[str, Any]:
    where = {"municipality": row.municipality, "kind": row.kind, "plan_id": row.id}
    url = url_for("where.show", **where, _anchor=f"chosen-{number}")
    if one["resource"]:
        url = url_for("resources.show", resource_id=one["resource"])
    return {
        "id": f"chosen-{number}",
        "number": number,
        "name": one["name"],
        "kind": kind.name,
        "icon": kind.icon,
        "element": kind.element,
        "lonlat": [one["lon"], one["lat"]],
        "url": url,
        "blurred": one["is_rough"],
    }


def table(row: SitingPlan, db: Session, scope: Scope, kind: Kind) -> str:
    """CSV as offices open it: a chosen place a line, then an area a line, each with the question and the day."""
    answer, asked = told(row), asked_of(row, db, scope)
    way = get_template_attribute("gaps/_where_words.html", "subject")(asked, kind, answer)
    sure = get_template_attribute("gaps/_where_words.html", "proof")(answer, asked)
    about = {
        "問い": _plain(way),
        "候補の数": answer["candidates"],
        "確かさ": _plain(sure),
        "数えた日": row.as_of.isoformat(),
        "数えた日（和暦）": era_words(row.as_of),
    }
    empty = {"場所": "", "緯度": "", "経度": "", "前の場所に加えて届くようになる人": ""}
    columns = {
        "いま届きにくい": "",
        "選んだあと届きにくい": "",
        "へる人": "",
        "わからない": "",
        "全体の人数": "",
    }
    places = [
        {
            "行": "選んだ場所",
            "順": number,
            "区域": one["area"],
            "場所": one["name"],
            "緯度": one["lat"],
            "経度": one["lon"],
            "前の場所に加えて届くようになる人": one["adds"],
            **columns,
            **about,
        }
        for number, one in enumerate(answer["chosen"], 1)
    ]
    areas = [
        _area_row(line, empty, about)
        for line in (*answer["rows"], answer["total"] | {"name": "全体"})
    ]
    return publish.table([*places, *areas])


def _area_row(
    line: Mapping[str, Any], empty: Mapping[str, str], about: Mapping[str, Any]
) -> dict[str, Any]:
    part = line["leading"]
    return {
        "行": "区域",
        "順": "",
        "区域": line["name"] or "区域のわからない人",
        **empty,
        "いま届きにくい": part["before"]["beyond"],
        "選んだあと届きにくい": part["after"]["beyond"],
        "へる人": line["gains"],
        "わからない": part["after"]["unknown"],
        "全体の人数": part["before"]["people"],
        **about,
    }


def _plain(words: str) -> str:
    return " ".join(unescape(words).split())
