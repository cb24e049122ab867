"""どの一覧か: which list a delivery is a new edition of, told by its rows and not by its name.

Two lists of one form (通いの場 and 公共施設) may both number their rows from 1: taken for one list,
the second would write itself over the first and report all of it as gone.
"""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from geo.records import intakes
from geo.registry import Delivered
from geo.scope import Scope

# our choice: half of what we look at, or half of what is known, must be there under its name
SAMPLE = 1_000
SHARE = 0.5


def dataset_of(
    db: Session, scope: Scope, base: str, first: Sequence[Delivered], file_name: str
) -> str:
    """The dataset whose rows these are, else a new one: ``base``, ``base/2``, ….

    base  the kind or the form, by which lists are told apart at first sight
    """
    sample = first[:SAMPLE]
    known = intakes.count_known(
        db, scope, [row.key for row in sample], [row.values["name"] for row in sample]
    )
    own = {name: one for name, one in known.items() if name == base or name.startswith(f"{base}/")}
    matching = {
        name: one.same
        for name, one in own.items()
        if one.same >= SHARE * len(sample) or one.same >= SHARE * one.rows
    }
    if matching:
        return max(sorted(matching), key=lambda name: matching[name])
    for run in intakes.list_in_use(db, scope):
        is_own = run.dataset == "resources" and run.target in own
        if is_own and run.file_name == file_name and not own[run.target].other:
            return run.target
    number = 1
    while (base if number == 1 else f"{base}/{number}") in own:
        number += 1
    return base if number == 1 else f"{base}/{number}"
