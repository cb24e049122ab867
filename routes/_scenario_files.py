"""検討案 as files: exactly what the page shows, with the question, the steps, the day and the sources in the file."""

from collections.abc import Sequence
from html import unescape
from typing import Any

from flask import get_template_attribute
from sqlalchemy.orm import Session

from geo import publish
from geo.records import districts
from geo.scenario_book import Plan
from geo.scope import Scope
from routes import _scenario_answers
from routes._gap_files import NOWHERE, WHOLE
from routes._lists import sources
from routes._request import today
from routes._scenario_answers import Answered

_CHANGED = {
    "gained": "届くようになる",
    "gained_min": "届くようになる（少なくとも）",
    "gained_max": "届くようになる（多くて）",
    "lost": "届かなくなる",
    "lost_min": "届かなくなる（少なくとも）",
    "lost_max": "届かなくなる（多くて）",
}
_STATES = {"reached": "届く", "beyond": "届きにくい", "unknown": "わからない"}


def table(db: Session, scope: Scope, plan: Plan) -> str:
    """CSV as offices open it: an area a line, the last one everybody."""
    return publish.table(_rows(db, scope, plan))


def comparison(db: Session, scope: Scope, plans: Sequence[Plan]) -> str:
    """CSV of several plans: the lines of each, one plan after the other."""
    return publish.table([row for plan in plans for row in _rows(db, scope, plan)])


def side_by_side(answers: Sequence[Answered]) -> list[dict[str, Any]]:
    """{id, name, cells}: an area with its line of each plan, by code; the last one everybody."""
    if not answers:
        return []
    lines = [{line["id"]: line for line in answer.rows} for answer in answers]
    areas = sorted(answers[0].rows, key=lambda line: (not line["id"], line["code"]))
    rows = [
        {"id": line["id"], "name": line["name"], "cells": [one[line["id"]] for one in lines]}
        for line in areas
    ]
    return [*rows, {"id": None, "name": WHOLE, "cells": [answer.total for answer in answers]}]


def _rows(db: Session, scope: Scope, plan: Plan) -> list[dict[str, Any]]:
    answer = _scenario_answers.answer(db, scope, plan)
    told = _told(db, scope, plan, answer)
    areas = sorted(answer.rows, key=lambda line: (not line["id"], line["code"]))
    lines = [line if line["id"] else line | {"name": NOWHERE} for line in areas]
    return [
        {
            "検討案": plan.row.name,
            "区域コード": line["code"],
            "区域": line["name"],
            **_at(line["leading"], ""),
            **_at(line["practical"], "目安で"),
            "全体の人数": line["leading"]["before"]["people"],
            **told,
        }
        for line in (*lines, answer.total | {"name": WHOLE})
    ]


def _at(limit: dict[str, Any] | None, prefix: str) -> dict[str, Any]:
    """What changes at one limit, and the three states before and after; empty where there is no such limit."""
    changed = {f"{prefix}{words}": limit[name] if limit else "" for name, words in _CHANGED.items()}
    states = {
        f"{prefix}{when}{words}": limit[side][name] if limit else ""
        for side, when in (("before", "いま"), ("after", "この案で"))
        for name, words in _STATES.items()
    }
    return changed | states


def _told(db: Session, scope: Scope, plan: Plan, answer: Answered) -> dict[str, str]:
    names = {row.code: row.name for row in districts.list_levels(db, scope)}
    of = _scenario_answers.kinds_of(db, scope, plan.question.kinds)
    kind, asked, after = _scenario_answers.kind_words(of), plan.row.question, answer.found.after
    steps = _scenario_answers.steps_of(db, scope, plan, of, answer.found)
    about = sources(db, scope, plan.question.level)
    gaps = "gaps/_words.html"
    return {
        "問い": words_of(gaps, "question", asked, kind, after.of[0]),
        "目安": words_of(gaps, "practical", kind, after.of[0]),
        "変えるところ": "；".join(words_of("scenarios/_words.html", "step", one) for one in steps),
        "数えた日": today().isoformat(),
        "人数のもと": words_of(gaps, "people", after.living, names),
        "資料": words_of(gaps, "sources", about),
        "おことわり": words_of("scenarios/_words.html", "caution"),
    }


def words_of(template: str, macro: str, *about: Any) -> str:
    """What a macro of a page says of something, as plain text."""
    text: str = get_template_attribute(template, macro)(*about)
    return " ".join(unescape(text).split())
