"""どの一覧の版か: which list a delivered table is an edition of, so that it is compared with that one.

The standard forms are one list each. Any other table is known by its column names: the next edition
has the same ones, and another list of the office has not.
"""

import hashlib
from collections.abc import Sequence

from sqlalchemy.orm import Session

from geo.records import intakes
from geo.scope import Scope
from geo.sources.municipal_columns import plain_name

FREE_FORMS = ("other", "rdf")


def list_name(db: Session, scope: Scope, form: str, headers: Sequence[str]) -> str:
    """The name under which the rows of a list are remembered.

    form  of municipal_columns.recognise. The first free list of a municipality is called after its
          form, and so is one that came before column names were written down
    """
    if form not in FREE_FORMS:
        return form
    header = fingerprint(headers)
    known = intakes.load_lists(db, scope)
    same = [name for name, earlier in known.items() if earlier == header]
    if same or form not in known or not known[form]:
        return same[0] if same else form
    return f"{form}/{header[:12]}"


def fingerprint(cells: Sequence[str]) -> str:
    """A checksum of a row of column names, the same for every way to space and widen them."""
    names = [plain_name(cell).casefold() for cell in cells]
    while names and not names[-1]:
        names.pop()
    return hashlib.sha256("\n".join(names).encode()).hexdigest()
