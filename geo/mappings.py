"""列の対応: what a person is asked about a table nobody knows yet, and how her answer is found again.

An answer is kept by the fingerprint of the row of column names it was given for; the next edition of
the list has the same names, wherever in its sheet they stand.
"""

import hashlib
from collections.abc import Iterable, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from geo.records import mappings
from geo.records.mappings import MappingRow
from geo.scope import Scope
from geo.sources import column_guesses, resource_layers, resource_tables, table_heads, tables
from geo.sources.delivery import decode, read_bytes
from geo.sources.mapping import Mapping
from geo.sources.municipal_columns import plain_name
from geo.sources.table_heads import WITHIN, Head
from geo.sources.tables import Sheet

# Reasons for which a person can help: she says where the names stand and what the columns are.
ASKED_FOR = ("no_name_column", "not_a_table", "kind_needed", "column_missing", "no_sheet")
ROWS_SHOWN = 12  # our choice: titles above a header, the header, and some rows below it
COLUMNS_SHOWN, CELL_SHOWN = 60, 60  # our choice: what a person can look through; signs of a cell
SHEETS_SHOWN = 30  # our choice
ROWS_READ = 200  # our choice: of a CSV, blank ones among them; a header stands far above

Row = tuple[int, tuple[str, ...]]


def find_known(db: Session, scope: Scope, path: Path) -> MappingRow | None:
    """The mapping that somebody of the municipality gave for a header like one of this file's.

    Raises Unreadable as the readers of its format do.
    """
    if not mappings.list_all(db, scope):
        return None
    prints = [fingerprint(cells) for sheet in _sheets(path) for _, cells in _first(sheet)]
    return mappings.find(db, scope, prints)


def remember(db: Session, scope: Scope, path: Path, mapping: Mapping, name: str) -> None:
    """Keep a mapping for the header that it reads in this file. One that names neither columns nor
    words says nothing about a table, and is not kept. Raises Unreadable."""
    if not (mapping.columns or mapping.kinds):
        return
    for sheet in _sheets(path):
        head = table_heads.find(_first(sheet), mapping)
        if mapping.sheet in ("", sheet.name) and isinstance(head, Head) and not head.missing:
            print_ = fingerprint(sheet.rows[head.row - 1])
            mappings.save(db, scope, print_, name[:200], mapping.as_json())
            return


def ask(path: Path, mapping: Mapping) -> dict[str, Any]:
    """What a page needs to ask which column is what: the sheets' names, the first rows of one, its
    header as far as it is known or was said, and our guesses.

    Raises Unreadable as the readers of its format do.
    """
    sheets = _sheets(path)
    said = [sheet for sheet in sheets if sheet.name == mapping.sheet]
    sheet = (said or sorted(sheets, key=lambda one: -len(one.rows)))[0]
    rows = _first(sheet)
    head = _head(rows, mapping)
    below = [cells for at, cells in rows if at >= head.below]
    guessed = column_guesses.guess(head.headers, below)
    return {
        "mapping": mapping.as_json(),
        "sheets": [one.name for one in sheets[:SHEETS_SHOWN]],
        "sheet": sheet.name,
        "header_row": head.row,
        "headers": list(head.headers[:COLUMNS_SHOWN]),
        "columns": guessed | table_heads.columns_of(head) | mapping.columns,
        "rows": [
            {"row": at, "cells": [cell[:CELL_SHOWN] for cell in cells[:COLUMNS_SHOWN]]}
            for at, cells in rows[:ROWS_SHOWN]
        ],
    }


def fingerprint(cells: Sequence[str]) -> str:
    """A checksum of a row of column names, the same for every way to space and widen them."""
    names = [plain_name(cell).casefold() for cell in cells]
    while names and not names[-1]:
        names.pop()
    return hashlib.sha256("\n".join(names).encode()).hexdigest()


def _head(rows: Sequence[Row], mapping: Mapping) -> Head:
    """The header as it was said or can be found, else the fullest of the first rows as a guess."""
    found = table_heads.find(rows, mapping)
    if isinstance(found, Head):
        return found
    at = mapping.header_row or max(rows, key=_fullness, default=(1, ()))[0]
    names = next((cells for row, cells in rows if row == at), ())
    return table_heads.head_of(at, names, (), Mapping())


def _fullness(row: Row) -> tuple[int, int]:
    """Cells that hold something; of equals the upper row."""
    at, cells = row
    return sum(map(bool, cells)), -at


def _sheets(path: Path) -> list[Sheet]:
    """Every sheet of a workbook, the first rows of a CSV, or a layer as a table of its attributes.

    Raises Unreadable.
    """
    if resource_layers.is_layer(path):
        layers = resource_tables.survey(path)
        return [Sheet(layer.sheet, "", (layer.headers, *layer.sample)) for layer in layers]
    if tables.is_workbook(path):
        return list(tables.read_sheets(path))
    text = decode(read_bytes(path, tables.LIMIT_MB))
    rows = islice(tables.csv_rows(text.text), ROWS_READ)
    return [Sheet("", text.encoding, tuple(rows))]


def _first(sheet: Sheet) -> list[Row]:
    """The first rows that are not blank, with their numbers as Excel counts."""
    return list(_filled(sheet.rows))[:WITHIN]


def _filled(rows: Iterable[tuple[str, ...]]) -> Iterable[Row]:
    return ((at, cells) for at, cells in enumerate(rows, start=1) if any(cells))
