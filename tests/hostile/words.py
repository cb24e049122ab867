"""Names that are programs: for a page, a spreadsheet, a terminal, a database, or the eye."""

import json
from collections.abc import Iterator
from pathlib import Path

from tests.hostile.files import Hostile, collection, family, feature, polygon, resources

SCRIPT = "<script>alert(1)</script>"
SCRIPTS = {
    "script": SCRIPT,
    "attribute": '"><img src=x onerror=alert(1)>',
    "quote": "' onload='alert(1)",
    "end": "</title></textarea></script><script>alert(1)</script>",
    "template": "{{7*7}}{% raw %}${7*7}",
    "entity": "&lt;script&gt;&#60;script&#62;",
    "comment": "<!--<script>",
}
FORMULAS = {
    "equals": '=CMD|"/C calc"!A0',
    "plus": "+1+CMD|x!A0",
    "minus": "-2+3+CMD|x!A0",
    "at": "@SUM(1)*CMD|x!A0",
    "tab": "\t=1+1",
    "wide": "＝1+1",
    "link": '=HYPERLINK("http://127.0.0.1:9/?"&A1)',
    "newline": "a\n=1+1",
    "dde": '=DDE("cmd","/C calc","x")',
}
SIGNS = {
    "escape": "茶\x1b]0;title\x07\x1b[2J\x1b[31mの間",
    "c1": "茶\x9b31mの間\x85",
    "bidi": "茶\u202e\u2066の\u2069間\u200f",
    "nowidth": "茶\u200b\u200d\ufeff\u2060の間",
    "tags": "茶\U000e0041\U000e007fの間",
    "private": "茶\ue000\U000f0000の間",
    "nonchar": "茶\uffff\ufffe\U0010ffffの間",
    "blank": "\u3164\u115f\u2800",
    "backspace": "茶\b\b\bの間\r\rx",
    "nul": "茶\0の間",
    "percent": "茶%s%n{0}{x}%(a)sの間",
    "sql": "茶'; drop table resource; --",
    "copy": "茶\\N\\.\t\\x00の間",
    "path": "../../../etc/passwd",
}
MARKS = "\u0301\u0327\u0323\u0345"


def files(_written: Path) -> Iterator[Hostile]:
    for name, words in (
        ("script in names", SCRIPTS),
        ("formula cells", FORMULAS),
        ("signs nobody sees", SIGNS),
    ):
        yield from family(
            name, "resources", {f"{n}.csv": everywhere(text) for n, text in words.items()}
        )
        maps = {f"{n}.geojson": mapped(text) for n, text in words.items()}
        yield from family(name, "districts", maps)
        tables = {
            f"a-{n}.csv": f'町名,地区\n"{quoted(text)}","{quoted(text)}"\n松葉一丁目,東\n'
            for n, text in words.items()
        }
        yield from family(name, "areas", tables)
        people = {
            f"p-{n}.csv": f'地区,総数,65歳以上\n"{quoted(text)}",10,5\n東地区,10,5\n'
            for n, text in words.items()
        }
        yield from family(name, "population", people)
        drawn = {f"{n}.osm": street(text) for n, text in words.items()}
        yield from family(name, "streets", drawn)
    yield from family(
        "script in names", "resources", {"header.csv": f'名称,種別,"{SCRIPT}"\n茶の間,サロン,x\n'}
    )
    called = ("<script>alert(1)<", "=cmd.csv", "\x1b]0;x\x07.csv", "\u202evsc.csv", "-rf.csv", "a" * 240 + ".csv",
              "茶\udcff.csv", "a\nb.csv", "%2e%2e%2f.csv", "con.csv", " .csv", "'.csv", "\".csv", "長" * 80 + ".csv")  # fmt: skip
    yield from family("names of files", "resources", {name: resources() for name in called})
    yield from family(
        "names of files",
        "districts",
        {"\udcff\x1b.geojson": mapped("東"), "a\nb.geojson": mapped("東")},
    )
    yield from family("thousands of marks", "resources", marked())
    yield from family(
        "thousands of marks", "districts", {"name.geojson": mapped("東" + MARKS * 20_000)}
    )
    yield from family(
        "thousands of marks",
        "areas",
        {"name.csv": f"町名,地区\n松葉{MARKS * 30_000},東{MARKS * 30_000}\n"},
    )
    yield from family(
        "thousands of marks",
        "population",
        {"name.csv": f"地区,総数,65歳以上\n東{MARKS * 30_000},10,5\n"},
    )
    yield from family(
        "thousands of marks", "addresses", {"town.csv": towns("松葉" + MARKS * 30_000)}
    )
    yield from family(
        "thousands of marks", "streets", {"name.osm": street("松葉" + MARKS * 15_000)}
    )


def quoted(text: str) -> str:
    return text.replace('"', '""')


def everywhere(text: str) -> str:
    """In every cell of a row, and in its name alone."""
    cells = dict.fromkeys(
        ("ID", "名称", "住所", "利用可能曜日", "団体名", "URL", "備考", "料金", "対象者"), text
    )
    return resources(**cells) + resources(ID="H2", 名称=text).split("\n", 1)[1]


def mapped(text: str) -> str:
    said = {"name": text, "code": text, text: text}
    inside = {**feature(polygon()), "properties": said}
    return collection(inside, name=text, publisher=text, licence=text)


def street(text: str) -> str:
    """An extract of one street that is called so."""
    safe = text.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")
    safe = "".join(sign for sign in safe if sign in "\t\n" or ord(sign) >= 32)
    nodes = "".join(
        f'<node id="{n}" lat="{32.51 + n / 1000}" lon="136.01" version="1"/>' for n in (1, 2)
    )
    tags = (
        f'<tag k="highway" v="residential"/><tag k="name" v="{safe}"/><tag k="{safe[:200]}" v="x"/>'
    )
    return f'<?xml version="1.0"?><osm version="0.6" generator="{safe[:200]}">{nodes}<way id="1" version="1"><nd ref="1"/><nd ref="2"/>{tags}</way></osm>'


def marked() -> dict[str, str]:
    """Marks that stand in no order: putting them in order takes the square of their number."""
    many = {
        "name": resources(名称="茶" + MARKS * 30_000),
        "address": resources(住所="松葉" + MARKS * 30_000),
    }
    many["openings"] = resources(利用可能曜日="第2" + MARKS * 30_000)
    many["kind"] = resources(種別="サロン" + MARKS * 30_000)
    many["header"] = f"名称{MARKS * 30_000},種別\n茶の間,サロン\n"
    many["rows"] = "名称,種別\n" + f"茶{MARKS * 5_000},サロン\n" * 50
    return {f"{name}.csv": text for name, text in many.items()}


def towns(town: str) -> str:
    """位置参照情報 of one block."""
    head = '"都道府県名","市区町村名","大字・丁目名","小字・通称名","街区符号・地番","座標系番号","Ｘ座標","Ｙ座標","緯度","経度","住居表示フラグ","代表フラグ","更新前履歴フラグ","更新後履歴フラグ"'
    return f'{head}\n"架空県","碁盤町",{json.dumps(town, ensure_ascii=False)},"","1","6","0","0","32.516645","136.017030","1","1","0","0"\n'
