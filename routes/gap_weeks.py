"""届きにくさの一週間: /gaps/<municipality>/<kinds>/week, seven days by morning and afternoon on one sheet; staff only."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, render_template, request
from sqlalchemy.orm import Session

from geo import gap_map, gap_week, publish, travel_profiles
from geo.errors import Invalid, NotFound
from geo.gap_questions import WEEKDAYS, GapQuestion
from geo.gap_rests import is_rest
from geo.gap_week import Week
from geo.openings.rhythm import halves
from geo.records import districts, municipalities
from geo.records.kinds import Kind
from geo.scope import STAFF, Scope
from routes._cards import OUTLINE_M
from routes._errors import field_words
from routes._gap_answers import WORDS, asked_of, drawn_as, line, lines
from routes._gap_pages import choices, codes_of, element_of, kinds_asked
from routes._home import staff_at
from routes._lists import sources
from routes._request import area, reading, residents, today
from routes._roles import allow
from routes._small_map import drawing

NOT_ASKED = ("day", "at", "on")  # the week is about all of them
_SMALL = 8 * OUTLINE_M  # our choice: a map of the size of a stamp

bp = Blueprint("gap_weeks", __name__, url_prefix="/gaps")


@bp.get("/<municipality>/<kind>/week")
@allow(*STAFF)
def show(municipality: str, kind: str) -> tuple[str, int]:
    """Fourteen small maps and the table that says the same."""
    db, scope = reading(), staff_at(municipality)
    some, asked, problems, found = _with_days(db, scope, kind), asked_of(db, scope), {}, None
    asked |= dict.fromkeys(NOT_ASKED, "")
    try:
        found = _answer(db, scope, some, asked)
    except Invalid as refused:
        problems = field_words(refused.facts["fields"])  # type: ignore[arg-type]
    limit = "practical" if _has_practical(found) and _asks_practical() else "leading"
    page = render_template(
        "gaps/week.html",
        municipality=municipalities.get(db, scope, municipality),
        word=kind,
        kinds=some,
        element=element_of(kind),
        asked=asked,
        query={name: asked[name] for name in WORDS if asked[name]},
        found=found,
        of=found.of if found else (),
        limit=limit,
        halves=_halves(found, limit) if found else [],
        areas=lines(found.halves[0].rows) if found else [],
        small=drawing(districts.list_shapes(db, scope, asked["level"], within_m=_SMALL)),
        problems=problems,
        today=today(),
        sources=sources(db, scope, asked["level"]),
        **choices(db, scope),
    )
    return page, 422 if problems.keys() & set(WORDS) else 200


@bp.get("/<municipality>/<kind>/week.csv")
@allow(*STAFF)
def table(municipality: str, kind: str) -> Response:
    """The same as a table: an area on half a day in a line."""
    db, scope = reading(), staff_at(municipality)
    some, asked = _with_days(db, scope, kind), asked_of(db, scope)
    found = _answer(db, scope, some, asked | dict.fromkeys(NOT_ASKED, ""))
    names = "、".join(one.name for one in some)
    rows = [
        _row(half, one, names, asked)
        for half in _halves(found, "leading")
        for one in (*half["rows"].values(), half["total"] | {"name": "全体"})
    ]
    response = Response(publish.table(rows), mimetype="text/csv")
    name = f"gaps-{municipality}-week-{today():%Y%m%d}.csv"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _with_days(db: Session, scope: Scope, word: str) -> list[Kind]:
    """The kinds of the address that have days: a bench stands there on all of them. Raises NotFound for none."""
    some = [kind for kind in kinds_asked(db, scope, word) if not is_rest(kind)]
    if not some:
        raise NotFound(thing="kind", id=word)
    return some


def _asks_practical() -> bool:
    return request.args.get("limit") == "practical"


def _has_practical(found: Week | None) -> bool:
    return found is not None and all(row.practical for row in found.halves[0].rows)


def _answer(db: Session, scope: Scope, some: list[Kind], asked: Mapping[str, str]) -> Week:
    """The answer. Raises Invalid in the fields of the question, or for a municipality without streets or people."""
    among = travel_profiles.in_use(db, scope)
    question = GapQuestion.parse(asked, codes_of(some), asked["level"], today(), among)
    month = int(asked["month"]) if asked["month"] else None  # 1 to 12, as just read
    town = (db, scope, residents(), area(scope))
    found = gap_week.week(*town, question, halves(today(), month), today())
    if found is None:
        raise Invalid(fields={"municipality": "no_people"})
    return found


def _halves(found: Week, limit: str) -> list[dict[str, Any]]:
    """[{day, half, rows {id: line}, total}], Monday morning first; people and colours at the limit that is shown."""
    told = []
    for half in found.halves:
        rows = {row["id"]: _at(row, limit) for row in lines(half.rows)}
        total = _at(line(gap_map.together(half.rows)), limit)
        about = {"day": WEEKDAYS[half.weekday], "half": half.half}
        told.append(about | {"rows": rows, "total": total})
    return told


def _at(row: dict[str, Any], limit: str) -> dict[str, Any]:
    people = row[limit]
    return row | {"people": people} | drawn_as(people)


def _row(
    half: Mapping[str, Any], one: Mapping[str, Any], names: str, asked: Mapping[str, str]
) -> dict[str, Any]:
    day = dict(zip(WEEKDAYS, "月火水木金土日", strict=True))[half["day"]]
    leading, practical = one["leading"], one["practical"]
    people = {
        "届く": "reached",
        "届きにくい": "beyond",
        "わからない": "unknown",
        "全体の人数": "people",
    }
    return {
        "曜日": day,
        "午前・午後": {"morning": "午前", "afternoon": "午後"}[half["half"]],
        "区域コード": one["code"],
        "区域": one["name"] or "区域のわからない人",
        **{word: leading[name] for word, name in people.items()},
        "目安で届きにくい": practical["beyond"] if practical else "",
        "目安でわからない": practical["unknown"] if practical else "",
        "種別": names,
        "年齢": f"{asked['age']}歳以上",
        "時間（分）": asked["minutes"],
        "数えた日": today().isoformat(),
    }
