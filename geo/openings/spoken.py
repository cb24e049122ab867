"""読み上げる日時: the days and hours of a place as somebody says them on the telephone."""

import re
from collections.abc import Iterable

from geo.openings.lines import words_all
from geo.openings.opening import Opening

_SPAN = re.compile(r"(午前)?(\d{1,2}):(\d\d)[〜～](翌)?(\d{1,2}):(\d\d)")
_CLOCK = re.compile(r"(\d{1,2}):(\d\d)")


def spoken(openings: Iterable[Opening]) -> str:
    """Openings in one breath: 「毎週火曜、10時から11時半まで（祝日は休み）」; "" where none is known."""
    return "、".join(_said(line) for line in words_all(openings))


def _said(line: str) -> str:
    line = _SPAN.sub(
        lambda m: f"、{m[1] or ''}{_hour(m[2], m[3])}から{m[4] or ''}{_hour(m[5], m[6])}まで", line
    )
    line = re.sub(r"(\d{1,2}:\d\d)[〜～]", r"、\1から", line)
    line = re.sub(r"[〜～](\d{1,2}:\d\d)", r"、\1まで", line)
    line = _CLOCK.sub(lambda m: _hour(m[1], m[2]), line)
    return re.sub(r"\s*、\s*", "、", line).replace("　", "。").strip("、 ")


def _hour(hour: str, minute: str) -> str:
    past = {"00": "", "30": "半"}.get(minute, f"{int(minute)}分")
    return f"{int(hour)}時{past}"
