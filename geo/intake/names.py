"""名前あわせ: the areas that are meant by what a table calls them."""

import difflib
from collections.abc import Sequence
from uuid import UUID

from geo.records.districts import District
from geo.words import area_key, search_key, town_key


class Names:
    """The areas of one level, found by what a table calls them."""

    def __init__(self, rows: Sequence[District], *, is_town: bool) -> None:
        self.is_town = is_town
        self.by_key: dict[str, list[UUID]] = {}
        self.by_bare: dict[str, list[UUID]] = {}
        self.names = {}
        for row in rows:
            key = self.key(row.name)
            self.by_key.setdefault(key, []).append(row.id)
            bare = without_block(key) if is_town else area_key(key)
            if bare != key:
                self.by_bare.setdefault(bare, []).append(row.id)
            self.names[key] = row.name

    def key(self, name: str) -> str:
        """How names are compared."""
        return town_key(name) if self.is_town else search_key(name)

    def find(self, name: str, *, loosely: bool = True) -> tuple[list[UUID], str]:
        """Ids and a remark: of the one called so; of all 丁目 of a town named without; else none.

        loosely  東 is 東地区, too; only where it is known that names of this level are meant, since
                 a 地区 and a 小学校区 of one name are different areas
        """
        key = self.key(name)
        if key in self.by_key:
            several = len(self.by_key[key]) > 1
            return self.by_key[key], "several_towns" if several else ""
        if self.is_town:
            return self.by_bare.get(key, []), "all_blocks"
        if not loosely:  # 松葉小学校区 is the area that its file calls by its school, 松葉小学校
            own = self.by_key.get(key.removesuffix("区"), []) if key.endswith("校区") else []
            return (own, "") if len(own) == 1 else ([], "")
        alike = self.by_bare.get(area_key(key), []) or self.by_key.get(area_key(key), [])
        return (alike, "") if len(alike) == 1 else ([], "")

    def nearest(self, name: str) -> str:
        """The name that is most like it, "" when none is."""
        close = difflib.get_close_matches(self.key(name), self.names, n=1)
        return self.names[close[0]] if close else ""


def without_block(key: str) -> str:
    """The key of a town without its 丁目: 松葉1丁目 -> 松葉."""
    return key.partition("丁目")[0].rstrip("0123456789") if "丁目" in key else key
