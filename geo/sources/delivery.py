"""納品されたファイル: what every delivery shares, whatever dataset it holds.

A delivery is bytes within a limit, then text in an encoding that decodes without one error.
What cannot be read at all raises Unreadable; one bad row becomes a Refused and the rest stands.
"""

import codecs
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from geo.errors import Unreadable

MARKS = 30  # on one letter: Unicode's own limit (UAX 15, Stream-Safe Text Format)
LON_JAPAN = (122.0, 154.0)  # 与那国島 122.9 .. 南鳥島 153.99, degrees
LAT_JAPAN = (20.0, 46.0)  # 沖ノ鳥島 20.4 .. 択捉島 45.6, degrees

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Control characters but tab and line feed, halves of surrogate pairs, and marks of no width:
# PostgreSQL cannot keep the first two, nobody can see the last.
_UNKEEPABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u200b\u2060\ufeff]")
# What may be thirty-one marks in a row: no ASCII, kana or kanji.
_MARKED = re.compile(
    "[\u0300-\u2fff\u3099\u309a\ua66f-\uabff\ufb1e\ufe20-\ufe2f\U000101fd-\U0001ffff]{31,}"
)


@dataclass(frozen=True, slots=True)
class Refused:
    """One row that was not taken.

    row     as the file counts: first feature 1; in a table the header is 1, as in Excel
    reason  code
    detail  the name, cell or number that explains it, as delivered; may be empty
    sheet   of a workbook, else ""
    """

    row: int
    reason: str
    detail: str
    sheet: str = ""


@dataclass(frozen=True, slots=True)
class DeliveredText:
    """A decoded file and the encoding it was in (a Python codec name)."""

    text: str
    encoding: str


class RowError(Exception):
    """Raised inside sources where a row turns out not to be usable; becomes a Refused."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.detail = detail

    def at(self, row: int, name: str = "") -> Refused:
        """The refused row for the report, led by the name of what was refused."""
        return Refused(row, self.reason, f"{name} {self.detail}".strip())


def read_bytes(path: Path, limit_mb: int) -> bytes:
    """The file's bytes. Raises Unreadable: cannot_open, too_large, empty."""
    if not path.is_file():  # nor a folder or a device, which may never end
        raise Unreadable(reason="cannot_open")
    try:
        if path.stat().st_size > limit_mb * 1_000_000:
            raise Unreadable(reason="too_large", limit_mb=limit_mb)
        delivered = path.read_bytes()
    except OSError:
        raise Unreadable(reason="cannot_open") from None
    if not delivered.strip():
        raise Unreadable(reason="empty")
    return delivered


def decode(delivered: bytes, otherwise: Sequence[str] = ("utf-8", "cp932")) -> DeliveredText:
    """Text by its byte order mark, else by the first encoding that fits without an error.

    utf-8 is asked before cp932 because Japanese cp932 is almost never valid utf-8, while much
    utf-8 is valid cp932. Zero bytes mean a binary file, or utf-16 without a mark, which is
    not guessed at. Raises Unreadable: not_text, encoding_unknown.
    """
    marked = [name for mark, name in _BOMS if delivered.startswith(mark)]
    if not marked and b"\0" in delivered:
        raise Unreadable(reason="not_text")
    for encoding in marked or otherwise:
        try:
            text = delivered.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" in text:
            raise Unreadable(reason="not_text")
        return DeliveredText(text, encoding)
    raise Unreadable(reason="encoding_unknown")


def tidy(text: str) -> str:
    """A cell as it is kept: ends trimmed (全角 spaces too), line ends as LF, nothing unkeepable.

    The words themselves stay as delivered: "-" and "=" are text, ① stays ①. Of more marks on one letter
    than a language has the first are kept: putting them in order takes the square of their number.
    """
    if not text:
        return text
    kept = _UNKEEPABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()
    return _MARKED.sub(_few_marks, kept)


def _few_marks(found: re.Match[str]) -> str:
    kept, marks = [], 0
    for sign in found[0]:
        marks = marks + 1 if unicodedata.combining(sign) else 0
        if marks <= MARKS:
            kept.append(sign)
    return "".join(kept)


def name_key(name: str) -> str:
    """A key from a name, the same in every edition: NFKC, no spaces, ヶ as ケ, lower case."""
    folded = "".join(unicodedata.normalize("NFKC", name).split())
    return folded.replace("ヶ", "ケ").replace("ヵ", "カ").casefold()


def where_in_japan(west: float, south: float, east: float, north: float) -> str | None:
    """None for a box inside Japan, else why not: swapped_axes or outside_japan.

    No place in Japan is still in Japan when lon and lat change places (122..154 / 20..46), so
    the answer is never a guess.
    """
    if _within((west, east), LON_JAPAN) and _within((south, north), LAT_JAPAN):
        return None
    if _within((south, north), LON_JAPAN) and _within((west, east), LAT_JAPAN):
        return "swapped_axes"
    return "outside_japan"


def are_in_japan(boxes: NDArray[np.float64]) -> NDArray[np.bool_]:
    """(n, 4) west, south, east, north -> (n,) whether each lies in Japan. Not a number does not."""
    west, south, east, north = boxes.T
    across = (LON_JAPAN[0] <= west) & (west <= east) & (east <= LON_JAPAN[1])
    along = (LAT_JAPAN[0] <= south) & (south <= north) & (north <= LAT_JAPAN[1])
    return np.asarray(across & along)


def _within(ends: tuple[float, float], bounds: tuple[float, float]) -> bool:
    return bounds[0] <= ends[0] <= ends[1] <= bounds[1]
