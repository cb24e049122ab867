"""表のセル: the fields of a resource as the cells of the office's own sheet, and back.

A field whose cell reads as it did is a field that nobody touched, whatever a spreadsheet has made of
its form; only other cells are read into values.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from geo import kinds
from geo.days import era_words, parse_date
from geo.edits import opening_of, opening_values
from geo.openings import parse_openings, words_all
from geo.service_areas import area_words, parse_areas
from geo.sources.delivery import tidy
from geo.sources.register_sheet import (
    AGREED,
    ANSWERS,
    BETWEEN_WORDS,
    COLUMNS,
    LISTED,
    MEDIA,
    PLACE_SHOWN,
    PUBLIC,
    code_of,
)

# our choice: a tenth of a millimetre, less than a spreadsheet's fifteen digits of a longitude lose
SAME_DEGREES = 1e-9
_CODED = ("provider_type", "seating", "entrance", "main_activity", "venue_type", "frequency")
_SEVERAL = "several "  # before the vocabulary of a column with any number of its words
# medium : answer (who, when), as _consent_words writes it
_CONSENT = re.compile("(.+?)[\uff1a:](.+?)(?:[\uff08(](.*?)(?:\u3001([^\u3001]*))?[\uff09)])?")
Choices = Mapping[str, Mapping[str, str]]
_YES, _NO = "yes", "no"


def choices_of(kind_names: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """Every list of choices of the sheet: code → word. ``kind_names``: of the municipality."""
    return {
        "kind": dict(kind_names),
        "place_shown": dict(PLACE_SHOWN),
        "eligibility": kinds.vocabulary("eligibility"),
        "scheme": kinds.vocabulary("scheme"),
        "accepting": kinds.vocabulary("accepting"),
        "public": {_YES: PUBLIC[True], _NO: PUBLIC[False]},
        **{name: kinds.vocabulary(name) for name in _CODED},
        "answer": dict(ANSWERS),
        "listed": {_YES: LISTED[True], _NO: LISTED[False]},
    }


def cells_of(values: Mapping[str, Any], choices: Choices) -> dict[str, str | float | date | None]:
    """The cells of a resource, by field; lat and lon apart."""
    lon, lat = values["place"] or (None, None)
    special: dict[str, str | float | date | None] = {
        "lat": lat,
        "lon": lon,
        "openings": "\n".join(_lines(values["openings"])),
        "service_areas": _written("、".join(area_words(values["service_areas"]))),
        "public": choices["public"][_YES if values["public"] else _NO],
        "do_not_list": choices["listed"][_YES if values["do_not_list"] else _NO],
        "consents": "\n".join(map(_consent_words, values["consents"])),
        "other_names": _written("\n".join(values["other_names"])),
    }
    cells: dict[str, str | float | date | None] = {}
    for column in COLUMNS:
        if column.field in special:
            cells[column.field] = special[column.field]
        elif column.form == "date":
            text = values[column.field]
            cells[column.field] = date.fromisoformat(text) if text else None
        elif column.form == "number":
            cells[column.field] = values[column.field]
        elif column.form.startswith(_SEVERAL):
            words = kinds.vocabulary(column.form.removeprefix(_SEVERAL))
            cells[column.field] = "、".join(words[code] for code in values[column.field])
        elif column.form in choices:
            code = values[column.field]
            cells[column.field] = choices[column.form].get(code, code)
        else:
            cells[column.field] = _written(values[column.field])
    return cells


def _written(text: str) -> str:
    """Text as a sheet gives it back: tidy, without two signs that no XML can hold."""
    return tidy(text.replace("\ufffe", "").replace("\uffff", ""))


def _lines(openings: list[dict[str, Any]]) -> list[str]:
    """Openings in words, each in one line whatever its note has."""
    said = words_all([opening_of(opening) for opening in openings])
    return [" ".join(_written(line).split("\n")) for line in said]


def touched(cells: Mapping[str, str], was: Mapping[str, str | float | date | None]) -> set[str]:
    """Fields whose cells no longer read as they did when the sheet was made; lat and lon as place."""
    fields = {field for field, text in cells.items() if not _reads_as(text, was[field])}
    return fields - {"lat", "lon"} | ({"place"} if fields & {"lat", "lon"} else set())


def read_cells(
    cells: Mapping[str, str], fields: set[str], base: Mapping[str, Any], choices: Choices
) -> tuple[dict[str, Any], dict[str, str]]:
    """(values as the gate takes them, field → problem code) of the given fields.

    base  what the resource was when the sheet was made: of its openings those whose lines were
          left as they are stay as they are, to the last note
    """
    values: dict[str, Any] = {}
    problems: dict[str, str] = {}
    for field in sorted(fields):
        try:
            values |= _read(field, cells, base, choices)
        except _Problem as problem:
            problems[field] = problem.code
    return values, problems


class _Problem(Exception):
    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def _reads_as(text: str, was: str | float | date | None) -> bool:
    if was is None:
        return text == ""
    if isinstance(was, date):
        return parse_date(text) == was
    if isinstance(was, str):
        return text == was
    number = _number(text)
    return number is not None and abs(number - was) <= SAME_DEGREES


def _read(
    field: str, cells: Mapping[str, str], base: Mapping[str, Any], choices: Choices
) -> dict[str, Any]:
    if field == "place":
        return _place(cells, base)
    text, form = cells[field], _FORMS[field]
    if field == "openings":
        value: Any = _openings(text, base["openings"])
    elif field == "service_areas":
        value = parse_areas(text)
    elif field == "public":
        value = _code(text, choices["public"]) == _YES
    elif form == "listed":
        value = bool(text) and _code(text, choices["listed"]) == _YES
    elif form == "lines":
        value = list(dict.fromkeys(filter(None, map(str.strip, text.split("\n")))))
    elif form == "consents":
        value = [_consent(line) for line in filter(None, map(tidy, text.split("\n")))]
    elif form.startswith(_SEVERAL):
        words = kinds.vocabulary(form.removeprefix(_SEVERAL))
        value = _several(text, words)
    elif form == "kind":
        value = code_of(text, choices["kind"]) or kinds.find_code(text) or _code(text, {})
    elif form in choices:
        value = _code(text, choices[form]) if text else _EMPTY.get(field, "")
    else:
        value = _PLAIN[form](text)
    return {field: value}


_FORMS = {column.field: column.form for column in COLUMNS}
_EMPTY = {
    **dict.fromkeys(("eligibility", "accepting", "seating", "entrance"), "unknown"),
    **{column.field: "unknown" for column in COLUMNS if column.form == "answer"},
    "place_shown": "exact",
}


def _several(text: str, words: Mapping[str, str]) -> list[str]:
    """Codes of words with commas between; a word may have ・ in itself (場・拠点)."""
    left, found = text, []
    for code, word in sorted(words.items(), key=lambda pair: -len(pair[1])):
        if word in left:
            left = left.replace(word, "、")
            found.append(code)
    rest = [part for part in map(str.strip, BETWEEN_WORDS.split(left)) if part]
    found += [_code(part, words) for part in rest]
    return sorted(set(found), key=list(words).index)


def _consent_words(one: Mapping[str, Any]) -> str:
    """「紙：載せてよい（世話 はな、令和8年4月2日）」"""
    day = era_words(date.fromisoformat(one["on"])) if one["on"] else ""
    said = f"（{_written(one['by'])}、{day}）" if one["by"] or day else ""
    return f"{MEDIA[one['medium']]}：{AGREED[one['answer']]}{said}"


def _consent(line: str) -> dict[str, Any]:
    match = _CONSENT.fullmatch(line)
    if match is None:
        raise _Problem("not_a_consent")
    medium, answer = (code_of(match[1], MEDIA), code_of(match[2], AGREED))
    if medium is None or answer is None:
        raise _Problem("not_a_consent")
    return {"medium": medium, "answer": answer, "by": match[3] or "", "on": _day(match[4] or "")}


def _place(cells: Mapping[str, str], base: Mapping[str, Any]) -> dict[str, Any]:
    """Both coordinates or none; a sheet with only one of the columns keeps the other one."""
    lon, lat = base["place"] or ("", "")
    texts = cells.get("lat", str(lat)), cells.get("lon", str(lon))
    if not any(texts):
        return {"place": None, "place_level": "unknown"}
    lat_lon = [_number(text) for text in texts]
    if None in lat_lon:
        raise _Problem("not_a_number")
    return {"place": lat_lon[::-1], "place_level": "building"}


def _openings(text: str, base: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Lines that stand as they stood are the openings they were; the others are read. A cell has no single days
    off and on: a line that was rewritten keeps those of the opening that stood there, in their order."""
    before: dict[str, list[dict[str, Any]]] = {}
    for opening in base:
        before.setdefault(_lines([opening])[0], []).append(opening)
    lines = list(filter(None, map(tidy, text.split("\n"))))
    rewritten = iter([one for line, some in before.items() if line not in lines for one in some])
    found: list[dict[str, Any]] = []
    for line in lines:
        if line in before:
            found += before[line]
            continue
        read = [opening_values(o) for o in parse_openings(line)]
        found += _with_single_days(read, next(rewritten, None))
    return found


def _with_single_days(
    read: list[dict[str, Any]], was: Mapping[str, Any] | None
) -> list[dict[str, Any]]:
    """Openings of a line with the days off of the one it took the place of; the first also with its extra days."""
    if was is None:
        return read
    days = [
        {**one, "except_on": sorted({*one["except_on"], *was.get("except_on", ())})} for one in read
    ]
    for one in days[:1]:
        one["also_on"] = sorted({*one["also_on"], *was.get("also_on", ())})
    return days


def _code(text: str, words: Mapping[str, str]) -> str:
    code = code_of(text, words)
    if code is None:
        raise _Problem("unknown_choice" if text else "required")
    return code


def _number(text: str) -> float | None:
    try:
        return float(unicodedata.normalize("NFKC", text))
    except ValueError:
        return None


def _day(text: str) -> str | None:
    day = parse_date(text)
    if text and day is None:
        raise _Problem("not_a_date")
    return day.isoformat() if day else None


def _whole(text: str) -> int | None:
    even = unicodedata.normalize("NFKC", text).replace(",", "")
    if not even:
        return None
    if not even.isascii() or not even.isdigit() or len(even) > 6:
        raise _Problem("not_a_number")
    return int(even)


_PLAIN: dict[str, Callable[[str], Any]] = {"text": str, "date": _day, "number": _whole}
