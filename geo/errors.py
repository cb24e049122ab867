"""What can go wrong, named once.

geo raises these; it never writes Japanese for people and never knows HTTP.
routes/_errors.py gives each class its status and its words, and each reason code its words.
"""


class GeoError(Exception):
    """Base of everything geo raises on purpose. ``code`` is stable; ``facts`` fill the words."""

    code = "geo"

    def __init__(self, **facts: object) -> None:
        super().__init__(f"{self.code} {facts}")
        self.facts = facts


class NotFound(GeoError):
    """The thing asked for by id is not there, or not within the reader's scope."""

    code = "not_found"


class NotAllowed(GeoError):
    """The reader may see this but may not do that. ``facts["action"]`` says what was tried."""

    code = "not_allowed"


class Invalid(GeoError):
    """The input cannot be read. ``facts["fields"]`` maps field name to problem code."""

    code = "invalid"


class Conflict(GeoError):
    """Someone changed the same fields first. ``facts["theirs"]`` maps field to its value now."""

    code = "conflict"


class Unreadable(GeoError):
    """A delivered file cannot be read as what it was said to be. ``facts["reason"]`` is a code."""

    code = "unreadable"


class WrongSignIn(GeoError):
    """Name and password do not belong together, or the account has been closed; never which."""

    code = "wrong_sign_in"


class WrongCode(GeoError):
    """A code of the second step that is wrong, too old, or was used before."""

    code = "wrong_code"


class TooManyTries(GeoError):
    """Too many failed sign-ins. ``facts["minutes"]`` says how long to wait."""

    code = "too_many_tries"


class TooManyCodes(GeoError):
    """Too many wrong codes of a campaign. ``facts["minutes"]`` says how long to wait."""

    code = "too_many_codes"


class LinkEnded(GeoError):
    """A one-time link that was used, is too old, or never was."""

    code = "link_ended"


class BackupRefused(GeoError):
    """A backup that is not written, or not put back. ``facts["reason"]`` is a code."""

    code = "backup_refused"
