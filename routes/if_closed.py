"""なくなったら: /gaps/<municipality>/<kind>/if-closed, who would lose the last one within reach."""

from typing import Any

from flask import Blueprint, Response, render_template

from geo import publish
from geo.errors import Invalid
from geo.records import kinds, municipalities
from geo.scope import STAFF
from routes import _gap_answers, _if_closed
from routes._errors import field_words
from routes._gap_answers import WORDS
from routes._home import staff_at
from routes._lists import sources
from routes._request import reading, today
from routes._roles import allow
from routes._scenario_files import words_of

bp = Blueprint("if_closed", __name__, url_prefix="/gaps")


@bp.get("/<municipality>/<kind>/if-closed")
@allow(*STAFF)
def show(municipality: str, kind: str) -> tuple[str, int]:
    """Every entry of a kind, those first whom most people would lose as the last one within reach."""
    db, scope = reading(), staff_at(municipality)
    asked, problems, found = _gap_answers.asked_of(db, scope), {}, None
    row = kinds.get(db, scope, kind)
    try:
        found = _if_closed.table(db, scope, kind, asked)
    except Invalid as refused:
        problems = field_words(refused.facts["fields"])  # type: ignore[arg-type]
    page = render_template(
        "scenarios/if_closed.html",
        municipality=municipalities.get(db, scope, municipality),
        kind=row,
        asked=asked,
        query={name: asked[name] for name in WORDS if asked[name]},
        of=found.of if found else None,
        rows=_if_closed.rows(found) if found else [],
        people=round(found.people) if found else 0,
        reached=round(found.reached) if found else 0,
        may_plan=scope.may_change_resources,
        problems=problems,
        today=today(),
        sources=sources(db, scope, asked["level"]),
    )
    return page, 422 if problems.keys() & set(WORDS) else 200


@bp.get("/<municipality>/<kind>/if-closed.csv")
@allow(*STAFF)
def table(municipality: str, kind: str) -> Response:
    """The table of the page, with its question, day and sources."""
    db, scope = reading(), staff_at(municipality)
    asked, row = _gap_answers.asked_of(db, scope), kinds.get(db, scope, kind)
    found = _if_closed.table(db, scope, kind, asked)
    told = {
        "問い": words_of("gaps/_words.html", "question", asked, row, found.of),
        "全体の人数": round(found.people),
        "いま届く人": round(found.reached),
        "数えた日": today().isoformat(),
        "資料": words_of("gaps/_words.html", "sources", sources(db, scope, asked["level"])),
        "おことわり": words_of("scenarios/_words.html", "caution"),
    }
    document = publish.table([_line(one) | told for one in _if_closed.rows(found)])
    response = Response(document, mimetype="text/csv")
    name = f"if-closed-{municipality}-{kind}-{today():%Y%m%d}.csv"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _line(row: dict[str, Any]) -> dict[str, Any]:
    practical = row["practical"] or {}
    words = {"lost": "", "lost_min": "（少なくとも）", "lost_max": "（多くて）"}
    return {
        "ID": row["id"],
        "地域資源": row["name"],
        **{f"なくなると届かなくなる{more}": row["leading"][name] for name, more in words.items()},
        **{
            f"目安でなくなると届かなくなる{more}": practical.get(name, "")
            for name, more in words.items()
        },
        "今年度の確認": "確認" if row["confirmed"] else "未確認",
        "開く日": "" if row["days_known"] else "不定期",
    }
