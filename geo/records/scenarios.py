"""検討案: what staff try out over today's register; it never touches the register, and is closed, not deleted (DATA 7)."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    Row,
    Uuid,
    func,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, insert
from sqlalchemy.orm import Mapped, Session, aliased, mapped_column
from sqlalchemy.types import Text

from geo.errors import NotFound
from geo.records.accounts import Account
from geo.records.database import Base, any_of, in_scope
from geo.scope import Scope


class ScenarioRow(Base):
    """One plan of a municipality.

    kinds        codes: what is asked about, and may be added
    question     the words of the question as typed (geo.gap_questions), read anew whenever it is answered
    steps        what it changes, in order (geo.scenario_steps)
    revision     grows with each change
    copied_from  the plan that it began as
    """

    __tablename__ = "scenario"
    __table_args__ = (
        CheckConstraint("cardinality(kinds) > 0", name="kinds"),
        CheckConstraint("(closed_at is null) = (closed_by is null)", name="closed"),
        Index("ix_scenario_municipality_changed_at", "municipality", "changed_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    municipality: Mapped[str] = mapped_column(ForeignKey("municipality.code"))
    name: Mapped[str]
    kinds: Mapped[list[str]] = mapped_column(ARRAY(Text))
    question: Mapped[dict] = mapped_column(JSONB)
    steps: Mapped[list] = mapped_column(JSONB)
    revision: Mapped[int] = mapped_column(server_default="1")
    copied_from: Mapped[UUID | None] = mapped_column(ForeignKey("scenario.id"))
    made_by: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    made_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    changed_by: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    changed_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    closed_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    closed_at: Mapped[datetime | None]


_MAKER = aliased(Account, name="maker")
_CHANGER = aliased(Account, name="changer")
_COLUMNS = (
    *ScenarioRow.__table__.c,
    _MAKER.name.label("maker_name"),
    _CHANGER.name.label("changer_name"),
)


def get(db: Session, scope: Scope, scenario: UUID) -> Row[Any]:
    """A plan with the names of who made and who changed it last. Raises NotFound."""
    row = next(iter(list_some(db, scope, [scenario])), None)
    if row is None:
        raise NotFound(thing="scenario", id=str(scenario))
    return row


def get_revision(db: Session, scope: Scope, scenario: UUID) -> int:
    """The revision of a plan. Raises NotFound."""
    revision = db.scalar(
        select(ScenarioRow.revision).where(
            ScenarioRow.id == scenario, in_scope(scope, ScenarioRow.municipality)
        )
    )
    if revision is None:
        raise NotFound(thing="scenario", id=str(scenario))
    return revision


def get_locked(db: Session, scope: Scope, scenario: UUID) -> ScenarioRow:
    """A plan, locked until the transaction ends. Raises NotFound."""
    row = db.scalar(
        select(ScenarioRow)
        .where(ScenarioRow.id == scenario, in_scope(scope, ScenarioRow.municipality))
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if row is None:
        raise NotFound(thing="scenario", id=str(scenario))
    return row


def list_some(db: Session, scope: Scope, scenarios: Iterable[UUID]) -> list[Row[Any]]:
    """Plans by their ids, of those that are there, by name."""
    return list(
        db.execute(
            _joined()
            .where(
                ScenarioRow.id == any_of(scenarios, Uuid), in_scope(scope, ScenarioRow.municipality)
            )
            .order_by(ScenarioRow.name, ScenarioRow.id)
        )
    )


def list_all(
    db: Session, scope: Scope, *, kind: str = "", closed: bool = False, limit: int
) -> list[Row[Any]]:
    """Plans, of a kind or of all, open or closed, the last changed first."""
    asked = _joined().where(
        in_scope(scope, ScenarioRow.municipality), ScenarioRow.closed_at.is_not(None) == closed
    )
    if kind:
        asked = asked.where(ScenarioRow.kinds.contains([kind]))
    return list(
        db.execute(asked.order_by(ScenarioRow.changed_at.desc(), ScenarioRow.id).limit(limit))
    )


def count_all(db: Session, scope: Scope, *, kind: str = "", closed: bool = False) -> int:
    """How many there are."""
    asked = select(func.count()).where(
        in_scope(scope, ScenarioRow.municipality), ScenarioRow.closed_at.is_not(None) == closed
    )
    if kind:
        asked = asked.where(ScenarioRow.kinds.contains([kind]))
    return db.scalar(asked) or 0


def save_new(db: Session, scope: Scope, values: dict[str, Any]) -> bool:
    """Keep a new plan of the scope's account. False where its id was kept before."""
    by = {"made_by": scope.account, "changed_by": scope.account}
    kept = db.execute(
        insert(ScenarioRow)
        .values(municipality=scope.municipality, **by, **values)
        .on_conflict_do_nothing()
        .returning(ScenarioRow.id)
    )
    return kept.first() is not None


def save(db: Session, scope: Scope, scenario: UUID, values: dict[str, Any]) -> None:
    """Write fields of a plan, as its next revision."""
    db.execute(
        update(ScenarioRow)
        .where(ScenarioRow.id == scenario, in_scope(scope, ScenarioRow.municipality))
        .values(
            revision=ScenarioRow.revision + 1,
            changed_by=scope.account,
            changed_at=func.clock_timestamp(),
            **values,
        )
        .execution_options(synchronize_session=False)
    )


def save_closed(db: Session, scope: Scope, scenario: UUID, *, is_closed: bool) -> None:
    """Put a plan away, or take it out again; nothing else of it changes."""
    by = {"closed_by": scope.account, "closed_at": func.clock_timestamp()}
    db.execute(
        update(ScenarioRow)
        .where(ScenarioRow.id == scenario, in_scope(scope, ScenarioRow.municipality))
        .values(by if is_closed else {"closed_by": None, "closed_at": None})
        .execution_options(synchronize_session=False)
    )


def _joined() -> Any:
    return (
        select(*_COLUMNS)
        .select_from(ScenarioRow)
        .join(_MAKER, _MAKER.id == ScenarioRow.made_by)
        .join(_CHANGER, _CHANGER.id == ScenarioRow.changed_by)
    )
