"""写真: pictures of resources. Bytes lie once by their checksum; who may see one hangs on its row."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    LargeBinary,
    Row,
    delete,
    exists,
    func,
    select,
)
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from geo.errors import NotFound
from geo.records.database import Base, in_scope
from geo.records.mergers import covers_merged
from geo.records.shelf_views import PUBLIC
from geo.scope import Scope


class PhotoFile(Base):
    """A picture as it was written anew here: JPEG without any metadata. width, height in pixels."""

    __tablename__ = "photo_file"

    sha256: Mapped[str] = mapped_column(primary_key=True)
    bytes: Mapped[bytes] = mapped_column(LargeBinary)
    width: Mapped[int]
    height: Mapped[int]


class Photo(Base):
    """One picture of one resource. Its id was made on the device that took it.

    taken_at, place_source {lon, lat, accuracy_m}   as the device claims; None where it does not
    has_faces   yes, no, or unknown: nobody has looked; only a no lets it be published
    removed_at  then the bytes are gone and sha256 is None; the row tells that there was one
    """

    __tablename__ = "photo"
    __table_args__ = (
        CheckConstraint("has_faces in ('yes', 'no', 'unknown')", name="has_faces"),
        CheckConstraint("not is_public or has_faces = 'no'", name="faces_stay_inside"),
        CheckConstraint("(sha256 is null) = (removed_at is not null)", name="removed"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    municipality: Mapped[str] = mapped_column(ForeignKey("municipality.code"))
    resource: Mapped[UUID] = mapped_column(ForeignKey("resource.id"), index=True)
    sha256: Mapped[str | None] = mapped_column(ForeignKey("photo_file.sha256"), index=True)
    account: Mapped[UUID | None]
    taken_at: Mapped[datetime | None]
    place_source: Mapped[dict | None] = mapped_column(JSONB(none_as_null=True))
    has_faces: Mapped[str]
    is_public: Mapped[bool] = mapped_column(server_default="false")
    caption: Mapped[str] = mapped_column(server_default="")
    at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    removed_at: Mapped[datetime | None]


def get_locked(db: Session, scope: Scope, photo: UUID) -> Photo:
    """A photo that is still there, locked until the transaction ends. Raises NotFound."""
    row = db.scalar(
        select(Photo)
        .where(Photo.id == photo, Photo.removed_at.is_(None), in_scope(scope, Photo.municipality))
        .with_for_update()
    )
    if row is None:
        raise NotFound(thing="photo", id=str(photo))
    return row


def get_bytes(db: Session, scope: Scope, photo: UUID) -> Row[Any]:
    """sha256 and bytes of a photo that the reader may see. Raises NotFound."""
    asked = select(PhotoFile.sha256, PhotoFile.bytes).join(Photo, Photo.sha256 == PhotoFile.sha256)
    row = db.execute(_seen(asked, scope).where(Photo.id == photo)).first()
    if row is None:
        raise NotFound(thing="photo", id=str(photo))
    return row


def find(db: Session, scope: Scope, photo: UUID) -> Photo | None:
    """The photo of an id, if it has come before, removed or not."""
    return db.scalar(select(Photo).where(Photo.id == photo, in_scope(scope, Photo.municipality)))


def list_of(db: Session, scope: Scope, resource: UUID) -> list[Row[Any]]:
    """Photos of a resource and of what was merged into it, as the reader may see them, the newest first: id, caption, taken_at, at,
    has_faces, is_public, account, width and height in pixels."""
    asked = select(
        Photo.id,
        Photo.caption,
        Photo.taken_at,
        Photo.at,
        Photo.has_faces,
        Photo.is_public,
        Photo.account,
        PhotoFile.width,
        PhotoFile.height,
    ).join(PhotoFile, PhotoFile.sha256 == Photo.sha256)
    return list(
        db.execute(
            _seen(asked, scope)
            .where(covers_merged(scope, Photo.resource, resource))
            .order_by(Photo.at.desc(), Photo.id)
        )
    )


def save_file(db: Session, _scope: Scope, values: dict[str, Any]) -> None:
    """Keep a picture's bytes once."""
    db.execute(insert(PhotoFile).values(**values).on_conflict_do_nothing())
    # Who takes the same picture away at this moment waits for us, or we for them.
    db.execute(
        select(PhotoFile.sha256)
        .where(PhotoFile.sha256 == values["sha256"])
        .with_for_update(read=True)
    )


def save(db: Session, scope: Scope, values: dict[str, Any]) -> bool:
    """Keep a photo. False when one of that id has come before."""
    kept = db.execute(
        insert(Photo)
        .values(municipality=scope.municipality, account=scope.account, **values)
        .on_conflict_do_nothing()
        .returning(Photo.id)
    )
    return kept.first() is not None


def save_removed(db: Session, _scope: Scope, row: Photo, now: datetime) -> None:
    """Take a photo away, and its bytes unless another photo has the same."""
    sha256, row.sha256, row.removed_at, row.is_public = row.sha256, None, now, False
    db.flush()
    used = exists().where(Photo.sha256 == PhotoFile.sha256)
    db.execute(delete(PhotoFile).where(PhotoFile.sha256 == sha256, ~used))


def _seen(statement: Any, scope: Scope) -> Any:
    """Staff see all of their municipality; everybody what is published, of what everybody may see."""
    statement = statement.where(Photo.removed_at.is_(None))
    if not scope.is_public:
        return statement.where(in_scope(scope, Photo.municipality))
    shown: ColumnElement[bool] = exists().where(PUBLIC.c.id == Photo.resource)
    return statement.where(Photo.is_public, Photo.has_faces == "no", shown)
