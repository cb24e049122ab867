"""Who does the work: まちづくり協議会, 民生委員, volunteers; the four meal services; the single ones."""

from collections.abc import Iterator

from geo.sources.mihon.places import CHIKU, table, towns
from geo.sources.mihon.resources.row import CITY, Draw, Resource

# name, kana, town, days, on holidays, area, price
MEALS = (
    ("配食サービスふくろう", "ハイショクサービスフクロウ", "川東二丁目", "月・水・金", "可", "川東地区・浜地区・新田地区", "1食450円"),
    ("お弁当のみほん亭", "オベントウノミホンテイ", "栄町", "月火水木金土", "不可", "中央地区・駅南地区・西山地区", "1食520円"),
    ("ワークハウス新田の弁当", "ワークハウスシンデンノベントウ", "東新田", "火・木", "不可", "新田地区・北が丘地区・高岡地区の一部", "1食400円"),
    ("サポートセンター中里の配食", "サポートセンターナカザトノハイショク", "中里", "火・金", "不可", "中里地区・奥沢地区（平瀬・鍋倉・尾畑を除く）", "1食430円"),
)  # fmt: skip
_MEETINGS = (("第2土曜", "9:30", "11:30"), ("第1・第3水曜", "13:30", "15:30"))
_VOLUNTEERS = (
    ("みほんボランティア連絡会", "栄町"),
    ("朗読の会 こだま", "桜町"),
    ("手話サークル たんぽぽ", "青葉町"),
    ("布の絵本の会", "緑町"),
    ("NPO法人かけはし", "末広町"),
    ("NPO法人なぎさの風", "浜町"),
    ("海岸をきれいにする会", "長浜"),
    ("防犯パトロール隊 新田", "西新田"),
    ("花いっぱい運動の会", "寺町"),
    ("おもちゃ病院みほん", "東町"),
    ("里山を守る会", "清水"),
    ("みほん市ボランティアセンター", "大手町"),
)


def actors(draw: Draw) -> Iterator[Resource]:
    """まちづくり協議会 and 民生委員 of every 地区, and volunteers."""
    for chiku in CHIKU:
        heart = next(town for town in towns() if town.chiku == chiku)
        xy, block = draw.place(heart.name)
        yield Resource(
            *("まちづくり協議会", f"{chiku}地区まちづくり協議会", "", heart.name, block, xy),
            provider=f"{chiku}地区まちづくり協議会",
            eligibility="町内の人だけ",
            confirmed=draw.confirmed(),
            other={"区域": f"{chiku}地区"},
        )
        xy, block = draw.place(heart.name)
        yield Resource(
            *("民生委員", f"{chiku}地区民生委員児童委員協議会", "", heart.name, block, xy),
            *("月火水木金", "8:30", "17:15", "祝日は休み"),
            description="連絡は市の福祉課が取り次ぎます。",
            provider=CITY,
            confirmed="2026-05-12",
            other={"区域": f"{chiku}地区"},
        )
    for name, town in _VOLUNTEERS:
        xy, block = draw.place(town)
        days, opens, closes = draw.one(_MEETINGS)
        yield Resource(
            *("ボランティア団体", name, "", town, block, xy, days, opens, closes),
            provider=name,
            confirmed=draw.confirmed(),
            other={"区域": "市内全域"},
        )


def meals(draw: Draw) -> Iterator[Resource]:
    """The four meal services, with their area and their weekdays."""
    for name, kana, town, days, holidays, area, fee in MEALS:
        xy, block = draw.place(town)
        yield Resource(
            *("配食", name, kana, town, block, xy, days, "11:00", "17:30"),
            description="手渡しで届け、様子を見ます。",
            provider=name,
            eligibility="65歳以上の一人暮らし・高齢者だけの世帯",
            fee=fee,
            confirmed=draw.confirmed(),
            other={
                "祝日": holidays,
                "配達区域": area,
                "受付": "受付中" if days != "火・木" else "空き待ち",
            },
        )


def one_offs(draw: Draw, list_name: str) -> Iterator[Resource]:
    """The single ones of a list, written by hand."""
    for row in table("one_offs"):
        if row["list"] != list_name:
            continue
        xy, block = draw.place(row["town"])
        yield Resource(
            *(row["kind"], row["name"], row["kana"], row["town"], block, xy),
            *(row["days"], row["opens"], row["closes"], row["days_note"]),
            description=row["description"],
            provider=row["provider"],
            eligibility=row["eligibility"],
            fee=row["fee"],
            capacity=row["capacity"],
            confirmed="" if list_name == "staff" else draw.confirmed(),
            note=row["note"],
            other={"区域": row["area"]},
        )
