"""お知らせのメール: which mail of a campaign went to whom, by id: no address is kept."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Row, Uuid, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from geo.records.database import Base, any_of, in_scope
from geo.scope import Scope

STEPS = ("opening", "halfway", "last_week")


class CampaignMail(Base):
    """One mail of one step of a campaign to one reader, claimed before it is sent.

    reader  host (``reader_id`` is the resource, or the account of a provider), coordinator or official (the account)
    state   sending: claimed, and not known to have left (the worker may have died); sent; failed
    """

    __tablename__ = "campaign_mail"
    __table_args__ = (
        CheckConstraint("step in ('opening', 'halfway', 'last_week')", name="step"),
        CheckConstraint("reader in ('host', 'coordinator', 'official')", name="reader"),
        CheckConstraint("state in ('sending', 'sent', 'failed')", name="state"),
    )

    campaign: Mapped[UUID] = mapped_column(ForeignKey("campaign.id"), primary_key=True)
    step: Mapped[str] = mapped_column(primary_key=True)
    reader: Mapped[str] = mapped_column(primary_key=True)
    reader_id: Mapped[UUID] = mapped_column(primary_key=True)
    municipality: Mapped[str] = mapped_column(ForeignKey("municipality.code"))
    state: Mapped[str]
    at: Mapped[datetime]


def count_by_state(db: Session, scope: Scope, campaign: UUID) -> list[Row[Any]]:
    """``step``, ``reader``, ``state``, how many (``mails``) and the last one's ``at``, in the order of steps."""
    return list(
        db.execute(
            select(
                CampaignMail.step,
                CampaignMail.reader,
                CampaignMail.state,
                func.count().label("mails"),
                func.max(CampaignMail.at).label("at"),
            )
            .where(CampaignMail.campaign == campaign, in_scope(scope, CampaignMail.municipality))
            .group_by(CampaignMail.step, CampaignMail.reader, CampaignMail.state)
            .order_by(
                func.array_position(list(STEPS), CampaignMail.step),
                CampaignMail.reader,
                CampaignMail.state,
            )
        )
    )


def save_claims(
    db: Session,
    scope: Scope,
    campaign: UUID,
    step: str,
    reader: str,
    ids: Iterable[UUID],
    at: datetime,
) -> set[UUID]:
    """Claim mails that nobody has sent or is sending; what failed may be claimed again. Returns the
    ids that are the caller's to send."""
    rows = [
        {
            "campaign": campaign,
            "step": step,
            "reader": reader,
            "reader_id": id_,
            "municipality": scope.municipality,
            "state": "sending",
            "at": at,
        }
        for id_ in sorted(ids)
    ]
    if not rows:
        return set()
    claim = insert(CampaignMail).values(rows)
    claim = claim.on_conflict_do_update(
        index_elements=["campaign", "step", "reader", "reader_id"],
        set_={"state": "sending", "at": at},
        where=CampaignMail.state == "failed",
    )
    return set(db.scalars(claim.returning(CampaignMail.reader_id)))


def save_state(
    db: Session,
    scope: Scope,
    campaign: UUID,
    step: str,
    reader: str,
    ids: Iterable[UUID],
    state: str,
    at: datetime,
) -> None:
    """Say what became of claimed mails."""
    db.execute(
        update(CampaignMail)
        .where(
            CampaignMail.campaign == campaign,
            CampaignMail.step == step,
            CampaignMail.reader == reader,
            CampaignMail.reader_id == any_of(ids, Uuid),
            in_scope(scope, CampaignMail.municipality),
        )
        .values(state=state, at=at)
    )
