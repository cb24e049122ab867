"""呼び名: codes in words, as the reader's municipality calls them."""

from flask import g
from flask_login import current_user
from jinja2 import pass_context
from jinja2.runtime import Context

from geo.kinds import find_default, vocabulary
from geo.records import kinds
from routes import _cards
from routes._request import own_scope, reading, words_of


@pass_context
def word(context: Context, term: str) -> str:
    """A term as the municipality of the page says it (else the reader's), "" where it says as everybody:
    templates then say that. Global ``own_word``; _words.html has everybody's."""
    here = context.get("municipality")
    code = getattr(here, "code", None) or getattr(current_user, "municipality", None)
    if code is None:
        return ""
    known = g.setdefault("own_words", {})
    if code not in known:
        known[code] = words_of(code)
    return str(known[code].get(term, ""))


def code_words(code: str, field: str) -> str:
    """A code of a field in words: a kind as the municipality calls it, else as the vocabularies do."""
    if field == "kind":
        return kind_words(code)
    return vocabulary(_cards.CODED[field]).get(code, "") if field in _cards.CODED else code


def kind_words(code: str) -> str:
    """The name of a kind, a municipality's own ones included."""
    if "kind_names" not in g:
        g.kind_names = {kind.code: kind.name for kind in kinds.list_all(reading(), own_scope())}
    delivered = find_default(code)
    return g.kind_names.get(code) or (delivered.name if delivered else "")
