"""Refused rights, written down: a person who is signed in asked for what their role or area may not
(ASVS 16.3.2). In the audit, where administrators see it, and as a line of the log without a name."""

from datetime import timedelta

from flask import Flask, Response, request
from flask_login import current_user

from geo.records import audit
from geo.scope import Scope
from routes import _log
from routes._request import DATABASE_AWAY, FILES, now, writing

ONCE_IN = timedelta(minutes=1)  # our choice: the same door twice in a minute is one line


def register(app: Flask) -> None:
    """Look at every answer once it is made."""
    app.after_request(_note)


def _note(response: Response) -> Response:
    if response.status_code != 403 or request.endpoint in FILES:
        return response
    if not current_user or not current_user.is_authenticated:
        return response
    door, reader = request.endpoint or "", current_user
    _log.write("refused", door=door, account=str(reader.account))
    scope = Scope(reader.municipality, reader.role, account=reader.account)
    try:
        with writing() as db:
            if not audit.find_lately(db, scope, "refused", door, now() - ONCE_IN):
                audit.save(db, scope, "refused", "door", door, None, {"method": request.method})
    except DATABASE_AWAY:
        pass  # the line of the log stands
    return response
