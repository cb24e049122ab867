"""呼び名: what a municipality calls the things that everybody else calls otherwise."""

from sqlalchemy import CheckConstraint, ForeignKey, delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from geo.records.database import Base, in_scope
from geo.scope import Scope


class Wording(Base):
    """One term in a municipality's own words. Kinds and levels have their names in their own rows."""

    __tablename__ = "wording"
    __table_args__ = (CheckConstraint("words <> ''", name="words"),)

    municipality: Mapped[str] = mapped_column(ForeignKey("municipality.code"), primary_key=True)
    term: Mapped[str] = mapped_column(primary_key=True)
    words: Mapped[str]


def load_words(db: Session, scope: Scope) -> dict[str, str]:
    """Term → the municipality's words, of those it has its own for; by term."""
    asked = select(Wording.term, Wording.words).where(in_scope(scope, Wording.municipality))
    rows = db.execute(asked.order_by(Wording.municipality, Wording.term))
    return {row[0]: row[1] for row in rows}


def save(db: Session, scope: Scope, term: str, words: str) -> None:
    """Keep the words of a term in place of those there were; "" forgets them."""
    if not words:
        db.execute(
            delete(Wording).where(in_scope(scope, Wording.municipality), Wording.term == term)
        )
        return
    db.execute(
        insert(Wording)
        .values(municipality=scope.municipality, term=term, words=words)
        .on_conflict_do_update(index_elements=["municipality", "term"], set_={"words": words})
    )
