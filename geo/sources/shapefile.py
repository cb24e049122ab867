"""シェープファイル: three to five files that are one, looked over before GDAL opens a copy of them.

Offices send them without .prj, without .shx, without a word on the encoding, and Japanese cut in
the middle of a character at the end of a field. What is missing is made good and said.
"""

import codecs
import re
import struct
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from geo.errors import Unreadable

MAGIC = b"\x00\x00\x27\x0a"
PARTS = (".shp", ".shx", ".dbf", ".prj", ".cpg")
POLYGONS = (5, 15, 25)  # shape types: plain, with heights, with measures
POINTS = (1, 8, 11, 18, 21, 28)

SHX_REBUILT = "shx_rebuilt"
NO_DBF = "no_dbf"
ENCODING_ASSUMED = "encoding_assumed"

RECORDS = 500_000  # our choice, as vector_child.FEATURES
_HEADER = 100  # bytes of .shp and .shx
_RECORD = 8  # bytes of a record's entry in .shx
# Language byte of a .dbf: 13 = Shift_JIS, 7B = Shift_JIS of Windows (ESRI's list)
_LANGUAGES = {0x13: "cp932", 0x7B: "cp932"}
_CODEPAGES = {"932": "cp932", "65001": "utf-8", "20932": "euc_jp", "51932": "euc_jp"}
# What Windows calls Shift_JIS has ① and 髙. Western code pages are what programs write unasked.
_NAMES = {
    **dict.fromkeys(("sjis", "shift_jis", "ms932", "cp932", "windows_31j"), "cp932"),
    **dict.fromkeys(("utf8", "utf_8"), "utf-8"),
    **dict.fromkeys(("euc_jp", "eucjp"), "euc_jp"),
}
_SAID_LIMIT = 10_000  # bytes of a .prj or .cpg; real ones have some hundred


@dataclass(frozen=True, slots=True)
class Look:
    """What a Shapefile in a private folder turned out to be.

    encoding     Python codec of its texts
    assumptions  codes: shx_rebuilt, no_dbf, encoding_assumed=codec
    """

    encoding: str
    rebuild_shx: bool
    assumptions: tuple[str, ...]


def shape_type(header: bytes) -> int:
    """The type of its shapes, from the first 100 bytes of a .shp; 0 when there are too few."""
    return int(struct.unpack_from("<i", header, 32)[0]) if len(header) >= _HEADER else 0


def look_over(folder: Path, stem: str) -> Look:
    """Check ``folder/stem.shp`` and what lies beside it.

    Raises Unreadable: not_a_shapefile, truncated, dbf_broken, encoding_unknown.
    """
    shp, shx, dbf = (folder / f"{stem}{ending}" for ending in (".shp", ".shx", ".dbf"))
    _check_length(shp)
    rebuild = not _is_whole_index(shx)
    assumptions = [SHX_REBUILT] if rebuild else []
    if not dbf.is_file():
        return Look("utf-8", rebuild, (*assumptions, NO_DBF))
    texts = list(_texts(dbf.read_bytes()))
    said = _said_encoding(folder / f"{stem}.cpg") or _LANGUAGES.get(dbf.read_bytes()[29], "")
    if said and _fits(texts, said):
        return Look(said, rebuild, tuple(assumptions))
    guessed = next((codec for codec in ("utf-8", "cp932") if _fits(texts, codec)), None)
    if guessed is None:
        raise Unreadable(reason="encoding_unknown")
    if not all(text.isascii() for text in texts):
        assumptions.append(f"{ENCODING_ASSUMED}={guessed}")
    return Look(guessed, rebuild, tuple(assumptions))


def text(raw: bytes, encoding: str) -> str:
    """A field's text; a character that the field's end cut in half is left out."""
    whole = codecs.getincrementaldecoder(encoding)(errors="replace")
    return whole.decode(raw.rstrip(b"\0 "), final=False)


def _check_length(shp: Path) -> None:
    """The header must be one, and the file as long as it says (in words of two bytes)."""
    with shp.open("rb") as file:
        header = file.read(_HEADER)
    if not header.startswith(MAGIC):
        raise Unreadable(reason="not_a_shapefile")
    if len(header) < _HEADER:
        raise Unreadable(reason="truncated")
    words = struct.unpack_from(">i", header, 24)[0]
    version = struct.unpack_from("<i", header, 28)[0]
    if version != 1000 or words < _HEADER // 2:
        raise Unreadable(reason="not_a_shapefile")
    if words * 2 > shp.stat().st_size:
        raise Unreadable(reason="truncated")


def _is_whole_index(shx: Path) -> bool:
    """Whether the index is there and as long as it says."""
    if not shx.is_file():
        return False
    size = shx.stat().st_size
    with shx.open("rb") as file:
        header = file.read(_HEADER)
    if len(header) < _HEADER or not header.startswith(MAGIC):
        return False
    return bool(struct.unpack_from(">i", header, 24)[0] * 2 == size and size % _RECORD == 4)


def _texts(dbf: bytes) -> Iterator[bytes]:
    """Names of fields and every text in them, as bytes. Raises Unreadable: dbf_broken,
    too_many_features."""
    if len(dbf) < 33:
        raise Unreadable(reason="dbf_broken")
    records, start, width = struct.unpack_from("<IHH", dbf, 4)
    # some writers leave the end mark out, so one byte may be missing; records may not
    if width < 1 or start < 33 or start + records * width > len(dbf) + 1:
        raise Unreadable(reason="dbf_broken")
    if records > RECORDS:
        raise Unreadable(reason="too_many_features", limit=RECORDS)
    at, columns = 1, []
    for entry in range(32, start - 1, 32):
        if dbf[entry : entry + 1] in (b"\r", b""):
            break
        name, kind, size = dbf[entry : entry + 11], dbf[entry + 11 : entry + 12], dbf[entry + 16]
        yield name.partition(b"\0")[0]
        if kind == b"C" and size:
            columns.append((at, size))
        at += size
    if at > width:
        raise Unreadable(reason="dbf_broken")
    for row in range(records):
        begin = start + row * width
        for offset, size in columns:
            cell = dbf[begin + offset : begin + offset + size].partition(b"\0")[0].strip()
            if cell:
                yield cell


def _fits(texts: list[bytes], codec: str) -> bool:
    """Whether every text decodes, but for a character cut in half at its end."""
    for one in texts:
        if one.isascii():
            continue
        try:
            codecs.getincrementaldecoder(codec)().decode(one, final=False)
        except UnicodeDecodeError:
            return False
    return True


def _said_encoding(cpg: Path) -> str:
    """The Python codec that a .cpg names, "" when it names none: UTF-8, SJIS, 932, ANSI 932."""
    if not cpg.is_file() or cpg.stat().st_size > _SAID_LIMIT:
        return ""
    said = unicodedata.normalize("NFKC", cpg.read_bytes().decode("ascii", "ignore")).strip()
    number = re.search(r"([0-9]{3,5})$", said)
    name = _CODEPAGES.get(number[1], "") if number else said
    return _NAMES.get(name.casefold().replace("-", "_"), "")
