"""OSMのファイルの外側: whether bytes are an OSM extract at all, before a parser opens them.

A PBF is a row of blobs, each led by its sizes. They are added up without unpacking one: a file that
says it holds far more than it could is refused (a zip bomb), one that ends inside a blob is cut off.
What a blob says of itself is checked again by the parser, which unpacks no more than it was told.

Format: "OSM PBF" (fileformat.proto): length of header, BlobHeader {1 type, 3 datasize},
Blob {1 raw, 2 raw_size, 3 zlib_data …}.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from geo.errors import Unreadable

# Our choice: a region of some prefectures at most; larger extracts are cut to the municipality first.
LIMIT_MB = 300
HEADER_LIMIT = 64 * 1024  # of the format
BLOB_LIMIT = 32 * 1024 * 1024  # of the format
# Our choice: extracts unpack to 2 to 5 times their size; small ones may be one blob of repetition.
LIMIT_RATIO = 20
LIMIT_RATIO_FROM = 64 * 1024 * 1024

_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5


def form_of(path: Path) -> str:
    """The parser's name of the file's form: "pbf" or "osm" (XML).

    Raises Unreadable: cannot_open, too_large, empty, truncated, packed_too_tight, not_osm.
    """
    if not path.is_file():  # nor a folder or a device, which may never end
        raise Unreadable(reason="cannot_open")
    try:
        size = path.stat().st_size
        if size > LIMIT_MB * 1_000_000:
            raise Unreadable(reason="too_large", limit_mb=LIMIT_MB)
        with path.open("rb") as file:
            head = file.read(512)
            if not head.strip():
                raise Unreadable(reason="empty")
            if head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"<?xml", b"<osm")):
                return "osm"
            if b"OSMHeader" not in head[:64]:
                raise Unreadable(reason="not_osm")
            file.seek(0)
            _check_blobs(file, size)
    except OSError:
        raise Unreadable(reason="cannot_open") from None
    return "pbf"


def _check_blobs(file: BinaryIO, size: int) -> None:
    unpacked = 0
    while lead := file.read(4):
        length = int.from_bytes(lead, "big")
        if len(lead) < 4:
            raise Unreadable(reason="truncated")
        if length > HEADER_LIMIT:
            raise Unreadable(reason="not_osm")
        body = dict(_fields(file, file.tell() + length)).get(3)
        if not isinstance(body, int) or body > BLOB_LIMIT:
            raise Unreadable(reason="not_osm")
        end = file.tell() + body
        if end > size:
            raise Unreadable(reason="truncated")
        said = dict(_fields(file, end)).get(2, body)
        if said > BLOB_LIMIT:
            raise Unreadable(reason="packed_too_tight")
        unpacked += said
        if unpacked > max(LIMIT_RATIO * size, LIMIT_RATIO_FROM):
            raise Unreadable(reason="packed_too_tight")
        file.seek(end)


def _fields(file: BinaryIO, end: int) -> Iterator[tuple[int, int]]:
    """Number and value of each field up to ``end``; bytes are passed over and give their length."""
    while file.tell() < end:
        key = _varint(file)
        number, kind = key >> 3, key & 7
        if kind == _VARINT:
            yield number, _varint(file)
        elif kind == _BYTES:
            length = _varint(file)
            if length > BLOB_LIMIT:
                raise Unreadable(reason="not_osm")
            yield number, length
            file.seek(length, 1)
        elif kind in (_FIXED64, _FIXED32):
            file.seek(8 if kind == _FIXED64 else 4, 1)
        else:
            raise Unreadable(reason="not_osm")
    if file.tell() > end:
        raise Unreadable(reason="not_osm")


def _varint(file: BinaryIO) -> int:
    value = 0
    for shift in range(0, 70, 7):
        byte = file.read(1)
        if not byte:
            raise Unreadable(reason="truncated")
        value |= (byte[0] & 0x7F) << shift
        if byte[0] < 0x80:
            return value
    raise Unreadable(reason="not_osm")
