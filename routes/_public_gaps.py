"""住民に見せる届きにくさの表 as a file: a kind of an area a line, numbers in tens as on the page."""

from typing import Any

from geo import days
from geo.public_gaps import Shown

_STATES = {"beyond": "届きにくい", "reached": "届く", "unknown": "わからない", "people": "全体"}
FEW = "5人未満"
EVERYBODY, NOWHERE = "全体", "区域のわからない人"


def rows(shown: Shown) -> list[dict[str, Any]]:
    """The lines of the file; no number stands without of how many it is, and since when."""
    told = shown.told
    names = [EVERYBODY, *(area["name"] or NOWHERE for area in told.areas)]
    return [
        {
            "区域の種類": told.level["name"],
            "区域": name,
            "種別": row["name"],
            "年齢": f"{told.age}歳以上",
            "行き方": row["profile"]["name"] if not row["by_area"] else "",
            "時間（分）": f"{told.minutes:g}" if not row["by_area"] else "",
            **{words: _people(cell["leading"][state]) for state, words in _STATES.items()},
            "目安（分）": row["own"]["minutes"] if row["own"] else "",
            **{f"目安で{words}": _own(row, cell, state) for state, words in _STATES.items()},
            "数えた日": shown.counted_on.isoformat(),
            "人数のもと": _sources(shown),
            "注": "推計を10人ごとに丸めた数",
        }
        for at, name in enumerate(names)
        for row in told.rows
        for cell in [row["cells"][at]]
    ]


def _own(row: dict[str, Any], cell: dict[str, Any], state: str) -> Any:
    return _people(cell["practical"][state]) if row["own"] and cell["practical"] else ""


def _people(number: dict[str, Any]) -> Any:
    return FEW if number["few"] else number["tens"]


def _sources(shown: Shown) -> str:
    kept = [one for one in [shown.told.squares, *shown.told.register] if one]
    named = [
        f"{one['publisher']}「{one['title'] or one['form']}」"
        + (f"（{days.era_words(_day(one['as_of']))}）" if one["as_of"] else "")
        for one in kept
    ]
    return "；".join(named)


def _day(words: str) -> Any:
    return days.parse_date(words)
