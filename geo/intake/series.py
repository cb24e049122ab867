"""続きの一覧: whether a delivered list is a later edition of one that was read before.

Two offices number their lists from 1, and both lists have the columns of 公共施設一覧. Taken for
one list, the second would overwrite the first row by row. So a list is known by what stands in
it, not by its form and not by its file name.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from geo.errors import Invalid
from geo.records import intakes
from geo.records.intakes import Overlap
from geo.registry import Delivered
from geo.scope import Scope

NEW = "new"
# our choice: a later edition shares at least half the rows of the shorter of the two
SHARED = 0.5


@dataclass(frozen=True, slots=True)
class Series:
    """A list through its editions.

    dataset    the name its rows are remembered under
    follows    file name of the edition before, "" for a new list
    renumbered True when the rows are the same but their IDs are not: then they are known by
               name, address and kind, and ``delivered`` carries the keys of the edition before
    """

    dataset: str
    follows: str
    renumbered: bool
    delivered: list[Delivered]


def find_series(
    db: Session, scope: Scope, form: str, delivered: Sequence[Delivered], follows: str = ""
) -> Series:
    """The list that these rows continue, or a new one named after its ``form``.

    ``follows`` is what a person knows better: NEW, or the dataset of the list that it continues.
    Raises Invalid when there is no such list.
    """
    overlaps = intakes.count_overlaps(db, scope, [_said(row) for row in delivered])
    if follows not in ("", NEW):
        overlaps = [overlap for overlap in overlaps if overlap.dataset == follows]
        if not overlaps:
            raise Invalid(fields={"follows": "unknown_choice"})
    known = [o for o in overlaps if follows or max(o.same, o.renumbered) >= _enough(o, delivered)]
    if follows == NEW or not known:
        return Series(_unused(form, overlaps), "", False, list(delivered))
    best = max(known, key=lambda overlap: max(overlap.same, overlap.renumbered))
    renumbered = best.renumbered > best.same
    rows = _with_keys_of(db, scope, best, delivered) if renumbered else list(delivered)
    return Series(best.dataset, best.file_name, renumbered, rows)


def _enough(overlap: Overlap, delivered: Sequence[Delivered]) -> float:
    return max(1.0, SHARED * min(overlap.rows, len(delivered)))


def _unused(form: str, overlaps: Sequence[Overlap]) -> str:
    taken = {overlap.dataset for overlap in overlaps}
    names = (form if number == 1 else f"{form}#{number}" for number in range(1, len(taken) + 2))
    return next(name for name in names if name not in taken)


def _with_keys_of(
    db: Session, scope: Scope, overlap: Overlap, delivered: Sequence[Delivered]
) -> list[Delivered]:
    """The rows under the keys that their names had; a new row under a key nobody has."""
    keys: dict[tuple[str, ...], str] = {}
    taken = set()
    for last in intakes.list_source_rows(db, scope, overlap.dataset):
        keys.setdefault(_known_by(last.values), last.key)
        taken.add(last.key)
    rows = []
    for row in delivered:
        key = keys.pop(_known_by(row.values), None)
        if key is None:
            key = row.key if row.key not in taken else "/".join(_known_by(row.values))
        rows.append(replace(row, key=key))
    return rows


def _known_by(values: dict) -> tuple[str, ...]:
    return values["name"], values.get("address", ""), values["kind"]


def _said(row: Delivered) -> dict[str, str]:
    name, address, kind = _known_by(row.values)
    return {"key": row.key, "name": name, "address": address, "kind": kind}
