"""数字のなおし: what Excel and years of copying do to numbers, put right where that is certain."""

import re
import unicodedata
from datetime import date, timedelta

ZERO_RESTORED = "phone_zero_restored"
DASH_RESTORED = "dash_restored"
FROM_SERIAL = "from_serial_number"
# Day 0 of Excel's 1900 system as far as it is right (its 1900 has a 29 February: ECMA-376 18.17.4.1)
_EXCEL_DAY_0 = date(1899, 12, 30)
_SERIALS = (36526, 73050)  # our choice: 2000-01-01 .. 2099-12-31
_AROUND_DASH = re.compile(r"\s*[-‐‑‒–—―−]\s*")
# ー between digits is a dash that somebody typed with the kana key
_LONG_MARK = re.compile("(?<=[0-9])ー(?=[0-9])")
_LOST_DASH = re.compile("(?<=[0-9０-９])[?？](?=[0-9０-９])")
_PART_OF_A_DAY = re.compile(r"0?\.[0-9]{1,17}")
_SERIAL = re.compile(r"[0-9]{5}(?:\.0)?")
_MOBILE = ("50", "70", "80", "90")  # 総務省 電気通信番号計画: 11 digits, after their 0


def even(text: str) -> str:
    """Numbers in half width: ３５．９ -> 35.9."""
    return text if text.isascii() else unicodedata.normalize("NFKC", text).strip()


def phone(text: str) -> tuple[str, tuple[str, ...]]:
    """A telephone number in half width, with the 0 that a cell of numbers lost.

    Nine digits, and ten that begin as mobile numbers do, lack it for certain: numbers in Japan
    have ten or eleven digits with it, local ones (without an area code) eight at most.
    """
    if not text:
        return "", ()
    plain = _AROUND_DASH.sub("-", _LONG_MARK.sub("-", even(text)))
    plain = re.sub(r"^([0-9]{9,10})\.0$", r"\1", plain)
    digits = plain.replace("-", "")
    if not re.fullmatch("[1-9][0-9]{8,9}", digits):
        return plain, ()
    is_short = len(digits) == 9 or digits.startswith(_MOBILE)
    return ("0" + plain, (ZERO_RESTORED,)) if is_short else (plain, ())


def with_dashes(address: str) -> tuple[str, tuple[str, ...]]:
    """An address whose dashes a conversion made ?: 「５?４２」 (鯖江市 AED). Between digits only."""
    if "?" not in address and "？" not in address:
        return address, ()
    restored = _LOST_DASH.sub("-", address)
    return restored, (DASH_RESTORED,) if restored != address else ()


def clock(text: str) -> tuple[str, tuple[str, ...]]:
    """A time as written; 0.4375 of a day, as Excel counts it, as 10:30."""
    plain = even(text)
    if not _PART_OF_A_DAY.fullmatch(plain):
        return plain, ()
    minutes = round(float(plain) * 24 * 60)
    return f"{minutes // 60}:{minutes % 60:02}", (FROM_SERIAL,)


def day(text: str) -> tuple[str, tuple[str, ...]]:
    """A date as written; 46154, as Excel counts days, as 2026-05-12."""
    plain = even(text)
    if not _SERIAL.fullmatch(plain):
        return text, ()
    serial = int(plain.partition(".")[0])
    if not _SERIALS[0] <= serial <= _SERIALS[1]:
        return text, ()
    return (_EXCEL_DAY_0 + timedelta(days=serial)).isoformat(), (FROM_SERIAL,)
