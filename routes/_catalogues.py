"""Catalogues: the words of the pages in other languages, read from templates/languages/*.po once for all requests.

Words carry marks that no page shows: where what is ours begins and ends, so that everything else on the page is known
to be registered (and Japanese), and where a reading stands over its signs. routes/_finishing.py turns them into HTML.
They are noncharacters of Unicode, which nobody types and no text of a municipality holds.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from babel import Locale
from babel.messages.pofile import read_po

FOLDER = Path(__file__).parents[1] / "templates" / "languages"
OURS, THEIRS = "\ufdd0", "\ufdd1"  # what follows is of a catalogue; of somebody else
READ, AS, SO = "\ufdd2", "\ufdd3", "\ufdd4"  # signs, their reading, and its end
JAPANESE_SIGNS = re.compile(
    "[\u3005\u3007\u3041-\u30fa\u30fc-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]"
)
# 漢字《かんじ》; with ｜ before the first sign where it is no kanji
READING = re.compile("(?:｜([^《》｜]+)|([\u3005\u30f6\u3400-\u4dbf\u4e00-\u9fff]+))《([^《》]+)》")
RUBY = re.compile(f"{READ}([^{AS}]*){AS}([^{SO}]*){SO}")
MARK = re.compile(f"[{OURS}-{SO}]")
# A reading that hangs on the number before it: さんぷん, ひとり
_COUNTED = re.compile(
    f"(?<=[013468])({READ}分{AS})ふん(?={SO})|(?<![0-9,])([12]){READ}人{AS}にん(?={SO})"
)
_WRITTEN_RUBY = re.compile(r"\\ufdd2(.*?)\\ufdd3(.*?)\\ufdd4")  # as JSON writes them
_WRITTEN_MARK = re.compile(r"\\ufdd[0-4]")
_KEPT = re.compile("〔([^〔〕]+)〕")
_GROUPED = re.compile(r"\d{1,3}(?:,\d{3})+")
_NUMBER = re.compile(r"\d[\d,]*")


@dataclass(frozen=True, slots=True)
class Manner:
    """How a language treats numbers in its words: whether one takes a form of its own, and what stands between
    thousands."""

    is_one: Callable[[int], bool]
    thousands: str


class Words(str):
    """Words of a catalogue. ``format`` takes the form that the first number asks for and marks what is put in."""

    forms: tuple[str, ...]
    manner: Manner

    @classmethod
    def of(cls, forms: tuple[str, ...], manner: Manner) -> "Words":
        """Words with one form or several; unformatted they are the last, which fits most numbers."""
        words = cls(f"{OURS}{forms[-1]}{THEIRS}")
        words.forms, words.manner = forms, manner
        return words

    def format(self, *args: Any, **blanks: Any) -> "Words":
        """The sentence with its blanks filled in."""
        form = self.forms[-1]
        if len(self.forms) > 1:
            numbers = (
                number for value in blanks.values() if (number := _number(value)) is not None
            )
            form = self.forms[0 if self.manner.is_one(next(numbers, 2)) else -1]
        put_in = {name: filled(value, self.manner) for name, value in blanks.items()}
        return Words.of((_COUNTED.sub(_by_number, form.format(*args, **put_in)),), self.manner)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The words of one language by what the templates say."""

    words: Mapping[str, Words]
    manner: Manner


@cache
def catalogue(code: str) -> Catalogue:
    """A language's catalogue. A translation that is missing or in doubt (fuzzy) is left out."""
    locale = Locale.parse(code.partition("@")[0])
    with (FOLDER / f"{code}.po").open("rb") as file:
        read = read_po(file, locale=locale)
    manner = Manner(
        lambda n: locale.plural_form(n) == "one", locale.number_symbols["latn"]["group"]
    )
    words = {}
    for message in read:
        forms = message.string if isinstance(message.string, tuple) else (message.string,)
        if message.id and not message.fuzzy and all(forms):
            named = message.id[0] if isinstance(message.id, tuple) else message.id
            words[named] = Words.of(tuple(map(with_readings, forms)), manner)
    return Catalogue(words, manner)


def with_readings(text: str) -> str:
    """What translators write, between marks: a reading, 漢字《かんじ》, and what stays Japanese, 〔介護〕."""
    text = READING.sub(lambda m: f"{READ}{m[1] or m[2]}{AS}{m[3]}{SO}", text)
    return _KEPT.sub(lambda m: f"{THEIRS}{m[1]}{OURS}", text)


def plain(text: str) -> str:
    """Words for programs: without marks and readings, also where JSON has written them as escapes."""
    if "\\ufdd" in text:
        text = _WRITTEN_MARK.sub("", _WRITTEN_RUBY.sub(r"\1", text))
    return MARK.sub("", RUBY.sub(r"\1", text))


def with_written_readings(text: str) -> str:
    """JSON in which readings stand as translators write them, ｜漢字《かんじ》, for a script to set them."""
    return _WRITTEN_RUBY.sub(r"\\uff5c\1\\u300a\2\\u300b", text)


def filled(value: Any, manner: Manner) -> Any:
    """What is put into a sentence: Japanese is somebody else's words; a number is written as the language does."""
    if not isinstance(value, str):
        return value
    if _GROUPED.fullmatch(value):
        return value.replace(",", manner.thousands)
    if OURS in value or JAPANESE_SIGNS.search(value):
        return f"{THEIRS}{value}{OURS}"
    return value


def _by_number(found: re.Match[str]) -> str:
    if found[1]:
        return f"{found[1]}ぷん"
    return f"{READ}{found[2]}人{AS}{'ひとり' if found[2] == '1' else 'ふたり'}"


def _number(value: Any) -> int | None:
    if isinstance(value, int):
        return value
    if isinstance(value, str) and _NUMBER.fullmatch(value):
        return int(value.replace(",", ""))
    return None
