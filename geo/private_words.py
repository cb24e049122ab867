"""書かないほうがよいこと: what a note of the field must not hold (PRACTICE, Needs).

Telephone numbers, mail addresses and block numbers are refused; a word that looks like somebody's
name is only pointed at, for 小林町 is a place.
"""

import re
import unicodedata
from collections.abc import Iterable

_DASH = str.maketrans(dict.fromkeys("‐‑‒–—―−ー－", "-"))
_KANJI = "〇一二三四五六七八九十百"
# 64 signs at most before the @ (RFC 5321 4.5.3.1.1), 63 in a part of a name (RFC 1035 2.3.4): without an end a text
# of 60,000 signs took a minute.
_MAIL = re.compile(r"[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+")
# Our choice of what a telephone number looks like here: 0 and nine or ten digits more, parted or
# not; or a number of the own town without its area code (53-2213), which a postcode looks like too.
_PHONE = re.compile(
    r"(?<![\d-])(?:\+81[ -]?|\(?0)\d{1,4}[ ()-]{0,2}\d{1,4}[ ()-]{0,2}\d{3,4}(?![\d-])"
)
_OWN_TOWN = re.compile(r"(?<![\d-])[1-9]\d{1,2}-\d{4}(?![\d-])")
_BLOCKS = (
    re.compile(rf"[0-9{_KANJI}]番地(?![域元区方味道帯盤])"),
    re.compile(r"[0-9]番(?:地の)?[0-9]+(?![0-9]*(?:時|分|人|:))"),
    re.compile(rf"[{_KANJI}]番[{_KANJI}]+号"),
    re.compile(rf"丁目\s*[0-9{_KANJI}]+\s*(?:番|-|の[0-9])"),
    re.compile(r"(?<![\d/.RHSrhs-])\d{1,3}-\d{1,4}-\d{1,4}(?![\d-])"),
    re.compile(r"[町字丁]\s?\d{1,4}-\d{1,4}(?![\d:-]|時|人|月|日)"),
)
# A page of the web, with or without what stands before it; "3.5km" and "No.2" are none. In Japanese letters only where
# what ends it is an ending of the web and no word: 「例え.jp」, 「sale。com」, but not 「10時.体操」.
_SITE = re.compile(
    r"https?:|www\.|(?<![a-z0-9])[a-z0-9][a-z0-9-]{0,62}\.[a-z]{2,}"
    r"|\w\s?[.。]\s?(?:com|net|org|info|biz|jp|xyz|top|shop|site|online|click|link|tokyo)(?![a-z0-9])",
    re.IGNORECASE,
)
_JOINER = "\u200d"
_CALLED = re.compile(
    r"([一-龠々ヶ]{1,4}|[ァ-ヴー]{2,6})(さん|氏(?!名)|様(?![子々式相変態])|さま|君|くん|ちゃん)"
)
# Whom one calls さん without a name. Our choice, grown as people complain.
_NOBODY = re.compile(
    r"(?:.*(?:"
    r"息子|祖母|祖父|旦那|主人|家族|近所|会長|区長|町内会長|自治会長|班長|館長|店長|店主|社長|院長|園長|"
    r"校長|先生|職員|民生委員|福祉委員|世話人|代表|役員|業者|大家|運転手|参加者|利用者|住民|医者|看護師|"
    r"保健師|社協|包括|農協|生協"
    r")|[皆奥娘母父兄姉弟妹孫嫁隣客多同摂仏神])"
)

_BETWEEN = re.compile(r"[\s（）()［］、,・／/:：;「」]+")
_FAMILY = re.compile("[一-龠々ヶ]{2}")


def refused(text: str) -> str | None:
    """A code for what must not be written: has_mail, has_phone, has_block; None where all is well.

    Dates and times are not block numbers: 2026-11-20, R8-11-20, 10-12時.
    """
    plain = _plain(text)
    if _MAIL.search(plain):
        return "has_mail"
    if any(_digits(found[0]) >= 10 for found in _PHONE.finditer(plain)) or _OWN_TOWN.search(plain):
        return "has_phone"
    if any(form.search(plain) for form in _BLOCKS):
        return "has_block"
    return None


def has_site(text: str) -> bool:
    """Whether a text names a page of the web."""
    return bool(_SITE.search(_plain(text.replace(_JOINER, ""))))


def names(text: str) -> list[str]:
    """Words that look like somebody's name (山田さん), in order, each once. Never refused."""
    found = (match for match in _CALLED.finditer(_plain(text)))
    return list(dict.fromkeys(match[0] for match in found if not _NOBODY.fullmatch(match[1])))


def parts_of_names(texts: Iterable[str]) -> set[str]:
    """What a person may be called in notes, from what stands in a host's fields: each word of it, and
    the first two signs of one in kanji (田中 of 田中みちこ), for notes say 田中さん."""
    words = {word for text in texts for word in _BETWEEN.split(text) if len(word) > 1}
    return words | {found[0] for word in words if (found := _FAMILY.match(word))}


def is_named(text: str, parts: Iterable[str]) -> bool:
    """Whether one of ``parts_of_names`` stands in a note: as a word of three signs or more, or called
    (田中さん; not 田中町)."""
    called = names(text)
    return any(
        part in text if len(part) > 2 else any(one.startswith(part) for one in called)
        for part in parts
    )


def _digits(text: str) -> int:
    return sum(sign.isdigit() for sign in text)


def _plain(text: str) -> str:
    """Widths and dashes made one; a long mark between kana stays what it is."""
    even = unicodedata.normalize("NFKC", text)
    return re.sub(r"(?<=\d)[‐‑‒–—―−ー－](?=\d)", lambda sign: sign[0].translate(_DASH), even)
