"""What every page has at hand: filters, gettext, and a version for the foot of the page."""

from datetime import date, datetime
from importlib.metadata import PackageNotFoundError, version
from math import isfinite

from flask import Flask
from jinja2 import StrictUndefined

from geo import days
from geo.service_areas import area_words
from routes import _cards
from routes._request import JAPAN


def register(app: Flask) -> None:
    """Prepare Jinja: a misspelt name is an error, not a blank."""
    jinja = app.jinja_env
    jinja.undefined = StrictUndefined
    jinja.add_extension("jinja2.ext.i18n")
    jinja.install_null_translations()  # type: ignore[attr-defined]  # Japanese is the msgid
    jinja.trim_blocks = jinja.lstrip_blocks = True
    jinja.filters["finite"] = lambda numbers: [x if isfinite(x) else None for x in numbers]
    jinja.filters["era"] = lambda day: days.era_words(day) if day else ""
    jinja.filters["moment"] = lambda at: at.astimezone(JAPAN).strftime("%Y-%m-%d %H:%M")
    jinja.filters["fiscal_year"] = days.fiscal_year_words
    jinja.filters["day_words"] = _day_words
    jinja.filters["iso_moment"] = lambda text: jinja.filters["moment"](datetime.fromisoformat(text))
    jinja.filters["device"] = _device
    jinja.filters["openings"] = _cards.opening_lines
    jinja.filters["area_words"] = area_words
    jinja.filters["thousands"] = "{:,}".format
    jinja.filters["code_words"] = _cards.code_words
    jinja.globals["version"] = _version()


def _day_words(moment: date) -> str:
    """A day, or the day in Japan of a moment: 「令和8年11月20日」."""
    day = moment.astimezone(JAPAN).date() if isinstance(moment, datetime) else moment
    return days.era_words(day)


def _device(agent: str) -> str:
    """A browser's long name for itself, as a person may know it: browser and system."""
    known = [name for name in ("Edg", "Firefox", "Chrome", "Safari") if name in agent]
    system = [
        name for name in ("iPhone", "iPad", "Android", "Windows", "Mac", "Linux") if name in agent
    ]
    return " ".join([*known[:1], *system[:1]]) or agent[:40]


def _version() -> str:
    try:
        return version("engawa")
    except PackageNotFoundError:
        return "0.1.0"
