"""圧縮ファイル: a delivered .zip (or .xlsx, which is one), looked through before anything is unpacked.

Members are never written under their own names, so a path that climbs out of the folder finds
nothing to climb; it is refused all the same, as a file made to do harm. Small files that unpack
to gigabytes, archives in archives and locked archives are refused by their table of contents.
"""

import lzma
import struct
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from geo.errors import Unreadable

MEMBERS = 2_000
TOTAL_MB = 800  # unpacked; our choice: N03 of the whole country as a Shapefile has 500
RATIO = 200  # our choice: tables of mostly spaces reach 60, deflate ends at 1,032
RATIO_FROM_MB = 20  # small ones may be as empty as they like
_BLOCK = 1 << 20
# What zipfile raises for one that is cut off, turned over or lies: a dictionary of 4 GB is a MemoryError
BROKEN = (
    *(zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, MemoryError, EOFError),
    *(NotImplementedError, RuntimeError, ValueError, OverflowError, OSError),
)
_ARCHIVES = (".zip", ".7z", ".rar", ".gz", ".tar", ".tgz", ".bz2", ".xz", ".lzh")


@dataclass(frozen=True, slots=True)
class Member:
    """A file inside: its name as a person reads it, and its unpacked size."""

    name: str
    size: int
    entry: zipfile.ZipInfo

    @property
    def stem(self) -> str:
        """Path without the last ending, to tell which files belong together."""
        return str(PurePosixPath(self.name).with_suffix("")).casefold()

    @property
    def suffix(self) -> str:
        """The last ending, in small letters: .shp"""
        return PurePosixPath(self.name).suffix.casefold()


def members(path: Path, total_mb: int = TOTAL_MB, *, nested: bool = False) -> list[Member]:
    """The files inside, in their order; folders and the Mac's shadow files left out.

    nested  whether .zip files inside are let through; their own contents are another call
    Raises Unreadable: not_a_zip, zip_slip, zip_bomb, nested_zip, zip_locked.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
    except BROKEN:
        raise Unreadable(reason="not_a_zip") from None
    found = [Member(_name(entry), entry.file_size, entry) for entry in entries]
    for member in found:
        if member.name.startswith(("/", "\\")) or ":" in member.name[:3]:
            raise Unreadable(reason="zip_slip", name=member.name[:200])
        if ".." in member.name.replace("\\", "/").split("/"):
            raise Unreadable(reason="zip_slip", name=member.name[:200])
        if member.suffix in _ARCHIVES and not (nested and member.suffix == ".zip"):
            raise Unreadable(reason="nested_zip", name=member.name[:200])
        if not member.name or "\0" in member.name:
            raise Unreadable(reason="not_a_zip")
        if member.entry.flag_bits & 1:
            raise Unreadable(reason="zip_locked")
    total = sum(member.size for member in found)
    packed = max(1, path.stat().st_size)
    swells = total > RATIO_FROM_MB * 1_000_000 and total > RATIO * packed
    if len(found) > MEMBERS or total > total_mb * 1_000_000 or swells:
        raise Unreadable(reason="zip_bomb", limit_mb=total_mb)
    shadows = ("__MACOSX/",)
    return [m for m in found if not m.entry.is_dir() and not m.name.startswith(shadows)]


def unpack(path: Path, member: Member, to: Path) -> None:
    """Write one member to a path of our choosing, never more than its entry says.

    Raises Unreadable: zip_broken.
    """
    left = member.size
    try:
        with (
            zipfile.ZipFile(path) as archive,
            archive.open(member.entry) as source,
            to.open("xb") as copy,
        ):
            while block := source.read(_BLOCK):
                left -= len(block)
                if left < 0:
                    raise Unreadable(reason="zip_bomb", limit_mb=TOTAL_MB)
                copy.write(block)
    except BROKEN:
        raise Unreadable(reason="zip_broken") from None


def _name(entry: zipfile.ZipInfo) -> str:
    """Names that are not marked as utf-8 come from Windows in cp932, and zipfile reads cp437."""
    if entry.flag_bits & 0x800:
        return entry.filename
    try:
        return entry.filename.encode("cp437").decode("cp932")
    except UnicodeError:
        return entry.filename
