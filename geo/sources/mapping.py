"""対応表: what a person says of a table that our dictionary of column names does not know.

    {"sheet": "一覧", "header_row": 3,
     "columns": {"name": "施設の名まえ", "phone": ""},
     "kind": "", "kinds": {"ふれあい": "salon"}}

``columns`` leads a field to a header of the table, "" to none; fields it does not name are found by
the dictionary (municipal_columns). Nothing here knows which kinds a municipality has.
"""

import json
from collections.abc import Mapping as Mapped
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from geo.errors import Invalid, Unreadable
from geo.sources.delivery import decode, read_bytes, tidy
from geo.sources.municipal_columns import COLUMNS

ADDRESS = "address"  # in one cell or in parts; a mapping names the one cell
FIELDS = (*COLUMNS, ADDRESS)
LIMIT_MB = 1
# our choice: more than any office has sheets' rows above a header, or categories
HEADER_ROWS = 1_000
KINDS = 1_000
_WORDS = 200  # signs of a header, a category or a sheet's name
_MEMBERS = ("sheet", "header_row", "columns", "kind", "kinds")


@dataclass(frozen=True, slots=True)
class Mapping:
    """How one table is to be read.

    sheet       name of a workbook's sheet, "" for every one that is a table
    header_row  as Excel counts, where the column names begin; None to look for it
    columns     field → header as the table has it; "" where the table has no such column
    kind        code of the kind of each row whose category ``kinds`` does not know, "" for none
    kinds       category as the table has it → code of the kind
    """

    sheet: str = ""
    header_row: int | None = None
    columns: dict[str, str] = field(default_factory=dict)
    kind: str = ""
    kinds: dict[str, str] = field(default_factory=dict)

    @classmethod
    def parse(cls, raw: object) -> "Mapping":
        """Read a mapping from JSON. Raises Invalid: fields → not_a_mapping, unknown_field,
        not_a_number, not_text, too_long, required; within columns as ``columns.phone``."""
        if not isinstance(raw, Mapped):
            raise Invalid(fields={"mapping": "not_a_mapping"})
        problems = {str(name)[:_WORDS]: "unknown_field" for name in raw if name not in _MEMBERS}
        columns = _texts(raw, "columns", problems)
        kinds = _texts(raw, "kinds", problems)
        for name in columns:
            if name not in FIELDS:
                problems[f"columns.{name}"[:_WORDS]] = "unknown_field"
        if columns.get("name") == "":
            problems["columns.name"] = "required"
        problems |= {f"kinds.{name}": "required" for name, code in kinds.items() if not code}
        header_row = raw.get("header_row")
        if header_row is not None and not (
            isinstance(header_row, int)
            and not isinstance(header_row, bool)
            and 1 <= header_row <= HEADER_ROWS
        ):
            problems["header_row"] = "not_a_number"
        said = {name: raw.get(name, "") for name in ("sheet", "kind")}
        for name, text in said.items():
            if _problem(text):
                problems[name] = _problem(text)
        if problems:
            raise Invalid(fields=problems)
        return cls(tidy(said["sheet"]), header_row, columns, tidy(said["kind"]), kinds)

    def as_json(self) -> dict[str, Any]:
        """The mapping as ``parse`` takes it."""
        return asdict(self)


def read_file(path: Path) -> Mapping:
    """A mapping from a file of JSON.

    Raises Unreadable: cannot_open, too_large, empty, not_text, encoding_unknown, not_json,
    nested_too_deep; Invalid as Mapping.parse.
    """
    try:
        raw = json.loads(decode(read_bytes(path, LIMIT_MB)).text.lstrip("\ufeff"))
    except RecursionError:
        raise Unreadable(reason="nested_too_deep") from None
    except ValueError:
        raise Unreadable(reason="not_json") from None
    return Mapping.parse(raw)


def _texts(raw: Mapped[Any, Any], member: str, problems: dict[str, str]) -> dict[str, str]:
    """A member that leads texts to texts; what is wrong with it is written into ``problems``."""
    said = raw.get(member, {})
    if not isinstance(said, Mapped) or len(said) > KINDS:
        problems[member] = "not_a_mapping"
        return {}
    read: dict[str, str] = {}
    for name, text in said.items():
        if wrong := _problem(name) or _problem(text):
            problems[f"{member}.{name}"[:_WORDS]] = wrong
        else:
            read[tidy(name)] = tidy(text)
    return read


def _problem(text: object) -> str:
    if not isinstance(text, str):
        return "not_text"
    return "too_long" if len(text) > _WORDS else ""
