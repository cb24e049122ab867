"""取り込む前の確認: files that wait to be imported, and what the importer would make of them.

The file itself lies under ``var/waiting/<id>/`` until it is imported or given up; here is who sent
it, how far the worker is with it, and what it found.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, delete, func, select, update
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, Session, mapped_column

from geo.errors import NotFound
from geo.records.database import Base, in_scope
from geo.scope import Scope


class Preview(Base):
    """A file at the office's own door.

    options  what its sender said beside it (kind, level, mapping …)
    state    waiting → working → ready | asking (which column is what?) | unreadable | failed;
             ready → applying → applied; stopped by its sender
    done, total  rows, as far as the worker counts them; total 0: it does not
    finding  what the dry run found (geo.previews.Finding)
    intake   the run that it became
    seen_at  when the worker last said that it is at it
    """

    __tablename__ = "preview"
    __table_args__ = (
        CheckConstraint(
            "state in ('waiting', 'working', 'asking', 'ready', 'unreadable', 'applying',"
            " 'applied', 'stopped', 'failed')",
            name="state",
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    municipality: Mapped[str] = mapped_column(ForeignKey("municipality.code"), index=True)
    account: Mapped[UUID | None]
    dataset: Mapped[str]
    file_name: Mapped[str]
    sha256: Mapped[str]
    size: Mapped[int] = mapped_column(BigInteger)
    options: Mapped[dict] = mapped_column(JSONB)
    state: Mapped[str]
    done: Mapped[int] = mapped_column(server_default="0")
    total: Mapped[int] = mapped_column(server_default="0")
    finding: Mapped[dict] = mapped_column(JSONB, server_default="{}")
    intake: Mapped[UUID | None] = mapped_column(ForeignKey("intake.id"))
    made_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    seen_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())


def get(db: Session, scope: Scope, preview: UUID, *, locked: bool = False) -> Preview:
    """The preview of an id, with ``locked`` until the transaction ends. An account sees its own
    only: a workbook may hold what its sender alone may read. Raises NotFound."""
    asked = (
        select(Preview)
        .where(
            Preview.id == preview,
            in_scope(scope, Preview.municipality),
            *([Preview.account == scope.account] if scope.account else []),
        )
        .execution_options(populate_existing=True)
    )
    row = db.scalar(asked.with_for_update() if locked else asked)
    if row is None:
        raise NotFound(thing="preview", id=str(preview))
    return row


def find(db: Session, scope: Scope, preview: UUID) -> Preview | None:
    """The preview of an id within the scope, locked until the transaction ends; or None."""
    return db.scalar(
        select(Preview)
        .where(Preview.id == preview, in_scope(scope, Preview.municipality))
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def list_open(db: Session, scope: Scope) -> list[Preview]:
    """The reader's own files that are neither imported nor given up, the newest first."""
    return list(
        db.scalars(
            select(Preview)
            .where(
                in_scope(scope, Preview.municipality),
                Preview.account == scope.account,
                Preview.state.not_in(("applied", "stopped")),
            )
            .order_by(Preview.made_at.desc(), Preview.id)
        )
    )


def count_before(db: Session, scope: Scope, row: Preview) -> int:
    """How many other files of the municipality the worker takes before this one."""
    return (
        db.scalar(
            select(func.count()).where(
                in_scope(scope, Preview.municipality),
                Preview.municipality == row.municipality,
                Preview.state.in_(("waiting", "working", "applying")),
                Preview.seen_at < row.seen_at,
                Preview.id != row.id,
            )
        )
        or 0
    )


def list_ids(db: Session, scope: Scope) -> set[UUID]:
    """Ids of every preview within the scope: those whose files may still be needed."""
    return set(
        db.scalars(
            select(Preview.id).where(in_scope(scope, Preview.municipality)).order_by(Preview.id)
        )
    )


def save(db: Session, scope: Scope, row: Preview) -> None:
    """Keep a new preview."""
    if scope.municipality != row.municipality:
        raise NotFound(thing="municipality", id=row.municipality)
    db.add(row)
    db.flush()


def save_pulse(db: Session, scope: Scope, preview: UUID, done: int, total: int) -> str:
    """Say that the worker is at it, and how far. Returns the state; "stopped" when it is gone."""
    state = db.scalar(
        update(Preview)
        .where(Preview.id == preview, in_scope(scope, Preview.municipality))
        .values(done=done, total=total, seen_at=func.clock_timestamp())
        .returning(Preview.state)
    )
    return state or "stopped"


def sweep(db: Session, scope: Scope, before: datetime) -> int:
    """Remove previews that nobody has touched since a moment. Returns how many went."""
    gone = db.execute(
        delete(Preview)
        .where(in_scope(scope, Preview.municipality), Preview.seen_at < before)
        .returning(Preview.id)
    )
    return len(gone.all())
