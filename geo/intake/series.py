"""続きの一覧: whether a delivered list is a later edition of one that was read before.

Two offices number their lists from 1, and both lists have the columns of 公共施設一覧. Taken for
one list, the second would overwrite the first row by row. So a list is known by what stands in
it, not by its form and not by its file name.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy.orm import Session

from geo.errors import Invalid
from geo.records import intakes
from geo.records.intakes import Overlap
from geo.registry import AT_ONCE, Delivered
from geo.scope import Scope

NEW = "new"
# our choice: two editions share at least half the rows of the longer (a list of 避難場所 that holds
# all 避難所 and as many others is another list)
SHARED = 0.5


@dataclass(frozen=True, slots=True)
class Series:
    """A list through its editions.

    dataset     the name its rows are remembered under
    follows     file name of the edition before, "" for a new list
    renumbered  True when the rows are the same but their IDs are not: then they are known by name,
                address and kind
    keys        of a renumbered list: what a row is known by → its key in the edition before
    """

    dataset: str
    follows: str = ""
    renumbered: bool = False
    keys: Mapping[tuple[str, str, str], str] = field(default_factory=dict)

    def under_its_keys(self, delivered: Iterable[Delivered]) -> Iterator[Delivered]:
        """The rows under the keys that they had; of a renumbered list a new row under its names."""
        if not self.renumbered:
            yield from delivered
            return
        keys = dict(self.keys)
        for at, row in enumerate(delivered):
            known_by = _known_by(row.values)
            yield replace(row, key=keys.pop(known_by, f"{'/'.join(known_by)}#{at}"))


def find_series(
    db: Session,
    scope: Scope,
    form: str,
    sample: Sequence[Delivered],
    file_name: str,
    follows: str = "",
) -> Series:
    """The list that these rows continue, or a new one named after its ``form``.

    sample   the first rows of the delivery, AT_ONCE of them when there are so many
    follows  what a person knows better: NEW, or the dataset of the list that it continues

    A file of the same name continues the last one, too, unless a number now means something else.
    Raises Invalid when there is no list of that name.
    """
    overlaps = intakes.count_overlaps(db, scope, [_said(row) for row in sample])
    if follows not in ("", NEW):
        overlaps = [overlap for overlap in overlaps if overlap.dataset == follows]
        if not overlaps:
            raise Invalid(fields={"follows": "unknown_choice"})
    if follows == NEW:
        return Series(_unused(form, overlaps))
    known = [o for o in overlaps if follows or _shared(o) >= _enough(o, sample)]
    known = known or [o for o in overlaps if o.file_name == file_name and not o.other]
    if not known:
        return Series(_unused(form, overlaps))
    best = max(known, key=_shared)
    if best.renumbered <= best.same:
        return Series(best.dataset, best.file_name)
    names = intakes.list_names(db, scope, best.dataset)
    keys = {(name, address, kind): key for key, name, address, kind in reversed(names)}
    return Series(best.dataset, best.file_name, renumbered=True, keys=keys)


def _shared(overlap: Overlap) -> int:
    return max(overlap.same, overlap.renumbered)


def _enough(overlap: Overlap, sample: Sequence[Delivered]) -> float:
    return max(1.0, SHARED * max(min(overlap.rows, AT_ONCE), len(sample)))


def _unused(form: str, overlaps: Sequence[Overlap]) -> str:
    taken = {overlap.dataset for overlap in overlaps}
    names = (form if number == 1 else f"{form}#{number}" for number in range(1, len(taken) + 2))
    return next(name for name in names if name not in taken)


def _known_by(values: dict) -> tuple[str, str, str]:
    return values["name"], values.get("address", ""), values["kind"]


def _said(row: Delivered) -> dict[str, str]:
    name, address, kind = _known_by(row.values)
    return {"key": row.key, "name": name, "address": address, "kind": kind}
