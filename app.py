"""The front door: settings in, application out. Start reading here."""

import os
import secrets
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from urllib.parse import urlsplit

from flask import Flask

from geo.records.database import open_engine
from routes import (
    DOORS,
    _errors,
    _guard,
    _kept_tiles,
    _languages,
    _log,
    _looking,
    _pages,
    _refusals,
    _request,
    _sessions,
    commands,
)
from scripts.cluster import Cluster

HOUSE = Path(__file__).parent


@dataclass(frozen=True)
class Settings:
    """Everything that differs between machines. Read from the environment, here and only here.

    database_url   of the application's role; None: the private cluster under ``var``
    owner_url      of the role that owns the tables and runs migrations; None: database_url
    trusted_proxies  how many reverse proxies stand before us; their word on the caller's address
                     and on https is believed only then
    raster_url       other map tiles ({z} {x} {y}) as a second background; browsers then ask that
                     host. None: no page asks anybody but us
    raster_attribution  the words their publisher asks for
    smtp_url         the mail server (geo.post.PostOffice); None: no mail is sent, papers are printed
    mail_from        who sends it: えんがわ <engawa@city.example>
    site_url         the address under which people open this installation, for squares on paper and
                     links in mail; None: the one by which the official came who opened the campaign
    """

    var: Path
    database_url: str | None = None
    owner_url: str | None = None
    trusted_proxies: int = 0
    secure_cookies: bool = False
    raster_url: str | None = None
    raster_attribution: str = ""
    smtp_url: str | None = None
    mail_from: str | None = None
    site_url: str | None = None

    @classmethod
    def from_environment(cls) -> "Settings":
        env = os.environ.get
        return cls(
            var=Path(env("ENGAWA_VAR", str(HOUSE / "var"))),
            database_url=_libpq(env("DATABASE_URL")),
            owner_url=_libpq(env("DATABASE_OWNER_URL")),
            trusted_proxies=int(env("TRUSTED_PROXIES", "0")),
            secure_cookies=env("SECURE_COOKIES", "") == "1",
            raster_url=env("RASTER_TILES_URL") or None,
            raster_attribution=env("RASTER_TILES_ATTRIBUTION", ""),
            smtp_url=env("SMTP_URL") or None,
            mail_from=env("MAIL_FROM") or None,
            site_url=env("SITE_URL") or None,
        )

    @cached_property
    def embedded(self) -> Cluster | None:
        """The private cluster, when no server is given. Started by whoever first asks for a url."""
        return None if self.database_url else Cluster(self.var)

    @cached_property
    def raster_origin(self) -> str | None:
        """The host of the other tiles, as the content policy names it."""
        parts = urlsplit(self.raster_url or "")
        return f"{parts.scheme}://{parts.netloc}" if parts.scheme in ("http", "https") else None

    @property
    def can_mail(self) -> bool:
        """Whether reminders are mailed."""
        return bool(self.smtp_url and self.mail_from)

    def conninfo(self) -> str:
        """How the application's role connects (libpq)."""
        return self.database_url or self.embedded.ensure().conninfo

    def owner_conninfo(self) -> str:
        """How the tables' owner connects (libpq)."""
        return self.owner_url or self.database_url or self.embedded.ensure().owner_conninfo

    def secret(self) -> str:
        """The key that signs cookies: from the environment, else random, kept in ``var``."""
        return os.environ.get("SECRET_KEY") or _kept_secret(self.var / "secret_key")


def _libpq(url: str | None) -> str | None:
    """A URL as libpq reads it: without the driver's name that other tools put into it."""
    return url and url.replace("postgresql+psycopg://", "postgresql://", 1)


def _kept_secret(path: Path) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_hex(32))
    except FileExistsError:
        pass
    return path.read_text().strip()


def create_app(settings: Settings | None = None) -> Flask:
    """The application. ``flask`` finds it by this name."""
    settings = settings or Settings.from_environment()
    app = Flask(__name__, static_folder=str(HOUSE / "static"))
    app.secret_key = settings.secret()
    app.extensions["settings"] = settings
    app.extensions["engine"] = open_engine(settings.conninfo)
    parts = (_log, _sessions, _guard, _request, _languages, _pages, _kept_tiles, _looking)
    for part in (*parts, _errors, _refusals):
        part.register(app)
    for door in DOORS:
        app.register_blueprint(door.bp)
    commands.register(app)
    return app
