"""The smallest .xls there is, written by hand: nothing we use writes the old format any more.

[MS-XLS] records (BIFF8) in the one stream of an [MS-CFB] file.
"""

import struct
from pathlib import Path

_SECTOR = 512
_FREE, _END, _FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
DAY = 1  # the second cell format: 14 is a date in every Excel


def write(
    path: Path,
    sheets: dict[str, list[list[object]]],
    merged: tuple[tuple[int, int, int, int], ...] = (),
    hidden: tuple[str, ...] = (),
    records: bytes = b"",
) -> Path:
    """A workbook. Cells: None, text, numbers, (number, DAY). merged: first and last row, first and
    last column, in every sheet. records: what else stands before the sheets."""
    path.write_bytes(compound("Workbook", _book(sheets, merged, hidden, records)))
    return path


def record(kind: int, body: bytes) -> bytes:
    """One BIFF record."""
    return struct.pack("<HH", kind, len(body)) + body


def compound(name: str, stream: bytes) -> bytes:
    """A compound file with one stream."""
    stream = stream.ljust(max(4096, -(-len(stream) // _SECTOR) * _SECTOR), b"\0")
    count = len(stream) // _SECTOR
    sectors = [_FAT, _END, *range(3, count + 2), _END]
    fat = struct.pack(f"<{len(sectors)}I", *sectors).ljust(_SECTOR, b"\xff")
    assert len(fat) == _SECTOR, "too long for one sector of the table"
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 16
    head += struct.pack(
        "<HHHHH6xIIIIIIIII", 0x3E, 3, 0xFFFE, 9, 6, 0, 1, 1, 0, 4096, _END, 0, _END, 0
    )
    head += struct.pack("<I", 0) + b"\xff" * (4 * 108)
    root = _entry("Root Entry", 5, 1, _END, 0)
    own = _entry(name, 2, _FREE, 2, len(stream))
    folder = (root + own).ljust(_SECTOR, b"\0")
    return head + fat + folder + stream


def _entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
    text = name.encode("utf-16-le") + b"\0\0"
    return (
        text.ljust(64, b"\0")
        + struct.pack("<HBBIII", len(text), kind, 1, _FREE, _FREE, child)
        + b"\0" * 36
        + struct.pack("<IQ", start, size)
    )


def _book(sheets, merged, hidden, records) -> bytes:
    bof = record(0x0809, struct.pack("<HHHHII", 0x0600, 5, 0, 0, 0, 0))
    formats = b"".join(
        record(0x00E0, struct.pack("<HHHBBBBIIH", 0, number, 0, 0, 0, 0, 0, 0, 0, 0))
        for number in (0, 14)
    )
    font = record(0x0031, struct.pack("<HHHHHBBBB", 200, 0, 0x7FFF, 400, 0, 0, 0, 0, 0) + b"\1\0A")
    head = bof + font + formats + records
    names = [struct.pack("<BB", len(name), 1) + name.encode("utf-16-le") for name in sheets]
    at = len(head) + sum(4 + 6 + len(name) for name in names) + 4
    index, bodies = b"", b""
    for name, rows in zip(sheets, sheets.values(), strict=True):
        number = list(sheets).index(name)
        place = struct.pack("<IBB", at + len(bodies), 1 if name in hidden else 0, 0)
        index += record(0x0085, place + names[number])
        bodies += _sheet(rows, () if number else merged)
    return head + index + record(0x000A, b"") + bodies


def _sheet(rows, merged) -> bytes:
    body = record(0x0809, struct.pack("<HHHHII", 0x0600, 0x10, 0, 0, 0, 0))
    for y, row in enumerate(rows):
        for x, value in enumerate(row):
            if isinstance(value, str):
                text = struct.pack("<HB", len(value), 1) + value.encode("utf-16-le")
                body += record(0x0204, struct.pack("<HHH", y, x, 0) + text)
            elif value is not None:
                number, form = value if isinstance(value, tuple) else (value, 0)
                body += record(0x0203, struct.pack("<HHHd", y, x, form, number))
    spans = b"".join(struct.pack("<HHHH", *span) for span in merged)
    body += record(0x00E5, struct.pack("<H", len(merged)) + spans) if merged else b""
    return body + record(0x000A, b"")
