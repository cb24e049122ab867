"""届きにくさ as workbooks: first what was asked, when and from what; then exactly the rows that the page shows."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from flask import Response

from geo import report_book
from geo.gap_matrix import Matrix
from geo.records.districts import District
from geo.report_book import Sheet
from routes._gap_answers import Answered
from routes._gap_files import NOWHERE, WHOLE

ABOUT, ROWS, UNKNOWN = "この表について", "届きにくい人", "わからない人"
_STATES = ("beyond", "beyond_min", "beyond_max", "reached", "unknown", "people")
_HEADINGS = ("届きにくい", "少なくとも", "多くて", "届く", "わからない", "全体")
_NOTES = (
    "推計です。計画のための目安で、足りないかどうかは、この地区の話し合いで決めます。",
    "届くことは、来ていることではありません。開く日は予定です。",
    "登録されていないことは、「ない」ことではありません。",
    "職員用です。外に出すときは、市町村の決まりを確かめてください。",
)


def of_kind(answer: Answered, told: Mapping[str, Any]) -> list[Sheet]:
    """The table of one kind: both limits, an area a row, everybody last."""
    of = answer.found.of[0]
    about = [
        ("問い", told["question"]),
        ("答え", told["sentence"]),
        ("目安", told["practical"]),
        ("登録", f"{of.offers.resources}件（今年度は未確認 {of.offers.unconfirmed}件）"),
        ("休止", f"{of.offers.paused}件（ないものとして数えています）"),
        ("人数のもと", told["people"]),
        *_common(told),
    ]
    sides = (
        ["leading"] if answer.total["practical"] is None or of.by_area else ["leading", "practical"]
    )
    lines = [line if line["id"] else line | {"name": NOWHERE} for line in answer.rows]
    headings = ["区域コード", "区域"] + [
        f"目安で{name}" if side == "practical" else name for side in sides for name in _HEADINGS
    ]

    def row(line: Mapping[str, Any]) -> list[Any]:
        numbers = [line[side][state] for side in sides for state in _STATES]
        return [line["code"], line["name"], *numbers]

    table = Sheet(
        name=ROWS,
        above=[
            told["question"],
            f"{told['level']}ごと、単位は人。{told['as_of_words']}に数えました",
        ],
        headings=headings,
        rows=[row(line) for line in lines],
        totals=[row(answer.total | {"name": WHOLE})],
        widths=[14, 22] + [11] * (len(headings) - 2),
        below=_NOTES,
    )
    return [_about(about), table]


def of_matrix(
    found: Matrix,
    groups: Sequence[Mapping[str, Any]],
    areas: Sequence[District],
    people: Mapping[str, int],
    told: Mapping[str, Any],
) -> list[Sheet]:
    """The table of every kind: who is beyond, and on a sheet of its own of whom nobody knows."""
    ids = ["all", *(str(area.id) for area in areas), *([""] if people.get("") else [])]
    names = [WHOLE, *(area.name for area in areas), *([NOWHERE] if people.get("") else [])]
    rows = [row for group in groups for row in group["rows"]]

    def cells(row: Mapping[str, Any], state: str) -> list[Any]:
        found = [row["everybody"] if id_ == "all" else row["cells"].get(id_) for id_ in ids]
        return [_cell(one, state) for one in found]

    about = [
        ("問い", told["question"]),
        ("登録のない種別", "、".join(kind.name for kind in found.without) or "なし"),
        *_common(told),
    ]
    above = [told["question"], f"{told['level']}ごと、単位は人。{told['as_of_words']}に数えました"]
    sheets = [
        Sheet(
            name=name,
            above=above,
            headings=["種別", "登録（件）", *names],
            rows=[[row["kind"].name, row["resources"], *cells(row, state)] for row in rows],
            totals=[["住んでいる人", "", *(people.get(id_, "") for id_ in ids)]],
            widths=[28, 10] + [12] * len(names),
            below=_NOTES,
        )
        for name, state in ((ROWS, "beyond"), (UNKNOWN, "unknown"))
    ]
    return [_about(about), *sheets]


def response(sheets: Sequence[Sheet], name: str) -> Response:
    """The workbook as a file."""
    answer = Response(report_book.write(sheets), mimetype=report_book.MIMETYPE)
    answer.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    return answer


def _cell(one: Mapping[str, Any] | None, state: str) -> Any:
    """A number, or why there is none: never 0 for what nobody knows."""
    if one is None:
        return "目安なし"
    if state == "beyond" and one["unknown"] and one["unknown"] == one["people"]:
        return "不明"
    return one[state]


def _common(told: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [
        ("区域の種類", told["level"]),
        ("数えた日", told["as_of_words"]),
        ("資料", told["sources"]),
        *(("注意", note) for note in _NOTES),
    ]


def _about(lines: Sequence[tuple[str, str]]) -> Sheet:
    return Sheet(ABOUT, ["届きにくさの表"], ["項目", "内容"], lines, [16, 100])
