"""呼び名: codes in words, as the reader's municipality calls them."""

from flask import g

from geo.kinds import find_default, vocabulary
from geo.records import kinds
from routes import _cards
from routes._request import own_scope, reading


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
