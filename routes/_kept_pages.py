"""Pages that were just made: who has no account and asks the same as somebody before gets the same page, until anything
of the municipality is written or the day is over.
"""

import zlib
from collections.abc import Callable

from flask import current_app, request, session
from flask_login import current_user
from flask_wtf.csrf import generate_csrf

from geo.kept import Kept
from geo.scope import Scope
from routes._languages import language, offered
from routes._request import map_in_use, reading, today

LONGEST = 200  # signs of a query; what is longer nobody asks twice
TOKEN = "\ufdd5"  # noqa: S105  # stands for the reader's own token: a noncharacter, which no page holds


def same_for_all(scope: Scope, make: Callable[[], str]) -> str:
    """The page at this address, as ``make`` writes it for everybody."""
    is_own = current_user.is_authenticated or "_flashes" in session
    if is_own or len(request.query_string) > LONGEST:
        return make()
    db, token, offer = reading(), generate_csrf(), offered()
    kept: Kept[bytes] = current_app.extensions["pages"]
    about = (
        request.full_path,
        language().code,
        offer["language"].code if offer else "",
        today(),
        map_in_use(scope).version,  # a neighbour's streets are drawn too
    )
    page = kept.of(db, scope, lambda: _packed(make().replace(token, TOKEN)), *about)
    return zlib.decompress(page).decode().replace(TOKEN, token)


def _packed(page: str) -> bytes:
    return zlib.compress(page.encode(), level=1)  # a fifth of its size
