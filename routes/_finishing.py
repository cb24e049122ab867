"""The last hand on a page in another language than Japanese: marks become HTML.

What came from a catalogue is in the page's language. Everything else that is written in Japanese is registered, as it
was written, and says so (``lang="ja"``): screen readers change their voice, and a browser its letters. Readings stand
over their signs as <ruby>. Where HTML knows no elements (titles, choices, attributes) the signs stand alone; page data
bring the readings along as one writes them, ｜漢字《かんじ》, for what scripts put on the page (static/js/core/words.js).
"""

import re

from jinja2 import Template
from jinja2.environment import TemplateModule
from jinja2.runtime import Context

from routes._catalogues import (
    JAPANESE_SIGNS,
    MARK,
    OURS,
    RUBY,
    THEIRS,
    plain,
    with_written_readings,
)
from routes._languages import EASY, JAPANESE, Language, language

# Elements that hold text alone or no elements of HTML, comments and tags; what is between them is text that may hold some.
_BARE = re.compile(
    r"(<(?P<name>script|style|title|textarea|svg)\b.*?</(?P=name)>|<option\b[^>]*>[^<]*|<!--.*?-->|<[^>]*>)",
    re.DOTALL | re.IGNORECASE,
)
PAGE_DATA = '<script type="application/json" id="page-data">'
_INLINE = re.compile(r"</?(?:a|b|code|em|small|span|strong)\b")
_ENDS = re.compile(r"[.!?:]$")  # of a sentence
_TOGETHER = re.compile(f"([.!?]{THEIRS})({OURS}[^\\W_])")
_EDGES = re.compile(
    r"([\s）、。・：]*)(.*?)([\s（、・：]*)", re.DOTALL
)  # signs that belong to what is ours beside it
_SIDES = re.compile(f"([{OURS}{THEIRS}])")
# Japanese signs between pieces of a page, as letters write them
_SIGNS = {
    **{"（": " (", "）": ")", "：": ": ", "、": ", ", "。": ". ", "・": " · ", "　": " "},
    **{"「": "“", "」": "”", "｜": " | ", "～": "–", "〜": "–"},
}
_SIGN = re.compile(f"[{''.join(_SIGNS)}]")


class Finished(Template):
    """A template whose pages are finished in the language they are read in."""

    def render(self, *args: object, **kwargs: object) -> str:
        """The page."""
        page, now = super().render(*args, **kwargs), language()
        if now is JAPANESE:
            return page
        return finish(page, now) if str(self.name).endswith(".html") else plain(page)

    def _get_default_module(self, ctx: Context | None = None) -> TemplateModule:
        """What an ``import`` without context takes is made once: here once for each language, since the words that
        stand in it outside its macros (``{% set words = … %}``) are in one."""
        now = language()
        if now is JAPANESE or (ctx and ctx.globals_keys - self.globals.keys()):
            return super()._get_default_module(ctx)
        kept: dict[str, TemplateModule] = self.__dict__.setdefault("modules", {})
        if now.code not in kept:
            kept[now.code] = self.make_module()
        return kept[now.code]


def finish(page: str, now: Language) -> str:
    """HTML in which every mark has become an element or is gone. Japanese sentences follow each other without a space;
    letters want one, also where an inline element begins between them."""
    done, at, end = [], 0, ""
    for bare in _BARE.finditer(page):
        text = page[at : bare.start()]
        if now.latin and _ENDS.search(end) and text.startswith(OURS) and text[1:2].isalnum():
            done.append(" ")
        done += [_text(_spaced(text) if now.latin else text, now), _alone(bare[0], now)]
        end = (text.rstrip(THEIRS) or end) if _INLINE.match(bare[0]) else ""
        at = bare.end()
    return "".join([*done, _text(page[at:], now)])


def _spaced(text: str) -> str:
    """A space between a sentence and the next one that follows at once."""
    return _TOGETHER.sub(r"\1 \2", text)


def _alone(bare: str, now: Language) -> str:
    if now is EASY and bare.startswith(PAGE_DATA):
        return plain(with_written_readings(bare))
    if bare.startswith("<option") and OURS not in bare and now is not EASY:
        tag, sign, words = bare.partition(">")
        return f'{tag} lang="ja">{words}' if JAPANESE_SIGNS.search(words) else bare
    if not now.latin or not bare.startswith(("<title", "<option")):
        return plain(bare)
    tag, sign, words = bare.partition(">")
    pieces = _SIDES.split(words)  # theirs, mark, ours, mark, theirs …
    signs = [_signs(piece) if at % 4 == 0 else piece for at, piece in enumerate(pieces)]
    return plain(tag + sign + "".join(signs))


def _text(text: str, now: Language) -> str:
    """Text between two tags. Where elements come into it, it becomes one element itself: links and buttons lay out
    their children side by side."""
    if not text or text.isspace():
        return text
    done, ours = [], False
    for piece in _SIDES.split(text):
        if piece in (OURS, THEIRS):
            ours = piece == OURS
        elif ours or now is EASY:
            done.append(RUBY.sub(r"<ruby>\1<rt>\2</rt></ruby>", piece))
        elif piece:
            done.append(_registered(piece, now))
    said = MARK.sub("", "".join(done))
    if said.count("<") <= 2 and said.strip().startswith("<") and said.strip().endswith(">"):
        return said  # one element and nothing else
    return f"<span>{said}</span>" if "<" in said else said


def _registered(piece: str, now: Language) -> str:
    """What is not ours: Japanese marked as such, signs alone as the language writes them."""
    if not JAPANESE_SIGNS.search(piece):
        return _signs(piece) if now.latin else piece
    before, words, after = _EDGES.fullmatch(piece).groups()  # type: ignore[union-attr]
    if now.latin:
        before, after = _signs(before), _signs(after)
    return f'{before}<span lang="ja">{words}</span>{after}'


def _signs(text: str) -> str:
    return _SIGN.sub(lambda sign: _SIGNS[sign[0]], text)
