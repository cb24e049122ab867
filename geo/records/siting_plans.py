"""どこに開くかの案: what was asked, how far a worker is with it, and what came out."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    Float,
    ForeignKey,
    Index,
    delete,
    func,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.orm import Mapped, Session, defer, mapped_column

from geo.errors import NotFound
from geo.records.database import Base, in_scope
from geo.scope import Scope

_OPEN = ("waiting", "working")


class SitingPlan(Base):
    """One question of where to open.

    asked       the words of the question and of the wishes (geo.where_questions)
    candidates  [[name, lon, lat, is only known to its town, id of the resource or ""]]
    left_out    [[name, code of the reason]]: candidates that lie nobody knows where
    state       waiting → working → done | failed; cancelled by a person
    stage       what the worker is at: opening, reaching (done of total places), greedy, bound, proof, counting
    value, limit  people (weighed) within reach of the best choice so far, and what no choice exceeds
    turns       how often a worker has begun; only the last one's word counts
    result      done: geo.where_to_open.as_json; failed: {code, facts}
    seen_at     when it was asked for, or a worker last said that it is at it
    """

    __tablename__ = "siting_plan"
    __table_args__ = (
        CheckConstraint(
            "state in ('waiting', 'working', 'done', 'failed', 'cancelled')", name="state"
        ),
        Index("ix_siting_plan_municipality_kind", "municipality", "kind"),
        Index(
            "ix_siting_plan_open",
            "seen_at",
            postgresql_where=text("state in ('waiting', 'working')"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    municipality: Mapped[str] = mapped_column(ForeignKey("municipality.code"))
    account: Mapped[UUID | None]
    kind: Mapped[str]
    as_of: Mapped[date]
    asked: Mapped[dict] = mapped_column(JSONB)
    candidates: Mapped[list] = mapped_column(JSONB)
    left_out: Mapped[list] = mapped_column(JSONB)
    state: Mapped[str] = mapped_column(server_default="waiting")
    stage: Mapped[str] = mapped_column(server_default="")
    done: Mapped[int] = mapped_column(server_default="0")
    total: Mapped[int] = mapped_column(server_default="0")
    value: Mapped[float | None] = mapped_column(Float)
    limit: Mapped[float | None] = mapped_column(Float)
    turns: Mapped[int] = mapped_column(server_default="0")
    result: Mapped[dict] = mapped_column(JSONB, server_default="{}")
    made_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    seen_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())


def get(db: Session, scope: Scope, plan: UUID, *, locked: bool = False) -> SitingPlan:
    """The plan of an id, with ``locked`` until the transaction ends. Raises NotFound."""
    row = find(db, scope, plan, locked=locked)
    if row is None:
        raise NotFound(thing="siting_plan", id=str(plan))
    return row


def find(db: Session, scope: Scope, plan: UUID, *, locked: bool = False) -> SitingPlan | None:
    """The same, or None."""
    asked = (
        select(SitingPlan)
        .where(SitingPlan.id == plan, in_scope(scope, SitingPlan.municipality))
        .execution_options(populate_existing=True)
    )
    return db.scalar(asked.with_for_update() if locked else asked)


def list_of_kind(db: Session, scope: Scope, kind: str, limit: int) -> list[SitingPlan]:
    """The newest plans of a kind, without their candidates."""
    return list(
        db.scalars(
            select(SitingPlan)
            .where(in_scope(scope, SitingPlan.municipality), SitingPlan.kind == kind)
            .order_by(SitingPlan.made_at.desc(), SitingPlan.id)
            .limit(limit)
            .options(defer(SitingPlan.candidates))
        )
    )


def list_quiet(db: Session, scope: Scope, quiet: timedelta) -> list[SitingPlan]:
    """Plans that nobody has said to be at for so long, the oldest first."""
    return list(
        db.scalars(
            select(SitingPlan)
            .where(
                in_scope(scope, SitingPlan.municipality),
                SitingPlan.state.in_(_OPEN),
                SitingPlan.seen_at < func.clock_timestamp() - quiet,
            )
            .order_by(SitingPlan.seen_at, SitingPlan.id)
            .options(defer(SitingPlan.candidates))
        )
    )


def count_open(db: Session, scope: Scope) -> int:
    """How many plans wait or are worked at."""
    return (
        db.scalar(
            select(func.count()).where(
                in_scope(scope, SitingPlan.municipality), SitingPlan.state.in_(_OPEN)
            )
        )
        or 0
    )


def count_before(db: Session, scope: Scope, row: SitingPlan) -> int:
    """How many plans, of any municipality, were asked for before this one and are not done: all wait in one queue."""
    del scope  # how many, never whose
    return (
        db.scalar(
            select(func.count()).where(
                SitingPlan.state.in_(_OPEN),
                SitingPlan.made_at < row.made_at,
                SitingPlan.id != row.id,
            )
        )
        or 0
    )


def save(db: Session, scope: Scope, row: SitingPlan) -> bool:
    """Keep a new plan; False where one of its id is there already. Raises NotFound in another municipality."""
    if scope.municipality != row.municipality:
        raise NotFound(thing="municipality", id=row.municipality)
    columns = ("id", "municipality", "account", "kind", "as_of", "asked", "candidates", "left_out")
    values = {name: getattr(row, name) for name in columns}
    made = insert(SitingPlan).values(**values).on_conflict_do_nothing(index_elements=["id"])
    return db.scalar(made.returning(SitingPlan.id)) is not None


def take(db: Session, scope: Scope, plan: UUID, quiet: timedelta) -> int | None:
    """Begin with a plan that waits, or whose worker has not been heard for so long: the number of this turn. None
    where there is nothing to do, or somebody else is at it."""
    return db.scalar(
        update(SitingPlan)
        .where(
            SitingPlan.id == plan,
            in_scope(scope, SitingPlan.municipality),
            or_(
                SitingPlan.state == "waiting",
                (SitingPlan.state == "working")
                & (SitingPlan.seen_at < func.clock_timestamp() - quiet),
            ),
        )
        .values(
            state="working",
            stage="opening",
            done=0,
            total=0,
            value=None,
            limit=None,
            turns=SitingPlan.turns + 1,
            seen_at=func.clock_timestamp(),
        )
        .returning(SitingPlan.turns)
    )


def save_pulse(db: Session, scope: Scope, plan: UUID, turn: int, **at: Any) -> bool:
    """Say how far a turn is (stage, done, total, value, limit), or how it ended (state, result). Whether it still
    counts: not once somebody cancelled it or another turn began."""
    mine = db.scalar(
        update(SitingPlan)
        .where(
            SitingPlan.id == plan,
            in_scope(scope, SitingPlan.municipality),
            SitingPlan.turns == turn,
            SitingPlan.state == "working",
        )
        .values(seen_at=func.clock_timestamp(), **at)
        .returning(SitingPlan.id)
    )
    return mine is not None


def sweep(db: Session, scope: Scope, before: datetime) -> int:
    """Remove plans that were asked for before a moment. Returns how many went."""
    gone = db.execute(
        delete(SitingPlan)
        .where(in_scope(scope, SitingPlan.municipality), SitingPlan.made_at < before)
        .returning(SitingPlan.id)
    )
    return len(gone.all())
