"""What every page has at hand: filters, words in the reader's language, and a version for the foot of the page."""

from datetime import date, datetime
from importlib.metadata import PackageNotFoundError, version
from math import isfinite

from flask import Flask
from jinja2 import StrictUndefined

from geo import days
from geo.service_areas import area_words
from routes import _cards, _devices, _languages, _saying, _wording
from routes._finishing import Finished
from routes._request import JAPAN


def register(app: Flask) -> None:
    """Prepare Jinja: a misspelt name is an error, not a blank."""
    jinja = app.jinja_env
    jinja.undefined = StrictUndefined
    jinja.template_class = Finished
    jinja.globals["_"] = _languages.say  # Japanese, and the key of the catalogues
    jinja.globals["ja"] = str  # words that stay Japanese: only who signed in reads them
    jinja.trim_blocks = jinja.lstrip_blocks = True
    jinja.filters["finite"] = lambda numbers: [x if isfinite(x) else None for x in numbers]
    jinja.filters["era"] = lambda day: _saying.day(day) if day else ""
    jinja.filters["kept"] = lambda value: value.isoformat() if isinstance(value, date) else value
    jinja.filters["era_text"] = _era_text
    jinja.filters["day_words"] = lambda day: _saying.day_of_week(day) if day else ""
    jinja.filters["month_words"] = _saying.month
    jinja.filters["year_words"] = _saying.year
    jinja.filters["moment"] = lambda at: at.astimezone(JAPAN).strftime("%Y-%m-%d %H:%M")
    jinja.filters["fiscal_year"] = days.fiscal_year_words
    jinja.filters["era_day"] = _era_day
    jinja.filters["iso_moment"] = lambda text: jinja.filters["moment"](datetime.fromisoformat(text))
    jinja.filters["device"] = _devices.device
    jinja.filters["openings"] = _cards.opening_lines
    jinja.filters["area_words"] = area_words
    jinja.filters["thousands"] = "{:,}".format
    jinja.filters["code_words"] = _wording.code_words
    jinja.globals["own_word"] = _wording.word
    jinja.globals["version"] = _version()


def _era_day(moment: date) -> str:
    """A day, or the day in Japan of a moment: 「令和8年11月20日」."""
    day = moment.astimezone(JAPAN).date() if isinstance(moment, datetime) else moment
    return _saying.day(day)


def _era_text(day: date | str) -> str:
    """A day in words, also as the history keeps it (ISO)."""
    return _saying.day(date.fromisoformat(day) if isinstance(day, str) else day)


def _version() -> str:
    try:
        return version("engawa")
    except PackageNotFoundError:
        return "0.1.0"
