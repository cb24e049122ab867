"""届きにくさ as files: exactly what the page shows, with the question, the day and the sources in the file itself."""

import json
import math
from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from geo import gap_cells, publish
from geo.gap_cells import Cell
from geo.gap_matrix import Counted, Matrix
from geo.gap_questions import LONGEST_MIN
from geo.records import districts, shelf
from geo.records.districts import District
from geo.records.shelf import Wanted
from geo.scope import Scope
from routes import _gap_answers
from routes._gap_answers import Answered

_PEOPLE = {
    "reached": "届く",
    "beyond": "届きにくい",
    "beyond_min": "届きにくい（少なくとも）",
    "beyond_max": "届きにくい（多くて）",
    "unknown": "わからない",
}
_BESIDE = {
    "slower": "1分に10メートル遅いとき届く",
    "faster": "1分に10メートル速いとき届く",
    "confirmed": "今年度確かめたものだけで届く",
    "if_all_run": "開く日などがわからないものも開けば届く",
}
_CHOICES = {
    "none": "選べるところがない",
    "one": "1か所だけ",
    "more": "2か所以上",
    "median": "半分の人が選べる数",
    "nearest": "半分の人が、いちばん近いところまでの分",
    "far": "10人に9人が、いちばん近いところまでの分",
}
FARTHER = f"{LONGEST_MIN:g}分より遠い"
WHOLE, NOWHERE = "全体", "区域のわからない人"


def table(_db: Session, _scope: Scope, answer: Answered, told: dict[str, Any]) -> str:
    """CSV as offices open it: an area a line, the last one everybody."""
    lines = [line if line["id"] else line | {"name": NOWHERE} for line in answer.rows]
    whole = answer.total | {"name": WHOLE}
    return publish.table([_row(line, answer, told) for line in (*lines, whole)])


def _row(line: dict[str, Any], answer: Answered, told: dict[str, Any]) -> dict[str, Any]:
    leading, practical = line["leading"], line["practical"]
    return {
        "区域の種類": told["level"] if line["id"] else "",
        "区域コード": line["code"],
        "区域": line["name"],
        **{words: leading[name] for name, words in _PEOPLE.items()},
        "全体の人数": leading["people"],
        **{words: leading[name] for name, words in _BESIDE.items()},
        **{
            f"目安で{words}": practical[name] if practical else ""
            for name, words in _PEOPLE.items()
        },
        **{
            f"{one['kind'].name}が届きにくい": one["people"]
            if line["name"] == WHOLE
            else one["rows"][line["id"]]
            for one in answer.lacks
        },
        **_choice(line, answer),
        "問い": told["question"],
        "目安": told["practical"],
        "数えた日": told["as_of"],
        "人数のもと": told["people"],
        "資料": told["sources"],
    }


def _choice(line: dict[str, Any], answer: Answered) -> dict[str, Any]:
    """選択肢の数 and minutes to the nearest; beyond the search stands in words, never as a number."""
    if answer.choices is None:
        return {}
    everybody = line["name"] == WHOLE
    one = answer.choices["everybody"] if everybody else answer.choices["rows"].get(line["id"], {})
    return {words: _said(one.get(name)) for name, words in _CHOICES.items()}


def _said(value: Any) -> Any:
    return FARTHER if value == math.inf else value


def matrix(found: Matrix, areas: Sequence[District], told: dict[str, Any]) -> str:
    """CSV of the whole table: a kind in an area in a line, each kind's last one everybody; kinds that nobody has counted
    yet, and those of which nothing is registered, say so."""
    names = {area.id: (area.code, area.name) for area in areas}
    rows = []
    for row in found.rows:
        about = {"種別": row.kind.name, "要素": told["elements"][row.kind.element]}
        if row.everybody is None:
            rows.append(_cell(about, row.resources, ("", ""), None, "まだ数えていません", told))
            continue
        for id_, one in row.cells.items():
            if id_ or one.leading["people"]:
                who = names.get(id_, ("", NOWHERE)) if id_ else ("", NOWHERE)
                rows.append(_cell(about, row.resources, who, one, "", told))
        rows.append(_cell(about, row.resources, ("", WHOLE), row.everybody, "", told))
    for kind in found.without:
        about = {"種別": kind.name, "要素": told["elements"][kind.element]}
        rows.append(_cell(about, 0, ("", ""), None, "登録なし（「ない」とはかぎりません）", told))
    return publish.table(rows)


def _cell(
    about: dict[str, str],
    resources: int,
    who: tuple[str, str],
    one: Counted | None,
    note: str,
    told: dict[str, Any],
) -> dict[str, Any]:
    leading, practical = (one.leading, one.practical) if one else (None, None)
    return {
        **about,
        "登録（件）": resources,
        "区域コード": who[0],
        "区域": who[1],
        **{words: leading[name] if leading else "" for name, words in _PEOPLE.items()},
        "全体の人数": leading["people"] if leading else "",
        "目安で届きにくい": practical["beyond"] if practical else "",
        "目安でわからない": practical["unknown"] if practical else "",
        "注": note,
        "年齢": told["who"],
        "いつ": told["when"],
        "区域の種類": told["level"],
        "数えた日": told["as_of"],
        "資料": told["sources"],
    }


def shapes(db: Session, scope: Scope, answer: Answered, told: dict[str, Any]) -> str:
    """GeoJSON of the map: what is within reach, areas and squares with their numbers, resources as staff see them."""
    lines = {line["id"]: line for line in answer.rows}
    question = answer.found.question
    features: list[dict[str, Any]] = []
    for name in ("leading", "practical"):
        drawn = _gap_answers.band(getattr(answer.map, name))
        for feature in drawn["features"] if drawn else ():
            features.append(
                feature | {"properties": feature["properties"] | {"layer": "within", "limit": name}}
            )
    if answer.map.served is not None:
        geometry = json.loads(publish.outline_geojson(answer.map.served))
        features.append(_feature(geometry, {"layer": "served"}))
    for shape in districts.list_shapes(db, scope, question.level):
        line = lines[str(shape.id)]
        people = {"leading": line["leading"], "practical": line["practical"]}
        about = {"layer": "area", "code": shape.code, "name": shape.name, **people}
        if answer.choices:
            about["choices"] = {
                name: None if value == math.inf else value
                for name, value in answer.choices["rows"].get(str(shape.id), {}).items()
                if name != "name"
            }
        if answer.lacks:
            about["lacks"] = {one["kind"].code: one["rows"][str(shape.id)] for one in answer.lacks}
        features.append(_feature(shape.geojson, about))
    features += cells(gap_cells.cells(db, scope, answer.found))
    for mark in shelf.list_marks(db, scope, Wanted(kinds=question.kinds)):
        point = {"type": "Point", "coordinates": [mark.lon, mark.lat]} if mark.lon else None
        features.append(
            _feature(point, {"layer": "resource", "kind": mark.kind, "name": mark.name})
        )
    about = {"type": "FeatureCollection", "about": told, "everybody": answer.total["leading"]}
    return json.dumps(about | {"features": features}, ensure_ascii=False, allow_nan=False)


def cells(found: Sequence[Cell] | None) -> list[dict[str, Any]]:
    """The squares of the map as features: how dark each is drawn, and its people as whole ones; null: too few to be told."""
    told = []
    for cell in found or ():
        people = {
            "people": 1000,
            "beyond": cell.beyond_share * 1000,
            "unknown": cell.unknown_share * 1000,
        }
        counts = {
            name: None if value is None else round(value)
            for name in ("people", "reached", "beyond", "unknown")
            for value in (getattr(cell, name),)
        }
        about = {"layer": "cell", **counts, **_gap_answers.drawn_as(people)}
        told.append(_feature(json.loads(cell.geojson), about))
    return told


def _feature(geometry: Any, properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "Feature", "geometry": geometry, "properties": properties}
