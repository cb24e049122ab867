"""In which language a page is read: Japanese, unless the reader chose another one.

The choice is a link (``?lang=en``), which puts a cookie and leads back to the page without it. What a browser says
of its reader is an offer in one line, never a switch. Who signed in reads Japanese: the words of the work are.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from flask import Flask, Response, current_app, g, has_request_context, redirect, request
from flask_login import current_user

from routes._catalogues import Catalogue, catalogue, plain
from routes._request import FILES, PROGRAMS

COOKIE, CHOICE = "language", "lang"
REMEMBERED_S = 365 * 24 * 3600  # our choice: a reader comes back within the year


@dataclass(frozen=True, slots=True)
class Language:
    """code  of its catalogue, in links and in the cookie;  html  as <html lang> says it
    latin  written in letters, with spaces between words
    """

    code: str
    html: str
    latin: bool = False

    @property
    def locale(self) -> str:
        """Whose days and lists it writes (babel)."""
        return self.code.partition("@")[0]

    @property
    def catalogue(self) -> Catalogue | None:
        """Its words; None where the words of the templates are its own."""
        return None if self.code == JAPANESE.code else catalogue(self.code)


JAPANESE = Language("ja", "ja")
EASY = Language("ja@easy", "ja")  # やさしい日本語
LANGUAGES = {
    one.code: one
    for one in (
        JAPANESE,
        EASY,
        Language("en", "en", latin=True),
        Language("zh_Hans", "zh-Hans"),
        Language("ko", "ko", latin=True),
        Language("pt_BR", "pt-BR", latin=True),
        Language("vi", "vi", latin=True),
    )
}


def register(app: Flask) -> None:
    """Take choices, and give templates their words."""
    app.before_request(_take_choice)
    app.after_request(_vary)
    app.jinja_env.globals.update(
        {
            "page_language": language,
            "page_languages": languages,
            "language_offer": offered,
            "in_language": in_language,
        }
    )


def language() -> Language:
    """The language of this request; Japanese where there is none."""
    try:
        return g.language  # type: ignore[no-any-return]  # a page asks for every word
    except (AttributeError, RuntimeError):  # not asked yet; or nobody asks
        if not has_request_context():
            return JAPANESE
    g.language = _chosen()
    return g.language  # type: ignore[no-any-return]


@contextmanager
def in_japanese() -> Iterator[None]:
    """What is made within is Japanese whoever asks: papers, and files that are handed on."""
    before, g.language = language(), JAPANESE
    try:
        yield
    finally:
        g.language = before


def say(words: str) -> str:
    """Words of ours in the language of the page: of a template, a vocabulary or an error. What its catalogue does
    not have comes back as it is and is marked as Japanese (routes/_finishing.py), as everything registered is."""
    now = language()
    known = None if now is JAPANESE else now.catalogue
    return words if known is None else known.words.get(words, words)


def in_language(one: Language, words: str) -> str:
    """The same in a language that need not be the page's."""
    known = one.catalogue
    said = words if known is None else known.words.get(words, words)
    return plain(said) if language() is JAPANESE else said


def languages() -> list[dict[str, Any]]:
    """Every language with the address at which this page is read in it. A page that was asked for by a form (its
    query stands nowhere) is left for the page that it stands on."""
    now = language()
    return [
        {"language": one, "url": _address(one.code), "is_chosen": one is now}
        for one in LANGUAGES.values()
    ]


def offered() -> dict[str, Any] | None:
    """The language that the reader's browser asks for first, where it is ours and nothing was chosen yet. For a
    language that we do not have, easy Japanese is the nearest."""
    if _is_signed_in() or request.cookies.get(COOKIE) in LANGUAGES:
        return None
    g.has_offered = True
    asked = next((code for code, _ in request.accept_languages if code != "*"), "ja").lower()
    if asked.split("-")[0] == "ja":
        return None
    one = next(
        (one for one in LANGUAGES.values() if one.html.split("-")[0] == asked.split("-")[0]), EASY
    )
    return {"language": one, "url": _address(one.code)}


def _chosen() -> Language:
    if _is_signed_in():
        return JAPANESE
    return LANGUAGES.get(request.cookies.get(COOKIE, ""), JAPANESE)


def _is_signed_in() -> bool:
    return bool(current_user and current_user.is_authenticated)


def _take_choice() -> Response | None:
    """Keep what ``?lang=`` says, and show the page without it."""
    for kept in ("language", "has_offered"):
        g.pop(kept, None)
    code = request.args.get(CHOICE, "")
    if request.method != "GET" or code not in LANGUAGES or request.endpoint in (*FILES, *PROGRAMS):
        return None
    response = redirect(_address(""), 303)
    response.set_cookie(
        COOKIE,
        code,
        max_age=REMEMBERED_S,
        httponly=True,
        samesite="Lax",
        secure=current_app.extensions["settings"].secure_cookies,
    )
    return response  # type: ignore[return-value]


def _address(code: str) -> str:
    """This page with another choice, or none; always on this host."""
    asked = [(name, text) for name, text in request.args.items(multi=True) if name != CHOICE]
    if request.method != "GET":
        asked = []
    query = urlencode([*asked, (CHOICE, code)] if code else asked, safe="@")
    path = "/" + quote(request.path.lstrip("/\\"))
    return f"{path}?{query}" if query else path


def _vary(response: Response) -> Response:
    if g.get("has_offered"):
        response.headers.add("Vary", "Accept-Language")
    return response
