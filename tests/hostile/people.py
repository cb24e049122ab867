"""Tables of people and of addresses whose headings and numbers are absurd."""

import json
from collections.abc import Iterator
from pathlib import Path

from tests.hostile.files import Hostile, family
from tests.hostile.words import towns


def files(written: Path) -> Iterator[Hostile]:
    squares = (written / "town/model_town/tblT001141H4836.txt").read_bytes().decode("cp932")
    told = {f"{n}.txt": text.encode("cp932", "replace") for n, text in census(squares).items()}
    yield from family("census with quirks broken", "population", told)
    yield from family(
        "absurd tables of people", "population", {f"{n}.csv": t for n, t in tables().items()}
    )
    yield from family("absurd surveys", "population", {f"{n}.csv": t for n, t in surveys().items()})
    yield from family("absurd addresses", "addresses", addresses())


def census(text: str) -> dict[str, str]:
    codes, words, first, *rest = text.splitlines()
    cells = first.split(",")

    def with_(at: int, value: str) -> str:
        return "\n".join([codes, words, ",".join([*cells[:at], value, *cells[at + 1 :]]), *rest])

    return {
        "nowords": "\n".join([codes, first, *rest]),
        "onlyhead": f"{codes}\n{words}\n",
        "wordstwice": "\n".join([codes, words, words, first, *rest]),
        "codehuge": with_(0, "9" * 5000), "codeminus": with_(0, "-483600001"), "codezero": with_(0, "0" * 9),
        "codewide": with_(0, "４８３６００００１"), "codeempty": with_(0, ""), "codelong": with_(0, "4836000011111"),
        "nohost": with_(1, "2"), "host": with_(2, "999999999999"), "people": with_(4, "9" * 300),
        "minus": with_(4, "-5"), "float": with_(4, "1e99"), "nan": with_(4, "nan"), "star": with_(4, "*" * 5000),
        "narrow": "\n".join([codes, words, ",".join(cells[:3])]),
        "wide": "\n".join([codes, words, first + ",1" * 50_000]),
        "contradict": "\n".join([codes, words, first, first.replace(cells[4], "77"), *rest]),
        "columns": codes + ",T" * 30_000 + "\n" + words + ",人口" * 30_000 + "\n",
        "samewords": codes + "\n" + ",".join(["", "", "", "", *["人口（総数）"] * (len(cells) - 4)]) + "\n" + first,
        "quote": "\n".join([codes, words, '"' + first, *rest]),
        "line": codes + "\n" + "a" * 30_000_000,
        "mixed": "\n".join([codes, words, first, ",".join([cells[0][:8], *cells[1:]])]),
        "rows": "\n".join([codes, words, *[first] * 20_000]),
        "badrows": "\n".join([codes, words, *["x,0,,,1"] * 100_000]),
    }  # fmt: skip


def tables() -> dict[str, str]:
    def table(*heads: str, cells: str = "10") -> str:
        return ",".join(["地区", *heads]) + "\n東地区," + ",".join([cells] * len(heads)) + "\n"

    ages = [f"{n}歳" for n in range(1000)]
    return {
        "ages": table("総数", *ages), "overlap": table("総数", "0-64歳", "60-75歳", "65歳以上", "70歳以上"),
        "backwards": table("総数", "64-0歳", "99-65歳"), "hugeage": table("総数", f"{'9' * 400}歳以上", "65歳以上"),
        "wideage": table("総数", "６５歳以上男", "65歳以上女性男", "75歳以上男女男女"),
        "twothousand": table("総数", *["65歳以上"] * 2000), "brackets": table("総数", "65歳以上" + "（" * 30_000),
        "sexes": table("男", "女", "男性女性", "計", "計男女") , "people": table("総数", "65歳以上", cells="9" * 5000),
        "minus": table("総数", "65歳以上", cells="-3"), "decimal": table("総数", "65歳以上", cells="1e400"),
        "stars": table("総数", "65歳以上", cells="*"), "words": table("総数", "65歳以上", cells="たくさん"),
        "comma": table("総数", "65歳以上", cells='"1,,,0"'), "kanji": table("総数", "六十五歳以上", cells="千二百"),
        "long": table("総数" * 10_000, "65歳以上", cells="1"), "year": "令和99999年4月1日\n" + table("総数", "65歳以上"),
        "yearhuge": f"令和{'9' * 5000}年4月1日現在\n" + table("総数", "65歳以上"),
        "day": "2026年13月45日現在\n" + table("総数", "65歳以上"), "totals": "地区,総数,65歳以上\n" + "計,1,1\n小計,2,2\n" * 5_000,
        "names": "地区,総数,65歳以上\n" + "".join(f"町{n},1,1\n" for n in range(20_000)),
        "samename": "地区,総数,65歳以上\n" + "東地区,1,1\n" * 20_000,
        "beside": ",".join(["地区,総数,65歳以上,"] * 500) + "\n" + ",".join(["東地区,1,1,"] * 500) + "\n",
        "standard": "都道府県コード又は市区町村コード,地域コード,都道府県名,市区町村名,調査年月日,地域名,総人口\n990019,1,x,碁盤町,9999-99-99,東,1\n",
        "parts": table("総数", "0-64歳", "65-74歳", "75歳以上", cells="4000000000"),
    }  # fmt: skip


def surveys() -> dict[str, str]:
    head = "日常生活圏域,年齢,配布数,回答数,自分で運転しない人,週1回以上外出する人\n"
    return {
        "shares": head.replace("人,", "割合,") + "東圏域,65～74歳,100,90,9999%,-5%\n",
        "answers": head + "東圏域,65～74歳,10,99999999999999999999,5,5\n",
        "more": head + "東圏域,65～74歳,100,50,500,5000\n",
        "zero": head + "東圏域,65～74歳,0,0,0,0\n東圏域,75～84歳,-1,-1,-1,-1\n",
        "words": head + "東圏域,昔,x,y,z,w\n" * 3000,
        "age": head + f"東圏域,{'9' * 3000}歳,100,50,5,5\n",
    }


def addresses() -> dict[str, str]:
    row = towns("松葉一丁目")
    return {
        "deep.json": "[" * 100_000,
        "geolonia.json": json.dumps([{"town": "松葉一丁目", "koaza": None, "lat": "x", "lng": 1e308}] * 3),
        "types.json": json.dumps({"meta": 1, "data": [{"town": [1], "lat": {}, "lng": None}, 5, None, "x"]}),
        "numbers.json": '[{"town":"松葉","koaza":"","lat":1e999,"lng":NaN}]',
        "nul.json": json.dumps([{"town": "松\0葉", "koaza": "\ud800", "lat": 32.51, "lng": 136.0}]),
        "lat.csv": row.replace("32.516645", "9" * 400),
        "block.csv": row.replace('"","1","6"', f'"","{"1" * 30_000}","6"'),
        "flags.csv": row.replace('"1","1","0","0"', '"9","x","","-1"'),
        "zone.csv": row.replace('"6","0"', '"99999999999999999999","1e999"'),
        "town.csv": towns("（" * 30_000), "chome.csv": towns("松葉" + "十" * 10_000 + "丁目"),
        "digits.csv": towns("9" * 10_000), "dots.csv": towns("...." * 2_000), "script.csv": towns("<script>=1"),
        "same.csv": row + row.split("\n", 1)[1] * 30_000,
        "blocks.csv": row + "".join(row.split("\n", 1)[1].replace(',"1","6"', f',"{n}","6"') for n in range(20_000)),
    }  # fmt: skip
