"""写真: a picture from a telephone, written anew without anything that a camera adds, and who may see it."""

import hashlib
import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from PIL import Image, ImageOps, UnidentifiedImageError
from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
)
from sqlalchemy.orm import Session

from geo import registry
from geo.edit_fields import JAPAN, Line
from geo.errors import Invalid, NotAllowed, NotFound
from geo.records import audit, photos, resources
from geo.records.photos import Photo
from geo.scope import Scope

LARGEST_MB = 8  # of a picture as it is sent; our choice: devices send 1,600 px, some 0.5 MB
LONGEST_PX = 1600  # our choice: fills a page of A5 at 200 dpi
MOST_PIXELS = (
    60_000_000  # our choice: telephones take 12 to 50 million; beyond, a picture is a bomb
)
QUALITY = 82  # our choice: of JPEG; below 80 the letters of a notice board begin to blur
# What a file must begin with, whatever it is called -> what Pillow is then allowed to try.
_BEGINNINGS = ((b"\xff\xd8\xff", "JPEG"), (b"\x89PNG\r\n\x1a\n", "PNG"))


def _blank_is_none(value: Any) -> Any:
    return None if isinstance(value, str) and not value.strip() else value


Blank = BeforeValidator(_blank_is_none)


class PhotoValues(BaseModel):
    """What is said of a picture. lon, lat in degrees, accuracy_m in metres and taken_at as the device
    claims; has_faces as the person says."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)

    taken_at: Annotated[AwareDatetime | None, Blank] = None
    lon: Annotated[Annotated[float, Field(ge=JAPAN[0], le=JAPAN[2])] | None, Blank] = None
    lat: Annotated[Annotated[float, Field(ge=JAPAN[1], le=JAPAN[3])] | None, Blank] = None
    accuracy_m: Annotated[Annotated[float, Field(ge=0, le=100_000)] | None, Blank] = None
    has_faces: Literal["yes", "no", "unknown"] = "unknown"
    caption: Annotated[Line, AfterValidator(str.strip)] = ""

    @property
    def place_source(self) -> dict[str, float | None] | None:
        """Where it was taken, if the device knew."""
        if self.lon is None or self.lat is None:
            return None
        return {"lon": self.lon, "lat": self.lat, "accuracy_m": self.accuracy_m}


@dataclass(frozen=True, slots=True)
class Picture:
    """JPEG without metadata, at most LONGEST_PX long; width, height in pixels."""

    bytes: bytes
    sha256: str
    width: int
    height: int


def parse(raw: Mapping[str, Any]) -> PhotoValues:
    """What a door was told of a picture. Raises Invalid."""
    try:
        return PhotoValues.model_validate(dict(raw))
    except ValidationError as error:
        fields = {str(problem["loc"][0]): "unreadable" for problem in error.errors()}
        raise Invalid(fields=fields) from None


def developed(sent: bytes) -> Picture:
    """The picture of a file, turned as the camera was held and written anew.

    Raises Invalid: not_a_photo for what does not begin and decode as JPEG, PNG or WebP,
    too_many_pixels for more than MOST_PIXELS.
    """
    form = next((form for start, form in _BEGINNINGS if sent.startswith(start)), None)
    if form is None and sent[:4] == b"RIFF" and sent[8:12] == b"WEBP":
        form = "WEBP"
    if form is None:
        raise Invalid(fields={"photo": "not_a_photo"})
    try:
        with Image.open(io.BytesIO(sent), formats=[form]) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise Invalid(fields={"photo": "too_many_pixels"})
            picture.draft("RGB", (LONGEST_PX, LONGEST_PX))  # JPEG: decoded no larger than needed
            turned = ImageOps.exif_transpose(picture)
            turned.thumbnail((LONGEST_PX, LONGEST_PX), Image.Resampling.LANCZOS)
            return _written(_plain(turned))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise Invalid(fields={"photo": "too_many_pixels"}) from None
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError, IndexError):
        raise Invalid(fields={"photo": "not_a_photo"}) from None


def receive(
    db: Session, scope: Scope, photo: UUID, resource: UUID, values: PhotoValues, picture: Picture
) -> None:
    """Keep a photo of a resource once: the same id again changes nothing.

    Raises NotFound, NotAllowed outside the writer's areas, Invalid for an id that is somebody else's.
    """
    known = photos.find(db, scope, photo)
    if known is None:
        check_place(db, scope, resource)
        photos.save_file(
            db,
            scope,
            {
                "sha256": picture.sha256,
                "bytes": picture.bytes,
                "width": picture.width,
                "height": picture.height,
            },
        )
        row = {
            "id": photo,
            "resource": resource,
            "sha256": picture.sha256,
            "taken_at": values.taken_at,
            "place_source": values.place_source,
            "has_faces": values.has_faces,
            "caption": values.caption,
        }
        if photos.save(db, scope, row):
            told = {"resource": str(resource), "has_faces": values.has_faces}
            audit.save(db, scope, "add", "photo", photo, None, told)
            return
        known = photos.find(db, scope, photo)
    if known is None or known.account != scope.account or known.resource != resource:
        raise Invalid(fields={"draft": "used_elsewhere"})


def check_place(db: Session, scope: Scope, resource: UUID) -> None:
    """Whether the scope may add a photo to a resource. Raises NotFound, NotAllowed."""
    if not scope.may_change_resources:
        raise NotAllowed(action="change_resource")
    known = resources.load_values(db, scope, [resource])
    if resource not in known:
        raise NotFound(thing="resource", id=str(resource))
    if not registry.is_within(db, scope, known[resource][1]["place"]):
        raise NotAllowed(action="outside_areas")


def is_received(db: Session, scope: Scope, photo: UUID) -> bool:
    """Whether this photo of the scope's own account has come before: its file need not be read again."""
    known = photos.find(db, scope, photo)
    return known is not None and known.account == scope.account


def change(
    db: Session, scope: Scope, photo: UUID, *, has_faces: str, is_public: bool, caption: str
) -> UUID:
    """Say whether a photo has faces, and whether everybody may see it; returns its resource.

    Raises NotFound, NotAllowed, and Invalid for one to be published that has faces or where nobody has
    said that it has none.
    """
    row = _own(db, scope, photo)
    values = parse({"has_faces": has_faces, "caption": caption})
    if is_public and values.has_faces != "no":
        raise Invalid(fields={"is_public": "has_faces"})
    after = {"has_faces": values.has_faces, "is_public": is_public, "caption": values.caption}
    before = {name: getattr(row, name) for name in after}
    if after != before:
        row.has_faces, row.is_public, row.caption = values.has_faces, is_public, values.caption
        audit.save(db, scope, "change", "photo", photo, before, after)
    return row.resource


def remove(db: Session, scope: Scope, photo: UUID, now: datetime) -> UUID:
    """Take a photo away for good, its bytes too; returns its resource. Raises NotFound, NotAllowed."""
    row = _own(db, scope, photo)
    before = {"has_faces": row.has_faces, "is_public": row.is_public, "caption": row.caption}
    photos.save_removed(db, scope, row, now)
    audit.save(db, scope, "remove", "photo", photo, before, None)
    return row.resource


def _own(db: Session, scope: Scope, photo: UUID) -> Photo:
    row = photos.get_locked(db, scope, photo)
    check_place(db, scope, row.resource)
    return row


def _plain(picture: Image.Image) -> Image.Image:
    """Opaque RGB; what is see-through is white, as paper is."""
    if picture.has_transparency_data:
        layered = picture.convert("RGBA")
        ground = Image.new("RGBA", layered.size, "white")
        return Image.alpha_composite(ground, layered).convert("RGB")
    return picture.convert("RGB")


def _written(picture: Image.Image) -> Picture:
    """As JPEG of pixels only: a new image, for whatever the file brought along stays behind."""
    fresh = Image.new("RGB", picture.size)
    fresh.paste(picture)
    out = io.BytesIO()
    fresh.save(out, "JPEG", quality=QUALITY, optimize=True)
    data = out.getvalue()
    return Picture(data, hashlib.sha256(data).hexdigest(), *fresh.size)
