"""停まるところ: the halts of a van or a bus in the form of a resource, a row of inputs each."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any

from geo.edit_fields import JAPAN

EMPTY_ROWS = 3  # our choice: how many halts one adds at once without a script
PARTS = ("name", "arrives_at", "leaves_at", "lat", "lon", "shown", "landmark")
_CLOCK = re.compile(r"([01]?\d|2[0-3])(?::|時)([0-5]\d)?分?")
_ROW = re.compile(r"stop_(\d{1,3})_name")


def is_of_stop(name: str) -> bool:
    """Whether an input belongs to a halt."""
    return name.startswith("stop_")


def rows_of(names: Iterable[str]) -> list[int]:
    """The numbers of the rows that a form has, in order."""
    return sorted(int(match[1]) for name in names if (match := _ROW.fullmatch(name)))


def shown(stops: list[dict[str, Any]]) -> dict[str, str]:
    """Halts as the form shows them, with room for more: input → text."""
    texts: dict[str, str] = {}
    for row in range(len(stops) + EMPTY_ROWS):
        stop = stops[row] if row < len(stops) else {"shown": "landmark"}
        for part in PARTS:
            value = stop.get(part)
            texts[f"stop_{row}_{part}"] = "" if value is None else str(value)
    return texts


def read(typed: Mapping[str, str], problems: dict[str, str]) -> list[dict[str, Any]]:
    """Halts as the gate takes them. A row without name and landmark is none; what cannot be read
    is told in ``problems``, input → code."""
    stops = []
    for row in rows_of(typed):
        part = {name: typed.get(f"stop_{row}_{name}", "").strip() for name in PARTS}
        if not part["name"] and not part["landmark"]:
            continue
        inputs = {name: f"stop_{row}_{name}" for name in PARTS}
        if part["shown"] == "landmark" and not part["landmark"]:
            problems[inputs["landmark"]] = "required"
        stop: dict[str, Any] = {name: part[name] for name in ("name", "shown", "landmark")}
        for name in ("arrives_at", "leaves_at"):
            stop[name] = _clock(part[name], inputs[name], problems)
        stop["lon"] = _degrees(part["lon"], inputs["lon"], JAPAN[0::2], problems)
        stop["lat"] = _degrees(part["lat"], inputs["lat"], JAPAN[1::2], problems)
        for one, other in (("lon", "lat"), ("lat", "lon")):
            if part[one] and not part[other]:
                problems[inputs[other]] = "required"
        stops.append(stop)
    return stops


def _clock(text: str, name: str, problems: dict[str, str]) -> str | None:
    if not text:
        return None
    match = _CLOCK.fullmatch(unicodedata.normalize("NFKC", text))
    if match is None:
        problems[name] = "not_a_time"
        return None
    return f"{int(match[1]):02}:{match[2] or '00'}"


def _degrees(
    text: str, name: str, within: tuple[float, ...], problems: dict[str, str]
) -> float | None:
    if not text:
        return None
    try:
        degrees = float(text)
    except ValueError:
        problems[name] = "not_a_number"
        return None
    if not within[0] <= degrees <= within[1]:
        problems[name] = "outside_japan"
    return degrees
