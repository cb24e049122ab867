"""取り込む前の確認: what a file would change, told by the importer itself, and then exactly that.

A file that somebody sends lies in the waiting room. The worker (previewing.py) runs the real importer
on it, looks at what it has written, and undoes it all; the page shows what it saw. 「取り込む」 runs
the importer once more and keeps its work if that is what the page had shown: else (somebody changed
the register in between) it is undone again, and the page shows the new finding.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from geo.errors import Conflict, NotAllowed
from geo.records import previews, queue
from geo.records.intakes import WORKBOOK
from geo.records.previews import Preview
from geo.scope import Role, Scope

TASK = "preview"  # the name of its job
QUIET = timedelta(seconds=60)  # our choice: after 30 beats unheard the worker is taken for dead
KEPT_FOR = timedelta(days=1)  # our choice: an abandoned file may hold what only its sender may read
WORKING, OPEN = ("waiting", "working", "applying"), ("asking", "ready", "unreadable", "failed")


@dataclass(frozen=True, slots=True)
class Sent:
    """A file that lies in the waiting room."""

    id: UUID
    file_name: str
    sha256: str
    size: int


def open_preview(
    db: Session, scope: Scope, dataset: str, said: Mapping[str, Any], sent: Sent
) -> None:
    """Note a file that was sent, and ask the worker to try it out. Raises NotAllowed."""
    check_may(scope, dataset)
    row = Preview(
        id=sent.id,
        municipality=scope.municipality,
        account=scope.account,
        dataset=dataset,
        file_name=sent.file_name,
        sha256=sent.sha256,
        size=sent.size,
        options=dict(said),
        state="waiting",
        finding={},
    )
    previews.save(db, scope, row)
    _defer(db, scope, row)


def try_again(
    db: Session, scope: Scope, preview: UUID, now: datetime, said: Mapping[str, Any] | None = None
) -> None:
    """Ask the worker once more, with what the sender says now; also where it has fallen silent.

    Raises NotFound, Conflict while it is at work or when the file is gone.
    """
    row = previews.get(db, scope, preview, locked=True)
    if row.state not in OPEN and not is_quiet(row, now):
        raise Conflict(theirs={})
    if said is not None:
        row.options = dict(said)
    if row.state != "applying":
        row.state = "waiting"
    _defer(db, scope, row)


def apply(
    db: Session, scope: Scope, preview: UUID, sha256: str, taken: Collection[str] = ()
) -> None:
    """Ask the worker to import exactly the file that was shown.

    taken  of a workbook: keys of the clashes where its sender chose the sheet's value
    Raises NotAllowed, NotFound, Conflict.
    """
    row = previews.get(db, scope, preview, locked=True)
    check_may(scope, row.dataset)
    if row.state != "ready" or row.sha256 != sha256:
        raise Conflict(theirs={})
    if row.dataset == WORKBOOK:
        row.options = row.options | {"taken": list(taken)}
    row.state = "applying"
    _defer(db, scope, row)


def stop(db: Session, scope: Scope, preview: UUID) -> None:
    """Give a file up: nothing of it stays but that somebody sent it. Raises NotFound, Conflict
    once it is being imported."""
    row = previews.get(db, scope, preview, locked=True)
    if row.state in ("applying", "applied"):
        raise Conflict(theirs={})
    row.state, row.finding = "stopped", {}


def is_quiet(row: Preview, now: datetime) -> bool:
    """Whether the worker should be at this file and has not been heard for too long."""
    return row.state in WORKING and row.seen_at < now - QUIET


def check_may(scope: Scope, dataset: str) -> None:
    """Raises NotAllowed for who may not import, or in a workbook not write."""
    may = scope.role in (Role.ADMINISTRATOR, Role.OFFICIAL)
    if dataset == WORKBOOK:
        may = scope.may_change_resources
    if not may or scope.municipality is None:
        raise NotAllowed(action="import")


def _defer(db: Session, scope: Scope, row: Preview) -> None:
    db.flush()
    previews.save_pulse(db, scope, row.id, 0, 0)
    queue.save_job(db, scope, TASK, {"preview": str(row.id)}, str(row.id))
