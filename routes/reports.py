"""報告: /reports. What is owed anyway, made in one press of what is there: 活動月報, 通いの場の調査."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote
from uuid import UUID

from flask import Blueprint, Response, render_template, request
from sqlalchemy.orm import Session

from geo import activity_report, gathering_survey, report_book, report_layouts
from geo.days import fiscal_year, fiscal_year_words, month_words, months_back, parse_month
from geo.kinds import get_default, vocabulary
from geo.records import municipalities, visits
from geo.report_book import Sheet
from geo.report_layouts import Layout
from geo.scope import Scope
from geo.sources import report_columns
from geo.sources.report_columns import ACTIVITY, GATHERINGS
from routes._guard import SENDING, limiter
from routes._home import at_home
from routes._request import reading, today
from routes._roles import STAFF, allow

bp = Blueprint("reports", __name__, url_prefix="/reports")

MONTHS, YEARS = 25, 4  # our choice: how far back one chooses from
SHEETS = {
    "sheet_table": "活動月報",
    "sheet_sums": "日ごとの集計",
    "sheet_steps": "次の一手",
    "day": "日",
    "weekday": "曜日",
    "total": "計",
    "done": "できた",
    "step_on": "いつまでに",
    "step_what": "次の一手",
    "step_by": "する人",
    "step_to": "約束した相手",
    "step_where": "場所・相手先",
    "step_done": "できた",
}


@bp.get("/")
@allow(*STAFF)
def index() -> str:
    """Which report, of which month or 年度, of whom."""
    db, scope = reading(), at_home()
    return render_template(
        "reports/index.html",
        municipality=_place(db, scope),
        months=months_back(today(), MONTHS),
        years=[(year, fiscal_year_words(year)) for year in _years()],
        writers=visits.list_writers(db, scope),
        me=scope.account,
        may_edit=scope.role in report_layouts.EDITORS,
    )


@bp.get("/activity")
@allow(*STAFF)
def activity() -> str:
    """活動月報 on a page, to look through and to print."""
    db, scope = reading(), at_home()
    report, layout, name = _activity(db, scope)
    return render_template(
        "reports/activity.html",
        municipality=_place(db, scope),
        report=report,
        name=name,
        layout=layout,
        rows=activity_report.table(db, scope, report, layout),
        activities=vocabulary("activity"),
        months=months_back(today(), MONTHS),
        writers=visits.list_writers(db, scope),
        may_edit=scope.role in report_layouts.EDITORS,
    )


@bp.get("/activity.xlsx")
@allow(*STAFF)
@limiter.limit(SENDING)
def activity_book() -> Response:
    """活動月報 as Excel, in the municipality's own columns."""
    db, scope = reading(), at_home()
    report, layout, name = _activity(db, scope)
    place, month = _place(db, scope), month_words(report.first)
    under = f"{place.name}　{month}　{name or '区域のみんな'}"
    rows = activity_report.table(db, scope, report, layout)
    book = activity_report.workbook(report, layout, rows, SHEETS | {"under": under})
    return _file(book, report_book.MIMETYPE, f"活動月報_{report.first:%Y-%m}_{name or '全員'}.xlsx")


@bp.get("/gatherings")
@allow(*STAFF)
def gatherings() -> str:
    """The table of a 年度, what is missing in it, and where to mend that."""
    db, scope = reading(), at_home()
    survey = gathering_survey.make(db, scope, _year(), request.args.getlist("kind"))
    return render_template(
        "reports/gatherings.html",
        municipality=_place(db, scope),
        survey=survey,
        year_words=fiscal_year_words(survey.year),
        years=[(year, fiscal_year_words(year)) for year in _years()],
        kinds={code: get_default(code).name for code in gathering_survey.candidates()},
        asked=gathering_survey.ASKED,
        values=[gathering_survey.values(row, at) for at, row in enumerate(survey.rows, start=1)],
        words={name: vocabulary(name) for name in gathering_survey.CLASSES},
        may_write=scope.may_change_resources and scope.areas is None,
        may_edit=scope.role in report_layouts.EDITORS,
    )


@bp.get("/gatherings.xlsx")
@allow(*STAFF)
@limiter.limit(SENDING)
def gatherings_book() -> Response:
    """The table of a 年度 as Excel."""
    db, scope = reading(), at_home()
    survey, sheet = _survey_sheet(db, scope)
    book = report_book.write([sheet, _classes(survey)])
    return _file(book, report_book.MIMETYPE, f"通いの場_{fiscal_year_words(survey.year)}.xlsx")


@bp.get("/gatherings.csv")
@allow(*STAFF)
@limiter.limit(SENDING)
def gatherings_table() -> Response:
    """The table of a 年度 as CSV."""
    db, scope = reading(), at_home()
    survey, sheet = _survey_sheet(db, scope)
    return _file(
        report_book.write_csv(sheet), "text/csv", f"通いの場_{fiscal_year_words(survey.year)}.csv"
    )


def _activity(db: Session, scope: Scope) -> tuple[activity_report.ActivityReport, Layout, str]:
    """The report that the address asks for, its layout, and whose it is ('' everybody's)."""
    names = {row.id: row.name for row in visits.list_writers(db, scope)}
    account = _id(request.args.get("account", ""))
    account = account if account in names else None
    month = parse_month(request.args.get("month", "")) or today().replace(day=1)
    report = activity_report.make(db, scope, month, account)
    return report, report_layouts.in_use(db, scope, ACTIVITY), names[account] if account else ""


def _survey_sheet(db: Session, scope: Scope) -> tuple[gathering_survey.Survey, Sheet]:
    survey = gathering_survey.make(db, scope, _year(), request.args.getlist("kind"))
    layout = report_layouts.in_use(db, scope, GATHERINGS)
    rows = [
        report_layouts.written(layout, gathering_survey.values(row, number))
        for number, row in enumerate(survey.rows, start=1)
    ]
    kinds = "・".join(get_default(code).name for code in survey.kinds)
    above = [
        layout.title,
        f"{_place(db, scope).name}　{fiscal_year_words(survey.year)}　{kinds}　{len(rows)}か所",
    ]
    headings = [column.heading for column in layout.columns]
    widths = [_width(column.of) for column in layout.columns]
    below = _survey_notes(survey)
    return survey, Sheet("通いの場", above, headings, rows, widths, below=below)


def _survey_notes(survey: gathering_survey.Survey) -> list[str]:
    """What stands below the table: sums with how many they are of."""
    known = survey.sums["participants"]
    lines = [
        "空のセルは「わからない」です（0ではありません）。",
        "頻度のもと「開く日から計算」は、開く日を84日分ならべて数えたものです。",
        f"参加実人数の合計 {_people(known.total)}（{known.of}か所のうち{known.known}か所の分）",
    ]
    if survey.per_100k is not None and survey.people_65 is not None:
        lines.append(
            f"65歳以上10万人あたり {survey.per_100k}か所（65歳以上 {survey.people_65.people:,}人）"
        )
    return lines


def _classes(survey: gathering_survey.Survey) -> Sheet:
    """Sums by class on a sheet of their own."""
    titles = {
        "frequency": "開催頻度",
        "main_activity": "主な内容",
        "venue_type": "会場",
        "provider_type": "運営主体の種類",
        "subsidised": "補助",
    }
    rows: list[Sequence[Any]] = [
        [
            titles[name],
            vocabulary(name).get(row.code, "わからない"),
            row.places,
            row.people.total,
            f"{row.people.of}か所のうち{row.people.known}か所の分",
        ]
        for name, of_class in survey.classes.items()
        for row in of_class
    ]
    headings = ("分け方", "区分", "か所", "参加実人数", "人数がわかる数")
    return Sheet("集計", ["区分ごとの集計"], headings, rows, (18, 26, 8, 12, 26))


def _people(count: int | None) -> str:
    return "わからない" if count is None else f"{count:,}人"


def _width(code: str) -> int:
    column = report_columns.find(GATHERINGS, code)
    return column.width if column else 14


def _years() -> list[int]:
    return [fiscal_year(today()) - back for back in range(YEARS)]


def _year() -> int:
    asked = request.args.get("year", "")
    years = _years()
    return int(asked) if asked in map(str, years) else years[0]


def _file(body: bytes, mimetype: str, name: str) -> Response:
    response = Response(body, mimetype=mimetype)
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    return response


def _place(db: Session, scope: Scope) -> Any:
    return municipalities.get(db, scope, scope.municipality or "")


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
