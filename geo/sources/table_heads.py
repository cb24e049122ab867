"""表の見出し: where a table's column names stand, and which rows below them are no rows.

Offices put a title and a date above, write the names over two rows with merged cells, repeat them
on each printed page, and leave remarks (※) and totals below. A merged cell comes with its value in
every cell it covers (excel_child), or, from a CSV, in the first alone; both are understood.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from geo.sources import municipal_columns
from geo.sources.mapping import ADDRESS, Mapping

WITHIN = 20  # our choice: rows above which nobody writes titles and dates
_REMARKS = ("※", "＊", "*", "注)", "(注", "注:", "注1", "出典", "資料:", "備考:", "【注")
_TOTALS = ("計", "合計", "総計", "小計", "総数", "以下余白")
_FIRST_SIGNS = frozenset(word[0] for word in (*_REMARKS, *_TOTALS)) | frozenset("（＊＜【　 ")
Row = Sequence[str]


@dataclass(frozen=True, slots=True)
class Head:
    """Where things stand in a table.

    row      of the first row of names, as Excel counts; depth: 1, or 2 rows of names
    headers  names of the columns told apart, as written; plain: evened out
    at       field → number of its column
    missing  headers that a mapping names and the table has not
    """

    row: int
    depth: int
    headers: tuple[str, ...]
    plain: tuple[str, ...]
    at: dict[str, int]
    missing: tuple[str, ...] = ()

    @property
    def below(self) -> int:
        """The first row below the names, as Excel counts."""
        return self.row + self.depth


def find(rows: Sequence[tuple[int, Row]], mapping: Mapping) -> Head | str:
    """The head of a table whose first rows these are (with their numbers as Excel counts), or a
    reason why there is none: empty, not_a_table, is_a_catalogue, no_name_column."""
    if mapping.header_row is not None:
        rows = [(at, cells) for at, cells in rows if at >= mapping.header_row][:2]
        if not rows:
            return "empty"
    if not any(any(cells) for _, cells in rows):
        return "empty"
    if all(sum(map(bool, cells)) < 2 for _, cells in rows):
        return "not_a_table"
    heads = [head for here in range(len(rows)) for head in _heads(rows, here, mapping)]
    if mapping.header_row is not None:
        heads = [head for head in heads if head.row == mapping.header_row]
    if any(
        municipal_columns.recognise(head.plain) == municipal_columns.CATALOGUE for head in heads
    ):
        return "is_a_catalogue"
    heads = [head for head in heads if "name" in head.at]
    if not heads:
        return "no_name_column"
    return max(heads, key=lambda head: (len(head.at), -head.row, -head.depth))


def _heads(rows: Sequence[tuple[int, Row]], here: int, mapping: Mapping) -> list[Head]:
    """The heads that could begin at a row: of one row of names and of two."""
    at, upper = rows[here]
    if sum(map(bool, upper)) < 2:
        return []
    heads = [head_of(at, upper, (), mapping)]
    if (
        here + 1 < len(rows)
        and rows[here + 1][0] == at + 1
        and _go_together(upper, rows[here + 1][1])
    ):
        heads.append(head_of(at, upper, rows[here + 1][1], mapping))
    return heads


def _go_together(upper: Row, lower: Row) -> bool:
    """Whether the second row only parts what the first one names: each of its names stands below a
    name that spans several columns, and elsewhere it repeats the first row or is empty."""
    parts = False
    for at, name in enumerate(lower):
        above = upper[at] if at < len(upper) else ""
        if not name or name == above:
            continue
        beside = {upper[one] for one in (at - 1, at + 1) if 0 <= one < len(upper)}
        if above and above not in beside and "" not in beside:
            return False
        parts = True
    return parts


def head_of(row: int, upper: Row, lower: Row, mapping: Mapping) -> Head:
    """A head from its rows of names, with the fields its columns hold."""
    named = _joined(upper, lower) if lower else [(name, name) for name in upper]
    while named and not named[-1][0]:
        named.pop()
    headers = distinct([whole for whole, _ in named])
    plain = tuple(municipal_columns.plain_name(own) for _, own in named)
    places = municipal_columns.places(plain)
    missing = []
    for field, wanted in mapping.columns.items():
        column = _column(wanted, headers, plain) if wanted else None
        if wanted and column is None:
            missing.append(wanted)
        places.pop(field, None)
        if column is not None:
            # what a person says of a column is all that it is
            said = mapping.columns.keys()
            places = {f: at for f, at in places.items() if at != column or f in said}
            places[field] = column
    return Head(row, 2 if lower else 1, headers, plain, places, tuple(missing))


def _column(wanted: str, headers: Row, plain: Row) -> int | None:
    """The column of a header as a person wrote it down."""
    even = municipal_columns.plain_name(wanted)
    for names in (headers, [municipal_columns.plain_name(name) for name in headers], plain):
        for at, name in enumerate(names):
            if name and name in (wanted, even):
                return at
    return None


def _joined(upper: Row, lower: Row) -> list[tuple[str, str]]:
    """(name as shown, name of its own) of columns named over two rows."""
    joined = []
    above = ""
    for at in range(max(len(upper), len(lower))):
        high = upper[at] if at < len(upper) else ""
        low = lower[at] if at < len(lower) else ""
        above = high or (above if low else "")
        if not low or low == above:
            joined.append((above, above))
        else:
            joined.append((f"{above} {low}".strip(), low))
    return joined


def distinct(named: Sequence[str]) -> tuple[str, ...]:
    """Column names told apart: the second 摘要 is 摘要 (2), a column without a name is #7."""
    labels: dict[str, None] = {}
    next_of: dict[str, int] = {}
    for number, name in enumerate(named, start=1):
        label, again = name or f"#{number}", next_of.get(name, 2)
        while label in labels:
            label = f"{name} ({again})"
            again += 1
        next_of[name] = again
        labels[label] = None
    return tuple(labels)


def is_no_row(head: Head, cells: Row) -> bool:
    """Whether a row below the names is a remark, a total, or the names once more."""
    at = head.at["name"]
    name = cells[at] if at < len(cells) else ""
    if name and name != head.headers[at] and name[0] not in _FIRST_SIGNS:  # as nearly all are
        return False
    said = [cell for cell in cells if cell]
    if not said:  # a feature without properties
        return False
    first = unicodedata.normalize("NFKC", said[0])
    if len(set(said)) == 1 and first.startswith(_REMARKS):
        return True
    name = unicodedata.normalize("NFKC", "".join(name.split()))
    if name in _TOTALS or (not name and "".join(first.split()) in _TOTALS):
        return True
    names = [municipal_columns.plain_name(cell) for cell in cells[: len(head.plain)]]
    return len(said) > 1 and tuple(names) == head.plain


def columns_of(head: Head) -> dict[str, str]:
    """Field → header of its column, for every field the table has."""
    found = {field: head.headers[at] for field, at in head.at.items()}
    whole = municipal_columns.places_of(municipal_columns.ADDRESSES, head.plain)
    if whole and ADDRESS not in found:
        found[ADDRESS] = head.headers[whole[0]]
    return found
