"""What the doors of signing in share: arriving, and where one was going."""

from typing import Any

from flask import Response, flash, redirect, request, url_for
from sqlalchemy.orm import Session

from geo import sign_in
from geo.errors import GeoError
from routes import _log, _sessions
from routes._errors import field_words
from routes._request import now


def arrive(token: str, last: sign_in.LastTime | None) -> Response:
    """Signed in: the cookie, what happened since the last time, and on to where one was going."""
    _sessions.begin(token)
    _log.write("signed_in")
    if last:
        flash({"code": "signed_in", "at": last.at.isoformat(), "failed": last.failed})
    return redirect(inside(request.args.get("next", "")) or url_for("home.index"))


def count_failure(db: Session, email: str, step: str) -> None:
    """Count a failed try, in the table, the audit and the log; nobody's address stands in these."""
    account = sign_in.count_failure(db, email, _sessions.caller(), now(), step)
    _log.write("sign_in_failed", step=step, account=str(account) if account else None)


def inside(address: str) -> str:
    """An address of this house, or nothing: a link may not lead a person away after signing in."""
    plain = address.startswith("/") and not address.startswith(("//", "/\\"))
    return address if plain and not any(ord(sign) < 33 for sign in address) else ""


def problems(error: GeoError) -> list[dict[str, Any]]:
    """What a form says beside its fields."""
    fields = field_words(error.facts["fields"])  # type: ignore[arg-type]
    return [{"name": name, "words": words} for name, words in fields.items()]
