"""碁盤町のくせ: a second list of the invented town, one row for each thing that real lists get wrong.

It is not part of the demo: it is there to be imported and looked at. Numbers of telephones and names
are invented like those of the first list.
"""

import csv
import io
from collections.abc import Callable

COLUMNS = (
    *("ID", "種別", "名称", "所在地", "緯度", "経度", "geo3x3", "電話番号", "曜日", "開始時間"),
    *("終了時間", "祝日", "開始日", "終了日", "配達区域", "受付", "対象者", "公開", "目印", "備考"),
    "確認日",
)
_LEVELS = 16  # digits of a geo3x3 word: a cell of half a metre

# What is odd about it → its cells; x and y are blocks, as in the first list.
QUIRKS: tuple[tuple[str, dict[str, str]], ...] = (
    (
        "areas, days and room of what comes to the home",
        {"ID": "K01", "種別": "配食", "名称": "しおかぜ弁当", "曜日": "月・水・金", "祝日": "可"}
        | {"配達区域": "浜の手圏域・山の手圏域の一部", "受付": "受付中", "x": "24", "y": "4"},
    ),
    (
        "everywhere but for one area, and a queue",
        {"ID": "K02", "種別": "見守り", "名称": "ひかり見守り隊", "x": "22", "y": "22"}
        | {"配達区域": "町内全域（浜の手を除く）", "受付": "空き待ち"},
    ),
    (
        "nobody new, said in the remark; an area that is nowhere",
        {"ID": "K03", "種別": "家事援助", "名称": "手伝い便 かもめ", "x": "23", "y": "23"}
        | {"配達区域": "となり町", "備考": "人手が足りず、新しい人は受けていません。"},
    ),
    (
        "a van that halts in public",
        {"ID": "K04", "種別": "移動販売", "名称": "はしる便 公園前", "所在地": "松葉三丁目2番1号"}
        | {
            "公開": "公開",
            "曜日": "火・金",
            "開始時間": "10:00",
            "終了時間": "10:20",
            "x": "5",
            "y": "30",
        },
    ),
    (
        "a van near a landmark",
        {"ID": "K05", "種別": "移動販売", "名称": "はしる便 緑丘", "所在地": "緑丘一丁目3番4号"}
        | {"公開": "近くの目印のみ", "目印": "緑丘神社", "曜日": "火・金", "x": "33", "y": "33"},
    ),
    (
        "a van at somebody's gate",
        {"ID": "K06", "種別": "移動販売", "名称": "はしる便 汐見", "所在地": "汐見四丁目9番9号"}
        | {"公開": "非公開", "曜日": "火・金", "x": "3", "y": "11"},
    ),
    (
        "a treasure",
        {
            "ID": "K07",
            "種別": "お宝",
            "名称": "床屋の待合",
            "公開": "職員のみ",
            "x": "15",
            "y": "25",
        },
    ),
    (
        "lat and lon in each other's column",
        {
            "ID": "K08",
            "種別": "サロン",
            "名称": "あべこべ茶話会",
            "x": "11",
            "y": "12",
            "swapped": "yes",
        },
    ),
    (
        "an ID that Excel rounded",
        {"ID": "1.72051E+11", "種別": "サロン", "名称": "まるめ茶話会", "x": "11", "y": "13"},
    ),
    (
        "a telephone number without its 0",
        {"ID": "K10", "種別": "サロン", "名称": "ゼロなし茶話会", "電話番号": "990000031"}
        | {"x": "11", "y": "14"},
    ),
    (
        "dashes that a conversion made question marks",
        {"ID": "K11", "種別": "サロン", "名称": "はてな茶話会", "所在地": "松葉一丁目2?3"}
        | {"x": "11", "y": "15"},
    ),
    (
        "a place in one word",
        {"ID": "K12", "種別": "公民館", "名称": "ことば会館", "x": "12", "y": "15", "word": "yes"},
    ),
    (
        "a date and a time as Excel counts them",
        {
            "ID": "K13",
            "種別": "サロン",
            "名称": "とおし番号の会",
            "曜日": "火",
            "開始時間": "0.4375",
        }
        | {"終了時間": "0.5", "確認日": "46154", "x": "13", "y": "15"},
    ),
    (
        "dashes for what there is not",
        {"ID": "K14", "種別": "サロン", "名称": "よこ棒の会", "所在地": "-", "電話番号": "－"},
    ),
    (
        "a group that pauses and is still listed",
        {"ID": "K15", "種別": "サロン", "名称": "おやすみサロン", "備考": "令和2年3月から休止中"}
        | {"x": "14", "y": "15"},
    ),
    (
        "an event of two days",
        {"ID": "K16", "種別": "講座", "名称": "ごばん健康まつり", "開始日": "2026/10/4"}
        | {"終了日": "R8.10.5", "開始時間": "10:00", "終了時間": "15:00", "x": "20", "y": "22"},
    ),
    (
        "an ID that is there twice",
        {"ID": "K16", "種別": "講座", "名称": "おなじ番号の講座", "x": "20", "y": "23"},
    ),
    (
        "no ID at all, and the same row once more",
        {"種別": "サロン", "名称": "二度の会", "所在地": "松葉一丁目1番9号", "x": "16", "y": "16"},
    ),
    (
        "the same row",
        {"種別": "サロン", "名称": "二度の会", "所在地": "松葉一丁目1番9号", "x": "16", "y": "16"},
    ),
    (
        "one office, another service",
        {"種別": "ふれあいサロン", "名称": "二度の会", "所在地": "松葉一丁目1番9号"}
        | {"x": "16", "y": "16"},
    ),
    (
        "words of publication that nobody knows",
        {"ID": "K21", "種別": "サロン", "名称": "未定の会", "公開": "要確認", "x": "17", "y": "16"},
    ),
    (
        "a category that nobody knows",
        {"ID": "K22", "種別": "宇宙旅行", "名称": "ロケットの会", "x": "18", "y": "16"},
    ),
)


def quirks_csv(corner_lonlat: Callable[[int, int], tuple[float, float]]) -> bytes:
    """The list as an office saves it: utf-8 with its mark, CRLF, a remark and a total below."""
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\r\n")
    table.writerow(COLUMNS)
    for _, cells in QUIRKS:
        table.writerow([_placed(cells, corner_lonlat).get(column, "") for column in COLUMNS])
    table.writerow(["", "", "※くわしくは役場にたずねてください。", *[""] * (len(COLUMNS) - 3)])
    table.writerow(["", "", "合計", str(len(QUIRKS)), *[""] * (len(COLUMNS) - 4)])
    return text.getvalue().encode("utf-8-sig")


def _placed(
    cells: dict[str, str], corner_lonlat: Callable[[int, int], tuple[float, float]]
) -> dict[str, str]:
    """The cells with where they stand, in the way this row has it."""
    if "x" not in cells:
        return cells | {"緯度": "-", "経度": "-"}
    lon, lat = corner_lonlat(int(cells["x"]), int(cells["y"]))
    if "word" in cells:
        return cells | {"geo3x3": geo3x3_of(lon, lat)}
    place = {"緯度": f"{lat:.9f}", "経度": f"{lon:.9f}"}
    if "swapped" in cells:
        place = {"緯度": place["経度"], "経度": place["緯度"]}
    return cells | place


def geo3x3_of(lon: float, lat: float) -> str:
    """A place east of Greenwich in one word, rows counted from the south (geo3x3.py)."""
    word, unit, north = "E", 180.0, lat + 90
    for _ in range(_LEVELS):
        unit /= 3
        column, row = int(lon / unit), int(north / unit)
        word += str(row * 3 + column + 1)
        lon, north = lon - column * unit, north - row * unit
    return word
