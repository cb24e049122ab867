"""活動月報: the month of a coordinator, or of the whole area, made of the diary that is there anyway."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Row
from sqlalchemy.orm import Session

from geo import report_book, report_layouts
from geo.days import WEEKDAYS, month_days
from geo.kinds import vocabulary
from geo.records import kinds, visits
from geo.records.visits import Asked
from geo.report_book import Sheet
from geo.report_layouts import Layout
from geo.scope import Scope
from geo.sources import report_columns
from geo.visits import check_may_read


@dataclass(frozen=True, slots=True)
class Sum:
    """A number of which not every visit says something: the sum of what is known, and of how many of
    all. ``total`` is None where nobody said anything, never 0."""

    total: int | None
    known: int
    of: int


@dataclass(frozen=True, slots=True)
class ActivityReport:
    """One month, of one account or of all that the reader may see.

    visits   rows of records.visits.list_all, the oldest first
    days     every day of the month with its activities (code → number), empty days too
    steps    next steps that were agreed on this month, by their day
    """

    first: date
    last: date
    account: UUID | None
    visits: tuple[Row[Any], ...]
    by_activity: dict[str, int]
    days: tuple[tuple[date, dict[str, int]], ...]
    met: Sum
    minutes: Sum
    places: int
    steps: tuple[Row[Any], ...]


def make(db: Session, scope: Scope, month: date, account: UUID | None) -> ActivityReport:
    """The report of a month; of ``account``'s visits, or of all. Raises NotAllowed."""
    check_may_read(scope)
    first, last = month_days(month)
    rows = tuple(reversed(visits.list_all(db, scope, Asked(first, last, account))))
    by_day: dict[date, Counter[str]] = {}
    for row in rows:
        by_day.setdefault(row.visited_on, Counter())[row.activity] += 1
    every = [first + timedelta(days=at) for at in range((last - first).days + 1)]
    counts = Counter(row.activity for row in rows)
    return ActivityReport(
        first,
        last,
        account,
        rows,
        {code: counts[code] for code in vocabulary("activity")},
        tuple((day, dict(by_day.get(day, {}))) for day in every),
        _sum([row.met for row in rows]),
        _sum([row.minutes for row in rows]),
        len({row.resource_now for row in rows if row.resource_now}),
        tuple(sorted((row for row in rows if row.next_step), key=_by_its_day)),
    )


def table(db: Session, scope: Scope, report: ActivityReport, layout: Layout) -> list[list[Any]]:
    """The visits of a report as rows of a layout (report_layouts.written)."""
    names = {kind.code: kind.name for kind in kinds.list_all(db, scope)}
    return [
        report_layouts.written(layout, _values(row, number, names))
        for number, row in enumerate(report.visits, start=1)
    ]


def workbook(
    report: ActivityReport,
    layout: Layout,
    rows: Sequence[Sequence[Any]],
    words: dict[str, str],
) -> bytes:
    """The month as a workbook: the table in the municipality's own columns, the sums by day and
    activity, the next steps.

    words  what the sheets and their lines are called: sheet_table, sheet_sums, sheet_steps, under
           (whose month it is), day, weekday, total, done, and the headings of steps
    """
    names = list(vocabulary("activity").values())
    widths = [_width(column.of) for column in layout.columns]
    above = [layout.title, words["under"]]
    headings = [column.heading for column in layout.columns]
    sums = [_day_row(day, counts) for day, counts in report.days]
    total = [words["total"], None, *report.by_activity.values(), len(report.visits)]
    steps = [
        [row.next_on, row.next_step, row.next_by, row.promised, _where(row), _done(row, words)]
        for row in report.steps
    ]
    return report_book.write(
        [
            Sheet(words["sheet_table"], above, headings, rows, widths),
            Sheet(
                words["sheet_sums"],
                [words["sheet_sums"], words["under"]],
                [words["day"], words["weekday"], *names, words["total"]],
                sums,
                [12, 6, *([12] * len(names)), 8],
                [total],
            ),
            Sheet(
                words["sheet_steps"],
                [words["sheet_steps"], words["under"]],
                [words[f"step_{name}"] for name in ("on", "what", "by", "to", "where", "done")],
                steps,
                [14, 44, 16, 18, 28, 10],
            ),
        ]
    )


def _day_row(day: date, counts: dict[str, int]) -> list[Any]:
    each = [counts.get(code) for code in vocabulary("activity")]
    return [f"{day.month}/{day.day}", WEEKDAYS[day.weekday()], *each, sum(counts.values()) or None]


def _values(row: Row[Any], number: int, kind_names: dict[str, str]) -> dict[str, Any]:
    """A visit by the codes of report_columns; '' (an empty column) is in none."""
    return {
        "number": number,
        "day": row.visited_on,
        "weekday": WEEKDAYS[row.visited_on.weekday()],
        "person": row.writer_name,
        "activity": vocabulary("activity").get(row.activity, row.activity),
        f"mark_{row.activity}": 1,
        "where": _where(row),
        "resource": row.resource_name,
        "kind": kind_names.get(row.resource_kind, ""),
        "district": row.district_name,
        "note": row.note,
        "met": row.met,
        "minutes": row.minutes,
        "next_step": row.next_step,
        "next_by": row.next_by,
        "next_on": row.next_on,
        "promised": row.promised,
        "done": "○" if row.next_done_at else "",
    }


def _sum(said: list[int | None]) -> Sum:
    known = [number for number in said if number is not None]
    return Sum(sum(known) if known else None, len(known), len(said))


def _by_its_day(row: Row[Any]) -> tuple[bool, date]:
    return row.next_on is None, row.next_on or row.visited_on


def _where(row: Row[Any]) -> str:
    named = [name for name in (row.resource_name, row.place) if name]
    return report_columns.BETWEEN.join(named) or str(row.district_name)


def _done(row: Row[Any], words: dict[str, str]) -> str:
    return words["done"] if row.next_done_at else ""


def _width(code: str) -> int:
    column = report_columns.find(report_columns.ACTIVITY, code)
    return column.width if column else 14
