"""全国地方公共団体コード: the five digits of a municipality, however a file spells them.

Files bring 18207, 182079 (with the check digit), 1202 and 12025 (01202 after Excel took the
zero), and 18207.0. STANDARDS (a): 92011 of 宇都宮市 is 092011.
"""

import re
import unicodedata

REPAIRED = "code_zero_restored"

_PREFECTURES = frozenset([*range(1, 48), 99])  # 99: the invented towns
_WEIGHTS = (6, 5, 4, 3, 2)  # 総務省「都道府県コード及び市区町村コード」, check digit


def check_digit(code: str) -> str:
    """The sixth digit for five: 18207 -> 9."""
    total = sum(int(digit) * weight for digit, weight in zip(code, _WEIGHTS, strict=True))
    return str((11 - total % 11) % 10)


def read_code(text: str) -> tuple[str | None, str | None]:
    """Five digits, and the repair made on the way (a code, or None).

    (None, None) when the text is no municipality's or prefecture's code. Five digits that could
    be either (12025 reads as 千葉 12 025 or as 函館 01202-5) are taken as they stand, unless no
    municipality can have them (third digit 0 or 8, 9) and the check digit fits a lost zero.
    """
    digits = re.sub(r"\.0+$", "", unicodedata.normalize("NFKC", text).strip())
    if not re.fullmatch("[0-9]{4,6}", digits):
        return None, None
    if len(digits) == 6:
        return (digits[:5], None) if _fits(digits) else (None, None)
    if len(digits) == 4:
        return ("0" + digits, REPAIRED) if _is_prefecture("0" + digits) else (None, None)
    if _fits("0" + digits) and not (_is_prefecture(digits) and digits[2] in "1234567"):
        return "0" + digits[:4], REPAIRED
    return (digits, None) if _is_prefecture(digits) else (None, None)


def _fits(six: str) -> bool:
    return _is_prefecture(six) and check_digit(six[:5]) == six[5]


def _is_prefecture(digits: str) -> bool:
    return int(digits[:2]) in _PREFECTURES
