"""Hostile files at the office's own door: what is refused is said, what is taken harms no page and no
spreadsheet."""

import csv
import io
from html.parser import HTMLParser

import openpyxl
import pytest
from sqlalchemy import text

from geo import publish
from geo.scope import Role
from tests.hostile import archives, disguises, files, shapes, tables, words
from tests.routes.sending import preview_of, send, work
from tests.routes.test_previews import sha

SAID = {
    "script": {"名称": words.SCRIPT, "団体名": words.SCRIPT, "備考": words.SCRIPT, "料金": words.SCRIPT},
    "attribute": {"名称": words.SCRIPTS["attribute"], "住所": words.SCRIPTS["attribute"]},
    "end": {"名称": words.SCRIPTS["end"], "利用可能曜日": words.SCRIPTS["end"]},
    "template": {"名称": "{{7*7}}", "備考": "${7*7}"},
    "link": {"名称": "茶の間の会", "URL": "javascript:alert(1)"},
    "signs": {"名称": words.SIGNS["escape"], "備考": words.SIGNS["bidi"]},
}  # fmt: skip
RECKONED = {
    name: {"名称": cell, "備考": cell, "料金": cell} for name, cell in words.FORMULAS.items()
}
# Each made when it is sent: whoever only collects the tests needs none.
REFUSED = {
    "vrt.geojson": ("districts", lambda: disguises.VRT),
    "laughs.osm": ("streets", lambda: disguises.LAUGHS),
    "slip.zip": ("districts", lambda: archives.packed({"../../x.geojson": archives.GOOD})),
    "bomb.zip": ("districts", lambda: archives.packed({"a.geojson": b"0" * 90_000_000})),
    "zeros.csv": ("population", lambda: b"\0" * 500),
    "deep.geojson": ("districts", lambda: shapes.nests()["lists100000.geojson"]),
    "tangle.geojson": ("districts", lambda: shapes.tangles()["random1000.geojson"]),
    "locked.xlsx": ("areas", lambda: archives.locked("[Content_Types].xml")),
    "merge.xlsx": ("resources", lambda: tables.book('<sheetData/><mergeCells><mergeCell ref="A1:B-9"/></mergeCells>')),
    "<script>alert(1)<.csv": ("addresses", lambda: "a,b\n1,2\n"),
}  # fmt: skip


class Harm(HTMLParser):
    """What a browser would run that we did not write."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self._in_script = False
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self._in_script = tag == "script"
        self.found += [f"{tag} {name}" for name, _ in attrs if name.startswith("on")]
        self.found += [
            f"{tag} {name}={value}"
            for name, value in attrs
            if (value or "").lower().startswith("javascript:")
        ]
        self.found += [
            f"img {attrs}"
            for name, value in attrs
            if tag == "img" and (name, value) == ("src", "x")
        ]

    def handle_endtag(self, _tag):
        self._in_script = False

    def handle_data(self, data):
        if self._in_script and data.strip().startswith("alert(1)"):
            self.found.append(data)


@pytest.fixture
def official(sign_in_as):
    return sign_in_as(Role.OFFICIAL)


def harmless(answer):
    assert answer.status_code < 500, answer.status_code
    assert Harm(answer.text).found == []
    assert not set(answer.text) & {"\x1b", "\x9b", "\x00"}
    return answer


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused_is_said_in_words_on_a_page(app, db, official, name):
    dataset, content = REFUSED[name]
    said = {"dataset": dataset, "level": "elementary", "by": "town"}
    answer = harmless(send(official, content(), name=name, **said))
    if answer.status_code == 303:
        work(app, db, preview_of(answer))
        page = harmless(official.get(answer.location)).text
        assert (
            "読みとれませんでした" in page or "取り込めない" in page or "どの列が何ですか" in page
        )


def in_one_list(rows):
    """A list of all of them, each at a place of its own."""
    lists = [
        files.resources(**{"ID": f"HOSTILE{n}", "緯度": str(32.51 + n / 1000), **cells})
        for n, cells in enumerate(rows.values())
    ]
    return lists[0].partition("\n")[0] + "\n" + "".join(one.partition("\n")[2] for one in lists)


@pytest.mark.parametrize("rows", [SAID, RECKONED], ids=["words", "formulas"])
def test_what_is_taken_runs_on_no_page_and_in_no_spreadsheet(app, db, official, rows):
    answer = harmless(send(official, in_one_list(rows)))
    work(app, db, preview_of(answer))
    page = harmless(official.get(answer.location)).text
    official.post(f"{answer.location}/apply", data={"sha256": sha(page)})
    work(app, db, preview_of(answer))
    report = official.get(answer.location)
    harmless(official.get(report.location))
    lines = official.get(f"{report.location}/lines.csv")
    assert (lines.status_code, lines.mimetype) == (200, "text/csv")
    no_formula(lines.text)
    brought = db.scalars(text("select resource from source_row where key like '%HOSTILE%'")).all()
    assert len(brought) == len(rows)
    for resource in brought:
        harmless(official.get(f"/resources/{resource}"))
        harmless(official.get(f"/resources/{resource}/edit"))
    no_formula(publish.resources_csv(db, "99001"))
    book = openpyxl.load_workbook(io.BytesIO(official.get("/imports/workbook/99001.xlsx").data))
    cells = [cell for sheet in book for row in sheet for cell in row if cell.data_type == "f"]
    assert cells == []


def no_formula(document):
    """No cell that a spreadsheet would reckon."""
    cells = [cell for row in csv.reader(io.StringIO(document)) for cell in row]
    assert [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t"))] == []
