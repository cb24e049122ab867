"""標高: which tiles of an elevation model a municipality has. The heights themselves stay in the kept
originals; the street network is built from those."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import ForeignKey, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from geo.records.basemap import Swapped
from geo.records.database import Base, in_scope
from geo.records.intakes import Intake
from geo.scope import Scope


class Elevation(Base):
    """One tile: its kind and name, the run whose original holds it, and as which piece of that.

    digest  of its place and heights: the same tile in another parcel is the same tile
    """

    __tablename__ = "elevation"

    municipality: Mapped[str] = mapped_column(ForeignKey("municipality.code"), primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    intake: Mapped[UUID] = mapped_column(ForeignKey("intake.id"))
    piece: Mapped[int]
    made: Mapped[date | None]
    digest: Mapped[str]


@dataclass(frozen=True, slots=True)
class KnownTile:
    """A tile as it is kept: kind, name, piece of its delivery, day it was made, digest."""

    kind: str
    name: str
    piece: int
    made: date | None
    digest: str


@dataclass(frozen=True, slots=True)
class TileInUse:
    """A tile and where it lies: the checksum of the original, and which piece of that it is."""

    kind: str
    name: str
    digest: str
    sha256: str
    piece: int


def save_tiles(db: Session, scope: Scope, intake: UUID, tiles: Iterable[KnownTile]) -> Swapped:
    """Keep tiles, each in place of the last of its kind and name; others stay, and the same one writes
    nothing."""
    before = {(tile.kind, tile.name): tile.digest for tile in list_tiles(db, scope)}
    swapped = Swapped()
    for tile in tiles:
        known = before.get((tile.kind, tile.name))
        if known == tile.digest:
            swapped.unchanged += 1
            continue
        swapped.changed += known is not None
        swapped.added += known is None
        values = {
            "intake": intake,
            "piece": tile.piece,
            "made": tile.made,
            "digest": tile.digest,
        }
        key = {"municipality": scope.municipality, "kind": tile.kind, "name": tile.name}
        db.execute(
            insert(Elevation)
            .values(**key, **values)
            .on_conflict_do_update(index_elements=["municipality", "kind", "name"], set_=values)
        )
    return swapped


def list_tiles(db: Session, scope: Scope) -> list[TileInUse]:
    """The tiles in use, by kind and name."""
    rows = db.execute(
        select(Elevation.kind, Elevation.name, Elevation.digest, Intake.sha256, Elevation.piece)
        .join(Intake, Intake.id == Elevation.intake)
        .where(in_scope(scope, Elevation.municipality))
        .order_by(Elevation.kind.collate("C"), Elevation.name.collate("C"))
    )
    return [TileInUse(*row) for row in rows]
