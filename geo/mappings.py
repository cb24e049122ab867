"""列の対応: what a person is asked about a table nobody knows yet, and how her answer is found again.

An answer is kept by the fingerprint of the row of column names it was given for; the next edition of
the list has the same names, wherever in its sheet they stand.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from geo.records import mappings
from geo.records.mappings import MappingRow
from geo.scope import Scope
from geo.sources import resource_tables, tables
from geo.sources.mapping import Mapping
from geo.sources.municipal_columns import plain_name
from geo.sources.table_heads import WITHIN
from geo.sources.tables import Sheet

# Reasons for which a person can help: she says where the names stand and what the columns are.
ASKED_FOR = ("no_name_column", "not_a_table", "kind_needed", "column_missing", "no_sheet")
ROWS_SHOWN = 12  # our choice: titles above a header, the header, and some rows below it
COLUMNS_SHOWN, CELL_SHOWN = 60, 60  # our choice: what a person can look through; signs of a cell


def find_known(db: Session, scope: Scope, path: Path) -> MappingRow | None:
    """The mapping that somebody of the municipality gave for a header like one of this file's.

    Raises Unreadable: the reasons of tables.read_sheets.
    """
    if not mappings.list_all(db, scope):
        return None
    prints = [
        fingerprint(cells)
        for sheet in tables.read_sheets(path)
        for cells in sheet.rows[:WITHIN]
        if any(cells)
    ]
    return mappings.find(db, scope, prints)


def remember(db: Session, scope: Scope, path: Path, mapping: Mapping, name: str) -> None:
    """Keep a mapping for the header that it reads in this file. One that names neither columns nor
    words says nothing about a table, and is not kept. Raises Unreadable."""
    if not (mapping.columns or mapping.kinds):
        return
    seen = [s for s in resource_tables.survey(path, mapping) if not s.reason and _is_of(mapping, s)]
    if not seen:
        return
    sheet = next(s for s in tables.read_sheets(path) if s.name == seen[0].sheet)
    print_ = fingerprint(sheet.rows[seen[0].header_row - 1])
    mappings.save(db, scope, print_, name[:200], mapping.as_json())


def ask(path: Path, mapping: Mapping) -> dict[str, Any]:
    """What a page needs to ask which column is what: every sheet with its first rows, the header as
    far as it is known or was said, and our guesses.

    Raises Unreadable: the reasons of tables.read_sheets.
    """
    by_name = {sheet.name: sheet for sheet in tables.read_sheets(path)}
    surveys = resource_tables.survey(path, _of_place(mapping))
    return {
        "mapping": mapping.as_json(),
        "sheets": [
            {
                **asdict(seen),
                "rows": _first_rows(by_name[seen.sheet]),
                "all": len(by_name[seen.sheet].rows),
            }
            for seen in surveys
        ],
    }


def fingerprint(cells: Sequence[str]) -> str:
    """A checksum of a row of column names, the same for every way to space and widen them."""
    names = [plain_name(cell).casefold() for cell in cells]
    while names and not names[-1]:
        names.pop()
    return hashlib.sha256("\n".join(names).encode()).hexdigest()


def _is_of(mapping: Mapping, seen: resource_tables.Survey) -> bool:
    return not mapping.sheet or seen.sheet == mapping.sheet


def _of_place(mapping: Mapping) -> Mapping:
    """Where the header stands and what was said of its columns. Columns that are not there are no
    reason to show nothing."""
    return Mapping(mapping.sheet, mapping.header_row, mapping.columns)


def _first_rows(sheet: Sheet) -> list[dict[str, Any]]:
    """Rows that are not blank, with their numbers as Excel counts."""
    found = []
    for number, cells in enumerate(sheet.rows, start=1):
        if any(cells):
            shown = [cell[:CELL_SHOWN] for cell in cells[:COLUMNS_SHOWN]]
            found.append({"row": number, "cells": shown})
        if len(found) == ROWS_SHOWN:
            break
    return found
