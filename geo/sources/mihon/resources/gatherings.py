"""通いの場 and サロン: 75 of them, as the city's list has them.

12 pause from December to March, 9 are for one 町内 only, 4 are full, and 3 stopped in コロナ and
are still listed. Beside them cafes, places to be, classes and clubs of hobbies.
"""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from geo.sources.mihon.places import (
    CENTRES,
    CHIKU,
    CHIKU_KANA,
    SEED,
    Town,
    hall_spot,
    hall_towns,
    towns,
)
from geo.sources.mihon.resources.row import SHAKYO, Draw, Resource

EXERCISE, SALONS = 38, 37
WINTER_PAUSE = range(0, 72, 6)  # 12
ONE_TOWN_ONLY = range(1, 73, 8)  # 9
FULL = (4, 21, 38, 62)
STOPPED = (10, 33, 57)  # in spring 令和2

_EXERCISE_NAMES = (
    ("いきいき体操", "イキイキタイソウ"),
    ("ころばん体操", "コロバンタイソウ"),
    ("はつらつ体操クラブ", "ハツラツタイソウクラブ"),
    ("百歳体操の会", "ヒャクサイタイソウノカイ"),
    ("朝の体操会", "アサノタイソウカイ"),
    ("元気アップ体操", "ゲンキアップタイソウ"),
    ("健やか体操教室", "スコヤカタイソウキョウシツ"),
)
_SALON_NAMES = (
    ("ふれあいサロン", "フレアイサロン"),
    ("茶話会", "サワカイ"),
    ("お茶のみ会", "オチャノミカイ"),
    ("なごみサロン", "ナゴミサロン"),
    ("ほほえみサロン", "ホホエミサロン"),
    ("よりあい処", "ヨリアイドコロ"),
)
# days, opens, closes, note
_WEEKLY = (
    ("火", "10:00", "11:00", "祝日は休み"),
    ("水曜日", "13:30", "15:00", ""),
    ("毎週木曜", "10:00", "11:30", "年末年始は休み"),
    ("金", "9:30", "10:30", "祝日は休み"),
    ("月・木", "10:00", "11:00", "祝日は休み"),
    ("土", "9:00", "10:00", ""),
    ("月", "13:30", "14:30", "祝日は休み"),
)
_MONTHLY = (
    ("第2・第4火曜", "10:00", "11:30", ""),
    ("第1・第3木曜", "13:30", "15:00", "祝日は休み"),
    ("第1水曜", "10:00", "12:00", ""),
    ("第3金曜日", "13:30", "15:30", ""),
    ("毎月15日", "10:00", "11:30", ""),
    ("第2・第4月曜", "13:00", "15:00", "お盆・年末年始は休み"),
    ("最終土曜", "10:00", "11:30", ""),
)
_UNCLEAR = ("不定期", "", "", "日程は電話で確かめてください")


def gatherings(draw: Draw) -> Iterator[Resource]:
    """The 75, then what is like them. Never in 北が丘, which has no hall for more than one."""
    for number, town in enumerate(_hosts(draw)):
        yield _with_limits(_gathering(draw, number, town), number, town)


def other_gatherings(draw: Draw) -> Iterator[Resource]:
    """Cafes, places to be, hobbies, clubs and classes."""
    for number, town in enumerate(draw.towns(5, ("urban", "suburb"))):
        yield _cafe(draw, town, number)
    for town in draw.towns(6, ("urban", "suburb", "rural")):
        yield _plain(draw, town, "居場所", "みんなの居場所 {}の縁側", "ミンナノイバショ {}ノエンガワ",
                     ("月・水・金", "10:00", "15:00", "祝日は休み"), "申し込みなしで寄れます。")  # fmt: skip
    for town in draw.towns(4, ("rural", "suburb")):
        yield _plain(draw, town, "自宅サロン", "{}の車庫サロン", "{}ノシャコサロン",
                     ("第2水曜", "13:30", "15:30", ""), "持ち主の都合で休むことがあります。")  # fmt: skip
    for town in draw.towns(4, ("urban", "suburb")):
        yield _plain(draw, town, "地域食堂", "{}みんなの食堂", "{}ミンナノショクドウ",
                     ("第4土曜", "11:00", "13:30", ""), "子どもも大人も。手伝いも歓迎です。")  # fmt: skip
    for town in draw.towns(4, ("urban",)):
        yield _plain(draw, town, "コミュニティカフェ", "まちカフェ {}", "マチカフェ {}",
                     ("火・木・土", "10:00", "16:00", ""), "飲みもの200円。")  # fmt: skip
    yield from _hobbies(draw)
    yield from _classes(draw)


def _hosts(draw: Draw) -> list[Town]:
    """75 towns, some twice; 北が丘 has one gathering, in a house, and 奥沢 two."""
    first = [town for town in draw.towns(92) if town.chiku not in ("北が丘", "奥沢")]
    few = [town for town in towns() if town.name in ("北が丘二丁目", "口奥沢", "下谷")]
    return [*few, *first][: EXERCISE + SALONS]


def _gathering(draw: Draw, number: int, town: Town) -> Resource:
    is_exercise = number < EXERCISE
    names = _EXERCISE_NAMES if is_exercise else _SALON_NAMES
    name, kana = names[number % len(names)]
    days, opens, closes, note = draw.one(_WEEKLY if is_exercise else _MONTHLY)
    if number in (17, 49):
        days, opens, closes, note = _UNCLEAR
    has_hall, spot = town in hall_towns(), hall_spot(town)
    xy, block = draw.place(town.name, (spot.x, spot.y) if has_hall else None)
    return Resource(
        kind="通いの場（体操）" if is_exercise else "サロン",
        name=f"{town.name}{name}",
        kana=f"{town.kana}{kana}",
        town=town.name,
        block=spot.block if has_hall else block,
        xy=xy,
        days=days,
        opens=opens,
        closes=closes,
        days_note=note,
        description=_words(draw, is_exercise),
        provider=draw.one(
            (f"{town.name}自治会", f"{town.name}老人クラブ", f"{town.chiku}地区社協")
        ),
        eligibility="65歳以上" if number % 3 else "だれでも",
        fee=draw.one(("", "100円", "1回50円", "200円")),
        capacity=draw.one(("", "15", "20", "25", "30")),
        confirmed=draw.confirmed(),
        other=_counted(draw, f"{town.name}集会所" if has_hall else "")
        | _asked(number, is_exercise=is_exercise, days=days, has_hall=has_hall),
    )


def _asked(number: int, *, is_exercise: bool, days: str, has_hall: bool) -> dict[str, str]:
    """What a daughter and the ministry ask; by chance of its own, so that nothing else of the city moves.
    Of every fourth nobody has asked yet."""
    if number % 4 == 3:
        return {}
    rng = np.random.default_rng(SEED + 9_000 + number)

    def one(*several: str) -> str:
        return several[int(rng.integers(len(several)))]

    year = int(rng.integers(15, 31))
    return {
        "送迎": one("なし", "なし", "あり"),
        "見学": one("できます", "できます", ""),
        "座り方": "いす" if is_exercise else one("いす", "たたみ", "いすとたたみ"),
        "入口の段差": one("なし", "あり", "スロープ"),
        "洋式トイレ": one("あり", "あり", "なし", ""),
        "出番": one("あり", "", ""),
        "認知症の人の参加": one("できます", "", ""),
        "主な内容": "体操" if is_exercise else one("茶話会", "茶話会", "趣味活動", "会食"),
        "会場の種類": "公民館" if has_hall else one("個人宅", "介護・福祉の施設", "店舗"),
        "開催頻度": "週1回以上" if is_exercise else ("月1回" if "・" not in days else "月2～4回"),
        "運営主体の種類": one("自治会", "老人クラブ", "住民主体の活動団体"),
        "開始年月日": f"平成{year}年4月1日",
        "参加者数の時点": "令和8年9月30日",
        "世話人": f"世話 {one('はな', 'みつ', 'きよ', 'いさむ', 'ただし')}",
        "世話人の連絡先": f"0000-80-{int(rng.integers(1000, 9999))}",
    }


_OF_COUNTING = ("参加実人数", "うち男性", "うち女性", "うち75歳以上", "参加者数の時点")


def _counted(draw: Draw, room: str) -> dict[str, str]:
    """What the yearly 実施状況調査 asks, and what a daughter asks first."""
    people = int(draw.rng.integers(6, 15))
    men = int(draw.rng.integers(0, people // 3 + 1))
    return {
        "方書": room,
        "参加実人数": str(people),
        "うち男性": str(men),
        "うち女性": str(people - men),
        "うち75歳以上": str(int(draw.rng.integers(people // 3, people + 1))),
        "市の補助": draw.one(("あり", "あり", "なし")),
        "バリアフリー情報": draw.one(
            (
                "いすの席あり;駐車場あり",
                "段差あり",
                "洋式トイレ;駐車場あり",
                "車椅子可;いすの席あり",
                "",
            )
        ),
        "連絡先": SHAKYO,
    }


def _with_limits(one: Resource, number: int, town: Town) -> Resource:
    """Winter, one 町内, full, stopped: who may come and when."""
    if number in WINTER_PAUSE:
        one = replace(one, months="4月～11月", note="12月から3月は休みます。")
    if number in ONE_TOWN_ONLY:
        one = replace(
            one, eligibility="町内の人だけ", description=f"{town.name}の町内の人の集まりです。"
        )
    if number in FULL:
        seats = one.other["参加実人数"]
        one = replace(one, note="現在、定員いっぱいです。", capacity=seats)
    if number in STOPPED:
        one = replace(one, note="令和2年3月から休止中", confirmed="2019-06-14")
    if number % 6 == 4 and number not in FULL:  # nobody has counted them this year
        told = {name: text for name, text in one.other.items() if name not in _OF_COUNTING}
        one = replace(one, other=told)
    return one


def _words(draw: Draw, is_exercise: bool) -> str:
    return str(
        draw.one(
            (
                "いすに座ってする体操。見学できます。",
                "ゆっくりした体操と脳トレ。",
                "DVDを見ながらの体操です。",
            )
            if is_exercise
            else (
                "お茶とおしゃべり。いすの席があります。",
                "歌、折り紙、季節の行事。",
                "畳の部屋です。低いいすがあります。",
            )
        )
    )


def _cafe(draw: Draw, town: Town, number: int) -> Resource:
    xy, block = draw.place(town.name)
    return Resource(
        *("認知症カフェ", f"オレンジカフェ {town.name}", f"オレンジカフェ {town.kana}"),
        *(town.name, block, xy),
        days=("第1土曜", "第2日曜", "第3土曜", "第4木曜", "第2水曜")[number],
        opens="13:30",
        closes="15:30",
        description="ご本人、ご家族、近所の方。専門職が1人います。",
        provider=CENTRES[number % 3],
        fee="100円",
        confirmed=draw.confirmed(),
    )


def _plain(
    draw: Draw, town: Town, kind: str, name: str, kana: str, when: tuple[str, ...], words: str
) -> Resource:
    xy, block = draw.place(town.name)
    days, opens, closes, note = when
    return Resource(
        *(kind, name.format(town.name), kana.format(town.kana), town.name, block, xy),
        *(days, opens, closes, note),
        description=words,
        provider=f"{town.name}有志の会",
        confirmed=draw.confirmed(),
    )


_HOBBIES = (
    ("カラオケ同好会", "カラオケドウコウカイ"),
    ("囲碁将棋クラブ", "イゴショウギクラブ"),
    ("グラウンドゴルフの会", "グラウンドゴルフノカイ"),
    ("俳句の会", "ハイクノカイ"),
    ("手芸の会", "シュゲイノカイ"),
    ("健康麻雀の会", "ケンコウマージャンノカイ"),
    ("歩こう会", "アルコウカイ"),
    ("書道の会", "ショドウノカイ"),
)


def _hobbies(draw: Draw) -> Iterator[Resource]:
    for number, town in enumerate(draw.towns(20, ("urban", "suburb", "rural"))):
        name, kana = _HOBBIES[number % len(_HOBBIES)]
        yield _plain(draw, town, "趣味の会", "{}" + name, "{}" + kana,
                     draw.one(_WEEKLY + _MONTHLY), "見学できます。")  # fmt: skip
    for town in draw.towns(6, ("rural", "suburb")):
        yield _plain(draw, town, "市民農園", "{}ふれあい農園", "{}フレアイノウエン",
                     ("毎日", "8:00", "17:00", ""), "区画の空きは市の農政課へ。")  # fmt: skip
    for town in draw.towns(22):
        yield _plain(draw, town, "老人クラブ", "{}長寿会", "{}チョウジュカイ",
                     ("第1日曜", "10:00", "12:00", ""), "会員は町内の60歳以上の人です。")  # fmt: skip


def _classes(draw: Draw) -> Iterator[Resource]:
    for chiku in CHIKU[:10]:
        town = next(town for town in towns() if town.chiku == chiku)
        yield _plain(draw, town, "介護予防教室", f"{chiku}地区フレイル予防教室",
                     f"{CHIKU_KANA[chiku]}チクフレイルヨボウキョウシツ",
                     draw.one(_MONTHLY), "全6回。保健師と栄養士が来ます。")  # fmt: skip
