"""数値標高モデル: what is delivered of it: a GML, a GeoTIFF, or a zip of many, and of zips of many.

Publisher: 国土地理院 (基盤地図情報数値標高モデル), under its terms of use. It delivers a zip for each 2次メッシュ,
and several of those in one more. One piece is unpacked and held at a time.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from geo.errors import Unreadable
from geo.sources import apart, archives, dem_gml, dem_tiff
from geo.sources.archives import Member
from geo.sources.delivery import RowError, read_bytes
from geo.sources.dem_gml import TileRead

LIMIT_MB = 300  # as delivered
TOTAL_MB = 6_000  # unpacked, one piece at a time; DEM5A of a prefecture has some 3,000
_ZIP = b"PK\x03\x04"
_GML, _TIFF = (".xml", ".gml"), (".tif", ".tiff")
_BESIDE = ".aux.xml"  # GDAL's notes beside a raster
_ABOUT = "fmdid"  # 国土地理院's description of the data beside the tiles


@dataclass(frozen=True, slots=True)
class Piece:
    """One tile of a delivery, or why a file of it gave none.

    number  as the delivery counts its tiles and refused files, from 1: the same each time it is read
    """

    number: int
    name: str
    read: TileRead | None
    reason: str = ""
    detail: str = ""


def read(path: Path, name: str = "") -> Iterator[Piece]:
    """Every tile of a delivery. ``name``: as its sender called it.

    Raises Unreadable: cannot_open, too_large, empty, not_a_dem, and the reasons of archives.members and
    archives.unpack.
    """
    left = [TOTAL_MB * 1_000_000]
    for number, (file, found) in enumerate(_read(path, name or path.name, left, depth=0), start=1):
        if isinstance(found, RowError):
            yield Piece(number, file, None, found.reason, found.detail)
        else:
            yield Piece(number, file, found)


def _read(
    path: Path, name: str, left: list[int], depth: int
) -> Iterator[tuple[str, TileRead | RowError]]:
    head = _head(path)
    if head.startswith(_ZIP):
        yield from _archive(path, left, depth)
        return
    try:
        if head.startswith(dem_tiff.MAGIC):
            tiles = [dem_tiff.read(path, name)]
        elif head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
            tiles = dem_gml.read(read_bytes(path, dem_gml.LIMIT_MB), name)
        else:
            raise RowError("not_a_dem", name)
    except RowError as error:
        yield name, error
    except Unreadable as error:  # one member of many is too large
        yield name, RowError(str(error.facts["reason"]), name)
    else:
        yield from ((name, tile) for tile in tiles)


def _archive(path: Path, left: list[int], depth: int) -> Iterator[tuple[str, TileRead | RowError]]:
    inside = archives.members(path, TOTAL_MB, nested=depth == 0)
    left[0] -= sum(member.size for member in inside if member.suffix != ".zip")
    if left[0] < 0:
        raise Unreadable(reason="zip_bomb", limit_mb=TOTAL_MB)
    for member in inside:
        name = PurePosixPath(member.name.replace("\\", "/")).name
        if not _is_asked(member, name):
            continue
        limit_mb = dem_gml.LIMIT_MB if member.suffix in _GML else LIMIT_MB
        if member.size > limit_mb * 1_000_000:
            yield name, RowError("too_large", name)
            continue
        with apart.private_folder() as folder:
            own = folder / f"piece{member.suffix}"
            archives.unpack(path, member, own)
            yield from _read(own, name, left, depth + 1)


def _is_asked(member: Member, name: str) -> bool:
    if name.endswith(_BESIDE) or name.startswith(_ABOUT):
        return False
    return member.suffix in (*_GML, *_TIFF, ".zip")


def _head(path: Path) -> bytes:
    """The first bytes. Raises Unreadable: cannot_open, too_large, empty."""
    if not path.is_file():  # nor a folder or a device, which may never end
        raise Unreadable(reason="cannot_open")
    try:
        if path.stat().st_size > LIMIT_MB * 1_000_000:
            raise Unreadable(reason="too_large", limit_mb=LIMIT_MB)
        with path.open("rb") as file:
            head = file.read(64)
    except OSError:
        raise Unreadable(reason="cannot_open") from None
    if not head.strip():
        raise Unreadable(reason="empty")
    return head
