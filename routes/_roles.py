"""Who may open which door.

``@allow`` is the only way to say it, and tests/house fails for a door that does not say. It looks
at the role alone; how far a role reaches (its municipality, its areas) is the Scope of the query.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import abort, current_app
from flask_login import current_user

from geo.scope import STAFF, WRITERS, Role

__all__ = ["ANYONE", "STAFF", "WRITERS", "Role", "allow"]

ANYONE = frozenset(Role)


def allow(*roles: Role) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Let these roles in. RESIDENT among them: no sign-in is needed."""

    def mark(view: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            if Role.RESIDENT in roles:
                return view(*args, **kwargs)
            if not current_user.is_authenticated:
                return current_app.login_manager.unauthorized()
            if current_user.role not in roles:
                abort(403)
            return view(*args, **kwargs)

        guarded.allowed_roles = frozenset(roles)  # type: ignore[attr-defined]
        return guarded

    return mark
