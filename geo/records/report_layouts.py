"""報告の列: which columns a municipality wants a report in, in what order, under which headings."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, delete, func, select
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from geo.records.database import Base, in_scope
from geo.scope import Scope


class ReportLayout(Base):
    """One report as a municipality wants it.

    report   activity (活動月報) or gatherings (通いの場の実施状況調査)
    columns  [{heading, of, form}] in order: ``of`` a code of report_columns ('' stays empty)
    """

    __tablename__ = "report_layout"

    municipality: Mapped[str] = mapped_column(ForeignKey("municipality.code"), primary_key=True)
    report: Mapped[str] = mapped_column(primary_key=True)
    title: Mapped[str]
    columns: Mapped[list] = mapped_column(JSONB)
    account: Mapped[UUID | None]
    at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())


def find(db: Session, scope: Scope, report: str) -> ReportLayout | None:
    """The layout that the scope's municipality gave for a report, or None."""
    return db.scalar(
        select(ReportLayout)
        .where(in_scope(scope, ReportLayout.municipality), ReportLayout.report == report)
        .execution_options(populate_existing=True)
    )


def save(db: Session, scope: Scope, report: str, title: str, columns: list[dict[str, str]]) -> None:
    """Keep a layout, in place of the one there was."""
    values = {
        "title": title,
        "columns": columns,
        "account": scope.account,
        "at": func.clock_timestamp(),
    }
    db.execute(
        insert(ReportLayout)
        .values(municipality=scope.municipality, report=report, **values)
        .on_conflict_do_update(index_elements=["municipality", "report"], set_=values)
    )


def save_without(db: Session, scope: Scope, report: str) -> None:
    """Forget a layout: the report has our own columns again."""
    db.execute(
        delete(ReportLayout).where(
            in_scope(scope, ReportLayout.municipality), ReportLayout.report == report
        )
    )
