"""書き込みの記録を見る: which lines of the audit somebody may see and asks for, page by page, and as files.

Administrators see all of their municipality. Officials see what happened to the register and to deliveries,
which its pages show them anyway, but nothing about accounts, sign-ins and refusals.
"""

import csv
import io
import re
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import BinaryIO
from uuid import UUID
from zoneinfo import ZoneInfo

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from sqlalchemy.orm import Session

from geo.days import parse_date
from geo.errors import Invalid, NotAllowed, Unreadable
from geo.records import audit
from geo.records.audit import Audit, Wanted
from geo.scope import Role, Scope

PAGE = 50  # lines on a page; our choice
BATCH = 500  # lines read at once for a file; our choice
EXCEL_ROWS = 1_048_575  # of a sheet, below its heading
# Kinds of things that only administrators see.
OF_ACCOUNTS = ("account", "door", "installation", "municipality", "audit")
SPEAKS_OF = ("resource", "into", "gone", "other")  # fields that hold the id of an entry
JAPAN = ZoneInfo("Asia/Tokyo")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")  # as in publish.py
_NOT_IN_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Line:
    """One line with the names that belong to it: of who did it and of what it is about ('' unknown), and
    by their ids of the entries that it speaks of."""

    row: Audit
    who: str
    what: str
    others: Mapping[str, str]


def parse(scope: Scope, asked: Mapping[str, str]) -> Wanted:
    """A question from its words: person, thing, thing_id, action, from, to (days, both included).

    Raises Invalid, NotAllowed for who may not look.
    """
    if scope.role not in (Role.OFFICIAL, Role.ADMINISTRATOR):
        raise NotAllowed(action="read_audit")
    problems = {}
    days = {}
    for name in ("from", "to"):
        words = asked.get(name, "").strip()
        days[name] = parse_date(words) if words else None
        if words and days[name] is None:
            problems[name] = "not_a_date"
    person = None
    if words := asked.get("person", ""):
        try:
            person = UUID(words)
        except ValueError:
            problems["person"] = "unknown_choice"
    if problems:
        raise Invalid(fields=problems)
    first, last = days["from"], days["to"]
    return Wanted(
        account=person,
        thing=asked.get("thing", "")[:40],
        thing_id=asked.get("thing_id", "")[:80],
        action=asked.get("action", "")[:40],
        since=_midnight(first) if first else None,
        until=_midnight(last + timedelta(days=1)) if last else None,
        hidden=() if scope.role == Role.ADMINISTRATOR else OF_ACCOUNTS,
    )


def page(db: Session, scope: Scope, wanted: Wanted, upto: int) -> tuple[list[Line], int | None]:
    """Lines from number ``upto`` down, and the number at which the next page begins (None: no more)."""
    rows = audit.list_lines(db, scope, wanted, upto=upto, limit=PAGE + 1)
    following = rows[PAGE][0].number if len(rows) > PAGE else None
    return _named(db, scope, rows[:PAGE]), following


def all_lines(db: Session, scope: Scope, wanted: Wanted, upto: int) -> Iterator[Line]:
    """Every line from ``upto`` down, a batch in memory at a time."""
    while rows := audit.list_lines(db, scope, wanted, upto=upto, limit=BATCH):
        yield from _named(db, scope, rows)
        upto = rows[-1][0].number - 1
        db.expunge_all()


def csv_blocks(rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """CSV as spreadsheets in offices read it, block by block: a byte order mark, CRLF, no cell that is a
    formula."""
    out = io.StringIO()
    out.write("\ufeff")
    sheet = csv.writer(out)
    for row in rows:
        sheet.writerow([f"'{cell}" if cell.startswith(_FORMULA) else cell for cell in row])
        if out.tell() > 1 << 16:
            yield out.getvalue()
            out.seek(0)
            out.truncate()
    yield out.getvalue()


def excel(rows: Iterable[Sequence[str]], title: str) -> BinaryIO:
    """The same as a workbook (``title``: of its sheet) in a file that goes when it is closed. Every cell is text.

    Raises Unreadable (too_many_lines).
    """
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title)
    for number, row in enumerate(rows):
        if number > EXCEL_ROWS:
            raise Unreadable(reason="too_many_lines")
        cells = []
        for words in row:
            cell = WriteOnlyCell(sheet, value=_NOT_IN_XML.sub("\ufffd", words)[:32_767])
            cell.data_type = "s"  # a text that begins with = is a text
            cells.append(cell)
        sheet.append(cells)
    file = tempfile.TemporaryFile()  # noqa: SIM115 the answer closes it
    book.save(file)
    file.seek(0)
    return file


def _named(db: Session, scope: Scope, rows: Sequence[tuple[Audit, str | None]]) -> list[Line]:
    spoken_of = {id_ for row, _ in rows for id_ in _entries(row)}
    things = {(row.thing, row.thing_id) for row, _ in rows}
    names = audit.load_names(db, scope, things | {("resource", id_) for id_ in spoken_of})
    entries = {id_: names["resource", id_] for id_ in spoken_of if ("resource", id_) in names}
    return [
        Line(row, who or "", names.get((row.thing, row.thing_id), ""), entries) for row, who in rows
    ]


def _entries(row: Audit) -> set[str]:
    """Ids of the entries that a line speaks of beside what it is about."""
    sides = [side for side in (row.before, row.after) if isinstance(side, dict)]
    return {str(side[name]) for side in sides for name in SPEAKS_OF if side.get(name)}


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), JAPAN).astimezone(UTC)
