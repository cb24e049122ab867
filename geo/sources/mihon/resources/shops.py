"""Shops, post offices and counters, and the vans and the bus that come where there are none."""

from collections.abc import Iterator

from geo.sources.mihon.places import Town, table, towns
from geo.sources.mihon.resources.row import SHAKYO, Draw, Resource

BORDER_SHOP = (13390.0, 8090.0)  # over the border on the 国道: everybody shops there
VANS = ("ひまわり便", "すみれ便")
STOPS, AT_A_GATE = 23, 9
BUS_MEMBERS, BUS_SEATS = 18, 8
_SUPERMARKETS = (
    ("スーパーみなとや", "スーパーミナトヤ", "若宮町"),
    ("スーパーみなとや 川東店", "スーパーミナトヤ カワヒガシテン", "東町"),
    ("フレッシュたちばな 城下店", "フレッシュタチバナ シロシタテン", "城下町"),
    ("フレッシュたちばな 新田店", "フレッシュタチバナ シンデンテン", "西新田"),
    ("みほん生協 梅田店", "ミホンセイキョウ ウメダテン", "梅田"),
    ("JAみほん 原町店", "ジェイエーミホン ハラマチテン", "原町"),
    ("ドラッグなのはな 東新町店", "ドラッグナノハナ ヒガシシンマチテン", "東新町一丁目"),
    ("ドラッグなのはな 駅南店", "ドラッグナノハナ エキミナミテン", "駅南二丁目"),
)
_SMALL = (
    ("商店", "ショウテン", "野菜、魚、日用品。"),
    ("鮮魚店", "センギョテン", "魚と総菜。"),
    ("青果店", "セイカテン", "野菜と果物。"),
    ("精肉店", "セイニクテン", "肉とコロッケ。"),
)
_EATING = (("火水木金土", "11:00", "15:00", "祝日は休み"), ("毎日", "7:30", "17:00", ""))
_TURNS = (
    ("月・木", "ひまわり便"),
    ("火・金", "ひまわり便"),
    ("月・木", "すみれ便"),
    ("水・土", "すみれ便"),
)


def shops(draw: Draw) -> Iterator[Resource]:
    """Supermarkets, small shops, the one over the border, post offices and ATMs."""
    for name, kana, where in _SUPERMARKETS:
        yield _shop(draw, name, kana, where, ("毎日", "9:00", "21:00", "1月1日は休み"), "")
    names = table("surnames")
    kinds = ("urban", "suburb", "rural")
    for number, town in enumerate(draw.towns(14, kinds)):
        what, kana, words = _SMALL[number % len(_SMALL)]
        who = names[number * 2 + 1]
        when = ("月火水木金土", "9:00", "18:30", "日曜・祝日は休み")
        yield _shop(draw, who["name"] + what, who["kana"] + kana, town.name, when, words)
    yield _over_the_border()
    yield from _counters(draw)


def healthy_shops(draw: Draw) -> Iterator[Resource]:
    """健康応援の店 and places to eat: the list with addresses of properties as its header."""
    names = (
        ("食堂", "ショクドウ"),
        ("そば店", "ソバテン"),
        ("喫茶", "キッサ"),
        ("ベーカリー", "ベーカリー"),
    )
    for number, town in enumerate(draw.towns(32, ("urban", "suburb", "rural"))):
        what, kana = names[number % len(names)]
        xy, block = draw.place(town.name)
        is_healthy = number % 7 < 4
        kind = "健康応援の店" if is_healthy else "食堂・喫茶店"
        days, opens, closes, note = draw.one(_EATING)
        yield Resource(
            *(kind, f"{town.name}{what}", f"{town.kana}{kana}", town.name, block, xy),
            *(days, opens, closes, note),
            description="塩分をひかえた定食があります。" if is_healthy else "",
            confirmed=draw.confirmed(),
        )


def van_stops(draw: Draw) -> Iterator[Resource]:
    """23 stops of two vans, twice a week each; nine are at somebody's gate."""
    far = [town for town in towns() if town.kind in ("hamlet", "estate", "rural")]
    hosts = [far[(at * 11) % len(far)] for at in range(STOPS)]
    places = ("集会所前", "バス停横", "公園前", "農協倉庫前", "神社の下")
    for number, town in enumerate(hosts):
        days, van = _TURNS[number % len(_TURNS)]
        minute = 9 * 60 + 30 + (number // len(_TURNS)) * 55
        is_gate = number % 5 in (1, 3) and number < 22
        xy, block = draw.place(town.name, (town.x, town.y))
        spot = "個人宅前" if is_gate else places[number % len(places)]
        yield Resource(
            *("移動販売", f"{van} {town.name} {spot}", f"{town.kana}", town.name, block, xy),
            *(
                days,
                f"{minute // 60}:{minute % 60:02}",
                f"{(minute + 20) // 60}:{(minute + 20) % 60:02}",
            ),
            "雪の日は中止。前後15分ずれることがあります",
            provider="株式会社みなとや",
            confirmed=draw.confirmed(),
            other={"車": van, "公開": _shown(number) if is_gate else "公開"},
        )


def _shown(number: int) -> str:
    return "非公開" if number % 5 == 1 else "近くの目印まで"


def shopping_bus(draw: Draw) -> Iterator[Resource]:
    """買い物バス on the 2nd and 4th Monday: 18 members, 8 seats."""
    stops = ("北が丘一丁目", "北が丘二丁目", "北が丘三丁目", "北が丘四丁目", "中野", "清水")
    for number, town in enumerate(stops):
        xy, block = draw.place(town)
        minute = 9 * 60 + 20 + number * 8
        yield Resource(
            *("買い物バス", f"買い物バス {town}乗り場", "カイモノバス", town, block, xy),
            *("第2・第4月曜", f"{minute // 60}:{minute % 60:02}", "12:00"),
            "祝日は運休。前日までに予約",
            provider=SHAKYO,
            eligibility="登録した75歳以上の人",
            capacity=str(BUS_SEATS),
            confirmed="2026-05-12",
            note=f"会員{BUS_MEMBERS}人。席は{BUS_SEATS}席で、満席の回があります。",
            other={"車": "買い物バス", "公開": "公開"},
        )


def _shop(
    draw: Draw, name: str, kana: str, town: str, when: tuple[str, ...], words: str
) -> Resource:
    xy, block = draw.place(town)
    days, opens, closes, note = when
    return Resource(
        *("食料品店", name, kana, town, block, xy, days, opens, closes, note),
        description=words,
        confirmed=draw.confirmed(),
    )


def _over_the_border() -> Resource:
    return Resource(
        kind="食料品店",
        name="スーパーいそべ 浜辺町店",
        kana="スーパーイソベ ハマベチョウテン",
        town="",
        block="架空県浜辺町大字西浜12番地",
        xy=BORDER_SHOP,
        days="毎日",
        opens="9:00",
        closes="22:00",
        description="市の境から国道を東へ200メートル。",
        confirmed="2026-06-03",
    )


def _counters(draw: Draw) -> Iterator[Resource]:
    post = [town for town in towns() if town.name in _POST]
    for town in post:
        yield _counter(draw, town, "郵便局", "{}郵便局", "ユウビンキョク", "9:00", "17:00")
    for number, town in enumerate(draw.towns(12, ("urban", "suburb"))):
        name = "みほん信用金庫 {}支店" if number % 2 else "コンビニATM {}"
        kind = "信用金庫" if number % 2 else "ATM"
        yield _counter(draw, town, kind, name, "", "9:00", "15:00" if number % 2 else "21:00")


_POST = (
    *(
        "本町一丁目",
        "駅南一丁目",
        "川東一丁目",
        "浜中町",
        "西新田",
        "高岡町",
        "西山町",
        "南浜町",
        "中里",
    ),
)


def _counter(
    draw: Draw, town: Town, kind: str, name: str, kana: str, opens: str, closes: str
) -> Resource:
    xy, block = draw.place(town.name)
    return Resource(
        *(kind, name.format(town.name), town.kana + kana, town.name, block, xy),
        *("毎日" if kind == "ATM" else "月火水木金", opens, closes),
        "" if kind == "ATM" else "祝日は休み",
        confirmed=draw.confirmed(),
    )
