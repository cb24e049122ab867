"""見ていた内容: what the writer of a change had before her when she wrote it."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from geo.edits import ResourceEdit


def unseen(edit: ResourceEdit, history: Iterable[Any], writer: UUID | None) -> set[str]:
    """Fields that revisions after the edit's base (newest first) changed without the writer having seen
    it. What she wrote herself she has seen, and what stood there before was held against it."""
    changed: set[str] = set()
    seen: set[str] = set()
    for change in history:
        if change.draft in edit.own and change.account == writer:
            seen |= set(change.changed)
        else:
            changed |= set(change.changed) - seen
    return changed
