"""Workbooks and CSVs that are too long, too wide, too empty, or broken in their own way."""

import datetime
import io
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import openpyxl

from tests.hostile.archives import later
from tests.hostile.files import HEADER, Content, Hostile, family, resources

TYPES = """<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Default Extension="xml" ContentType="application/xml"/>
<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>
<Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>
<Override PartName="/xl/sharedStrings.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/>
</Types>"""
REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
RELS = f"""<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">
<Relationship Id="rId1" Type="{REL}/officeDocument" Target="xl/workbook.xml"/></Relationships>"""
BOOK_RELS = f"""<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">
<Relationship Id="rId1" Type="{REL}/worksheet" Target="worksheets/sheet1.xml"/>
<Relationship Id="rId2" Type="{REL}/sharedStrings" Target="sharedStrings.xml"/></Relationships>"""
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
BOOK = f"""<?xml version="1.0"?><workbook xmlns="{MAIN}" xmlns:r="{REL}"><sheets><sheet name="a" sheetId="1" r:id="rId1"/></sheets></workbook>"""


def files(written: Path) -> Iterator[Hostile]:
    yield from family("absurd workbook", "resources", {f"{n}": b for n, b in books().items()})
    old = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    yield from family(
        "absurd workbook",
        "areas",
        {"old.xls": old + b"\0" * 5000, "old2.xls": old + b"\xff" * 5000},
    )
    yield from family("long lines", "resources", {f"{n}.csv": t for n, t in long().items()})
    yield from family("long lines", "areas", {f"a-{n}.csv": t for n, t in long_areas().items()})
    yield from family("broken CSV", "resources", {f"{n}.csv": t for n, t in broken().items()})


def book(sheet: str, strings: str = "", workbook: str = BOOK, rels: str = BOOK_RELS) -> bytes:
    pack = io.BytesIO()
    parts = {
        "[Content_Types].xml": TYPES,
        "_rels/.rels": RELS,
        "xl/workbook.xml": workbook,
        "xl/_rels/workbook.xml.rels": rels,
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{MAIN}">{sheet}</worksheet>',
        "xl/sharedStrings.xml": f'<sst xmlns="{MAIN}">{strings}</sst>',
    }
    with zipfile.ZipFile(pack, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(zipfile.ZipInfo(name), text)
    return pack.getvalue()


def cell(at: str, text: str, kind: str = "inlineStr") -> str:
    inside = f"<is><t>{text}</t></is>" if kind == "inlineStr" else f"<v>{text}</v>"
    return f'<c r="{at}" t="{kind}">{inside}</c>'


def rows(*texts: str) -> str:
    return "<sheetData>" + "".join(texts) + "</sheetData>"


def books() -> dict[str, Content]:
    names = HEADER.split(",")
    head = (
        '<row r="1">'
        + "".join(cell(f"{chr(65 + n)}1", name) for n, name in enumerate(names))
        + "</row>"
    )
    good = '<row r="2">' + cell("B2", "茶の間") + cell("F2", "サロン") + "</row>"
    letters = [
        a + b + c
        for a in "ABC"
        for b in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
        for c in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    ]
    return {
        "last": book(rows(head, good, '<row r="1048576">' + cell("XFD1048576", "x") + "</row>")),
        "columns": book(rows('<row r="1">' + "".join(cell(f"{c}1", "名称") for c in letters) + "</row>")),
        "empty": later(lambda: book(rows(head, good, *[f'<row r="{n}"/>' for n in range(3, 300_000)]))),
        "beyond": book(rows('<row r="9999999">' + cell("A9999999", "x") + "</row>")),
        "minus": book(rows('<row r="-1">' + cell("A-1", "x") + "</row>")),
        "merge": book(rows(head, good) + '<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>'),
        "merges": book(rows(head, good) + "<mergeCells>" + '<mergeCell ref="A1:Z9000"/>' * 300 + "</mergeCells>"),
        "strings": book(rows(head, '<row r="2">' + cell("B2", "99999999", "s") + "</row>"), "<si><t>a</t></si>"),
        "minusstring": book(rows('<row r="1">' + cell("A1", "-1", "s") + cell("B1", "x", "s") + "</row>")),
        "dimension": book('<dimension ref="A1:XFD1048576"/>' + rows(head, good)),
        "loop": book(rows(head), rels=BOOK_RELS.replace("worksheets/sheet1.xml", "workbook.xml")),
        "away": book(rows(head), rels=BOOK_RELS.replace("worksheets/sheet1.xml", "http://127.0.0.1:9/x")),
        "climb": book(rows(head), rels=BOOK_RELS.replace("worksheets/sheet1.xml", "../../../etc/passwd")),
        "noparts": book(rows(head), workbook="<workbook/>"),
        "cell32mb": later(lambda: book(rows(head, '<row r="2">' + cell("B2", "長" * 8_000_000) + "</row>"))),
        "laughs": book("&a9;").replace(b"", b"", 0),
        "deep": book("<a>" * 20_000 + "</a>" * 20_000),
        "dates": book(rows(head, '<row r="2">' + cell("B2", "1e300", "n") + cell("F2", "nan", "n") + cell("C2", "99999999999", "d") + "</row>")),
        "error": book(rows(head, '<row r="2">' + cell("B2", "#REF!", "e") + cell("F2", "サロン") + "</row>")),
        "formula": book(rows(head, '<row r="2"><c r="B2"><f>HYPERLINK("http://127.0.0.1:9")</f></c>' + cell("F2", "サロン") + "</row>")),
        "full": later(lambda: full(40_000, 100)),
        "sheets": later(lambda: sheets(400)),
        "names": sheets(3, "=cmd|<script>"),
    }  # fmt: skip


def full(height: int, width: int) -> bytes:
    """Four million cells of one letter."""
    row = "".join("<c t='inlineStr'><is><t>a</t></is></c>" for _ in range(width))
    return book(rows(*[f"<row>{row}</row>" for _ in range(height)]))


def sheets(count: int, name: str = "表") -> bytes:
    made = openpyxl.Workbook(write_only=True)
    made.properties.created = made.properties.modified = datetime.datetime(2026, 10, 1)  # noqa: DTZ001
    for n in range(count):
        sheet = made.create_sheet(f"{name}{n}"[:31])
        sheet.append(HEADER.split(","))
        sheet.append([f"{n}", f"茶の間{n}", "松葉", "", "", "サロン"])
    pack = io.BytesIO()
    made.save(pack)
    return pack.getvalue()


def long() -> dict[str, str | Callable[[Path], None]]:
    many = 30_000
    fields = {
        "cell": resources(名称="長" * 131_000),
        "name": resources(名称="長" * many),
        "brackets": resources(名称="（" * many, 住所="(" * many),
        "closing": resources(名称="(" * many + "x", 団体名="（" * many + "x"),
        "openings": resources(利用可能曜日="第2・" * 10_000),
        "weekdays": resources(利用可能曜日="月火水木金土日" * 4_000),
        "spaces": resources(利用可能曜日="月" + " " * many + "x", 住所="松葉" + " " * many + "1"),
        "digits": resources(住所="松葉" + "9" * many, 緯度="3" * many, 料金="1" * many),
        "dashes": resources(住所="松葉" + "1-" * 15_000, 電話番号="-" * many),
        "chome": resources(住所="松葉" + "一二三四五六七八九十" * 3_000 + "丁目"),
        "bracketsopenings": resources(利用可能曜日="(" * many + "月" + ")" * many),
        "without": resources(サービス提供地域="全域（" * 5_000 + "を除く", 対象地域="、" * many),
        "without2": resources(対応エリア="市内全域（" + "奥沢、" * 10_000 + "を除く）"),
        "times": resources(開始時間="10:00~" * 5_000, 終了時間="9" * many),
        "dates": resources(利用可能曜日="令和8年4月1日、" * 4_000, 確認日="令和" + "8" * many),
        "url": resources(URL="http://" + "a." * 15_000 + "jp", 備考="http://" * 4_000),
        "kinds": resources(種別="サロン、" * 8_000),
        "header": ",".join(f"列{n}" for n in range(60_000)) + "\n1\n",
        "headername": "名称" + "（" * many + ",種別\n茶の間,サロン\n",
        "commas": "名称,種別\n茶の間,サロン" + "," * 2_000_000 + "\n",
        "samename": "名称," * 6_000 + "\n" + "a," * 6_000 + "\n",
    }  # fmt: skip
    return fields | {
        "line40mb": lambda path: path.write_bytes(b"a" * 40_000_000),
        "lines": lambda path: path.write_bytes(b"\n" * 20_000_000),
        "quotes": lambda path: path.write_text('名称,種別\n"' + "a\n" * 10_000_000),
        "rows": lambda path: path.write_text("名称,種別\n" + "a,サロン\n" * 120_000),
        "badrows": lambda path: path.write_text("名称,種別,緯度,経度\n" + "a,なぞ,1,1\n" * 120_000),
    }


def long_areas() -> dict[str, str]:
    head, many = "町名,地区\n", 30_000
    return {
        "brackets": head + "（" * many + ",東\n",
        "part": head + "松葉" + "(" * many + "),東\n",
        "separators": head + "、" * many + ",東\n",
        "spans": head + "松葉一丁目～" * 5_000 + ",東\n",
        "span": head + "松葉1～99999999丁目,東\n",
        "span2": head + "松葉一丁目から九千九百九十九丁目,東\n",
        "names": head + "".join(f"町{n},区{n}\n" for n in range(20_000)),
        "towns": head + "".join(f"松葉一丁目（{n}）,区{n}\n" for n in range(3_000)),
    }


def broken() -> dict[str, str | bytes]:
    good = resources()
    return {
        "open.csv"[:-4]: good + '"never closed,\n' * 100,
        "inside": good.replace("茶の間", '茶"の"間'),
        "utf16": good.encode("utf-16-be"),
        "utf16mark": b"\xff\xfe" + good.encode("utf-16-le")[:-1],
        "utf32": good.encode("utf-32"),
        "utf7": good.encode("utf-7"),
        "halves": good.encode("cp932")[:-20] + b"\x81",
        "mixed": good.encode() + good.encode("cp932"),
        "latin": b"\xe9\xe8\xff," * 100,
        "cr": good.replace("\n", "\r"),
        "nel": good.replace("\n", "\x85") + "\u2028\u2029",
        "formfeed": good.replace(",", "\x0c,\x0b"),
        "tabs": good.replace(",", "\t"),
        "semicolons": good.replace(",", ";"),
        "headeronly": good.split("\n")[0],
        "noheader": good.split("\n")[1] + "\n",
        "twoheads": good.split("\n")[0] + "\n" + good,
        "overlong": good.encode().replace("松".encode(), b"\xc0\xaf\xed\xa0\x80"),
    }
