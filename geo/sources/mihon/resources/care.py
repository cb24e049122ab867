"""介護サービス事業所 and 包括: 14 helper offices, of which 3 take nobody new."""

from collections.abc import Iterator

from geo.sources.mihon.places import BRANCH, CENTRES
from geo.sources.mihon.resources.row import Draw, Resource

HELPER_OFFICES = 14
NOT_ACCEPTING = (3, 8, 12)
_NAMES = (
    ("ひなた", "ヒナタ", "社会福祉法人ひなた会"),
    ("汐風", "シオカゼ", "社会福祉法人汐風会"),
    ("なぎさ", "ナギサ", "医療法人なぎさ会"),
    ("みぎわ", "ミギワ", "医療法人みぎわ会"),
    ("あおば", "アオバ", "医療法人あおば会"),
    ("つくし", "ツクシ", "社会福祉法人つくし会"),
    ("まつかぜ", "マツカゼ", "株式会社まつかぜ"),
    ("こもれび", "コモレビ", "合同会社こもれび"),
    ("さざんか", "サザンカ", "有限会社さざんか"),
    ("ゆうゆう", "ユウユウ", "有限会社ゆうゆう"),
    ("せせらぎ", "セセラギ", "株式会社せせらぎ"),
    ("かりん", "カリン", "合同会社かりん"),
    ("もくれん", "モクレン", "NPO法人もくれん"),
    ("みほん社協", "ミホンシャキョウ", "みほん市社会福祉協議会"),
)
_AREAS = (
    *("市内全域", "中央・駅南・西山", "川東・浜・新田", "北が丘・高岡・川東", "中里・高岡"),
    *("市内全域（奥沢を除く）", "浜・駅南・中央", "西山・南浜"),
)
# 実施サービス, name, kana, how many, days, opens, closes, 定員
_SERVICES = (
    (
        "訪問看護",
        "訪問看護ステーション",
        "ホウモンカンゴステーション",
        6,
        "月火水木金",
        "8:30",
        "17:30",
        "",
    ),
    ("通所介護", "デイサービス", "デイサービス", 18, "月火水木金土", "9:00", "16:30", "25"),
    ("短期入所生活介護", "ショートステイ", "ショートステイ", 6, "毎日", "0:00", "24:00", "20"),
    (
        "小規模多機能型居宅介護",
        "小規模多機能 ",
        "ショウキボタキノウ ",
        4,
        "毎日",
        "0:00",
        "24:00",
        "25",
    ),
    ("福祉用具貸与", "福祉用具 ", "フクシヨウグ ", 5, "月火水木金", "9:00", "18:00", ""),
    ("居宅介護支援", "ケアプラン", "ケアプラン", 14, "月火水木金", "8:30", "17:30", ""),
    (
        "認知症対応型共同生活介護",
        "グループホーム",
        "グループホーム",
        7,
        "毎日",
        "0:00",
        "24:00",
        "18",
    ),
)


def care(draw: Draw) -> Iterator[Resource]:
    """Helper offices first, then every other kind of 介護サービス."""
    yield from _helpers(draw)
    for service in _SERVICES:
        yield from _offices(draw, *service)


def centres(draw: Draw) -> Iterator[Resource]:
    """Three 包括 and the branch up the valley road."""
    homes = ("大手町", "八幡町", "末広町")
    phones = ("0000-21-1100", "0000-23-2200", "0000-25-3300")
    for name, town, phone in zip(CENTRES, homes, phones, strict=True):
        kana = {"中": "チュウオウ", "南": "ミナミ", "東": "トウホクブ"}[name[0]]
        yield _centre(draw, name, f"{kana}チイキホウカツシエンセンター", town, phone)
    yield _centre(draw, BRANCH, "アンシンマドグチオクサワ", "中里", "0000-29-4400")


def _centre(draw: Draw, name: str, kana: str, town: str, phone: str) -> Resource:
    xy, block = draw.place(town)
    return Resource(
        *("地域包括支援センター", name, kana, town, block, xy),
        *("月火水木金", "8:30", "17:15", "祝日・年末年始は休み"),
        description="介護や暮らしの相談。費用はかかりません。",
        provider="みほん市",
        confirmed="2026-05-12",
        phone=phone,
    )


def _helpers(draw: Draw) -> Iterator[Resource]:
    for number, town in enumerate(draw.towns(HELPER_OFFICES, ("urban", "suburb", "rural"))):
        name, kana, owner = _NAMES[number]
        xy, block = draw.place(town.name)
        is_open = number not in NOT_ACCEPTING
        yield Resource(
            kind="訪問介護",
            name=f"{name}ヘルパーステーション",
            kana=f"{kana}ヘルパーステーション",
            town=town.name,
            block=block,
            xy=xy,
            days="毎日",
            opens="8:00",
            closes="18:00",
            days_note="年末年始は休み",
            provider=owner,
            eligibility="要支援・要介護",
            confirmed=draw.confirmed(),
            note="" if is_open else "職員が足りず、新しい人は受けていません。",
            other={
                "通常の事業の実施地域": draw.one(_AREAS),
                "受付状況": "受付中" if is_open else "受付をとめています",
            },
        )


def _offices(
    draw: Draw,
    service: str,
    name: str,
    kana: str,
    count: int,
    days: str,
    opens: str,
    closes: str,
    places: str,
) -> Iterator[Resource]:
    for number, town in enumerate(draw.towns(count, ("urban", "suburb", "rural"))):
        first, first_kana, owner = _NAMES[number % len(_NAMES)]
        again = f" {town.name}" if number >= len(_NAMES) else ""
        xy, block = draw.place(town.name)
        yield Resource(
            *(service, f"{name}{first}{again}", f"{kana}{first_kana}", town.name, block, xy),
            *(days, opens, closes),
            provider=owner,
            eligibility="要支援・要介護",
            capacity=places,
            confirmed=draw.confirmed(),
            other={
                "通常の事業の実施地域": draw.one(_AREAS),
                "受付状況": draw.one(("受付中", "受付中", "受付中", "空き待ち")),
            },
        )
