"""資源の種別: which kinds of 地域資源 there are, and how each one reaches a person.

The table is ``data/kinds.csv``, its words are ``data/vocabularies.csv``; ``data/README.md`` says what
each column means. These are the values a municipality starts with and may change for itself.
"""

import csv
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from geo.errors import NotFound
from geo.words import search_key

_DATA = Path(__file__).parents[1] / "data"

# our choice: an お宝 is an SC's best capital, an empty house an invitation to burglars
STAFF_ONLY = frozenset({"treasure", "vacant_house"})

_BRACKETS = re.compile(r"[(（［\[【「『〔<＜](.*?)[)）］\]】」』〕>＞]")
_AND_SO_ON = ("など", "等", "ほか", "他")


@dataclass(frozen=True, slots=True)
class KindDefault:
    """One 種別 as delivered. Codes are explained by ``vocabulary``; "" where nothing is said.

    element, viewpoints, fields   5要素, 4観点, 生活分野
    reach      one of the six ways in which it reaches a person
    limit_min  practical limit in minutes by ``profile``; None where distance says nothing
    limit_m    the same limit in metres, where its source speaks in metres. With reach "there" it is
               not a limit but the spacing asked for along the way (ひと休みイス)
    profile    travel profile of the limit and of the 30 minutes; "" where none is walked or driven
    limit_note what else decides, in Japanese as shown on screen
    rhythm     how often it must be there to count as reached
    icon       one character, different for every kind
    colour     #rrggbb, the colour of its element
    source     where the limit comes from; 【要確認】 = not checked against a primary source
    """

    code: str
    name: str
    element: str
    viewpoints: tuple[str, ...]
    fields: tuple[str, ...]
    reach: str
    limit_min: int | None
    limit_m: int | None
    profile: str
    limit_note: str
    rhythm: str
    scheme: str
    icon: str
    colour: str
    synonyms: tuple[str, ...]
    source: str

    @property
    def is_staff_only(self) -> bool:
        """Whether a resource of this kind starts out as visible to staff alone."""
        return self.code in STAFF_ONLY


@lru_cache(maxsize=1)
def defaults() -> tuple[KindDefault, ...]:
    """All kinds in the order of ``data/kinds.csv``."""
    return tuple(_kind(row) for row in _rows("kinds.csv"))


def get_default(code: str) -> KindDefault:
    """The kind of a code. Raises NotFound."""
    kind = find_default(code)
    if kind is None:
        raise NotFound(thing="kind", id=code)
    return kind


def find_default(code: str) -> KindDefault | None:
    """The kind of a code, None for one that a municipality made for itself."""
    return _by_code().get(code)


@lru_cache(maxsize=1)
def _by_code() -> dict[str, KindDefault]:
    return {kind.code: kind for kind in defaults()}


def finding_key(name: str, synonyms: Iterable[str]) -> str:
    """What finds a kind by a whole word: the keys of its name, of the parts of it between ・, and of its
    synonyms, each between bars."""
    words = (name, *re.split("[・（）()]", name), *synonyms)
    keys = dict.fromkeys(filter(None, map(search_key, words)))
    return f"|{'|'.join(keys)}|" if keys else ""


def vocabulary(name: str) -> dict[str, str]:
    """The words of one list (element, viewpoint, field, scheme, …): code → Japanese, in file order.

    Raises NotFound when there is no such list.
    """
    words = _vocabularies().get(name)
    if words is None:
        raise NotFound(thing="vocabulary", id=name)
    return dict(words)


def find_code(category_text: str) -> str | None:
    """The kind of kinds.csv that a municipality's category column means, or None; as ``finder``."""
    return _default_finder()(category_text)


def finder(words: Iterable[tuple[str, str, Iterable[str]]]) -> Callable[[str], str | None]:
    """What reads the kind that a category column means among kinds given as (code, name, synonyms); of
    two that claim one word the later has it.

    Reads a code, a name or a synonym in any width, kana or spacing. A closing 「など」 and what
    stands in brackets may be missing or too much; where the words outside the brackets say
    nothing, the words inside are asked.
    """
    keys = {
        search_key(word): code for code, name, more in words for word in (code, name, *more) if word
    }

    def find(category_text: str) -> str | None:
        return next((keys[key] for key in _readings(category_text) if key in keys), None)

    return find


def _kind(row: dict[str, str]) -> KindDefault:
    return KindDefault(
        code=row["code"],
        name=row["name"],
        element=row["element"],
        viewpoints=_parts(row["viewpoints"]),
        fields=_parts(row["fields"]),
        reach=row["reach"],
        limit_min=_whole(row["limit_min"]),
        limit_m=_whole(row["limit_m"]),
        profile=row["profile"],
        limit_note=row["limit_note"],
        rhythm=row["rhythm"],
        scheme=row["scheme"],
        icon=row["icon"],
        colour=row["colour"],
        synonyms=_parts(row["synonyms"]),
        source=row["source"],
    )


def _parts(cell: str) -> tuple[str, ...]:
    return tuple(cell.split(";")) if cell else ()


def _whole(cell: str) -> int | None:
    return int(cell) if cell else None


def _readings(text: str) -> Iterator[str]:
    """Keys to try, the most literal first."""
    for reading in (text, _BRACKETS.sub("", text), *_BRACKETS.findall(text)):
        key = search_key(reading)
        yield key
        for ending in _AND_SO_ON:
            yield key.removesuffix(ending)


@lru_cache(maxsize=1)
def _default_finder() -> Callable[[str], str | None]:
    return finder((kind.code, kind.name, kind.synonyms) for kind in defaults())


@lru_cache(maxsize=1)
def _vocabularies() -> dict[str, dict[str, str]]:
    lists: dict[str, dict[str, str]] = {}
    for row in _rows("vocabularies.csv"):
        lists.setdefault(row["list"], {})[row["code"]] = row["name"]
    return lists


def _rows(name: str) -> list[dict[str, str]]:
    with (_DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
