"""料金の読みとり: what the words of a fee say of money."""

import re
import unicodedata

_FREE = re.compile("無料|0円|(?:料金|会費|参加費)?(?:は)?(?:なし|不要)")
_COSTS = re.compile(r"[1-9][\d,]*円|実費|材料費|[1-9]\d*割")


def is_free(words: str) -> bool | None:
    """Whether nothing is to be paid: 無料 is free, 「無料（材料費100円）」 is not; None where the words say neither."""
    plain = unicodedata.normalize("NFKC", words).replace(" ", "")
    if _COSTS.search(plain):
        return False
    return True if _FREE.search(plain) else None
