"""What the city and its districts keep: halls, schools, parks, toilets, AED, shelters, seats."""

from collections.abc import Iterator

from geo.sources.mihon.osm_land import parks
from geo.sources.mihon.places import (
    CHIKU,
    CHIKU_KANA,
    JUNIOR_HIGH,
    Spot,
    Town,
    hall_spot,
    hall_towns,
    school_spot,
    towns,
)
from geo.sources.mihon.resources.row import CITY, Draw, Resource

BENCHES = 21
OVERDUE = (2, 7, 13, 18)  # not inspected within a year
_HALL_OF_THE_HILL = "中野"  # 北が丘 has no hall; its 公民館 stands at the foot of the steps
SCHOOLS = (*JUNIOR_HIGH, *dict.fromkeys(JUNIOR_HIGH.values()))


def public(draw: Draw) -> Iterator[Resource]:
    """Halls, schools, parks and toilets."""
    yield from _halls(draw)
    yield from _schools(draw)
    yield from _parks(draw)
    for number, town in enumerate(draw.towns(16, ("urban", "suburb", "rural"))):
        yield _facility(draw, town, "公衆トイレ", "{}公衆トイレ", "{}コウシュウトイレ",
                        ("毎日", "0:00", "24:00", ""), number)  # fmt: skip


def safety(draw: Draw) -> Iterator[Resource]:
    """AED in twenty halls; shelters in every school and in five 公民館."""
    for number, town in enumerate(hall_towns()[:20]):
        yield _facility(draw, town, "AED", "{}集会所 AED", "{}シュウカイジョエーイーディー",
                        ("毎日", "9:00", "21:00", ""), number)  # fmt: skip
    places = [(f"みほん市立{name}", school_spot(name)) for name in SCHOOLS]
    places += [(f"{chiku}公民館", _house_of(chiku)) for chiku in CHIKU[:5]]
    for name, spot in places:
        xy, _ = draw.place(spot.town, (spot.x, spot.y))
        yield Resource(
            *("指定避難所", f"{name}（避難所）", "", spot.town, spot.block, xy),
            *("毎日", "0:00", "24:00"),
            description="災害のときに開きます。",
            provider=CITY,
            confirmed="2026-04-24",
        )


def benches(draw: Draw) -> Iterator[Resource]:
    """21 seats that one 包括 looks after, along the way from the old town to the station."""
    along = ("本町一丁目", "本町二丁目", "大手町", "栄町", "川端町", "駅南一丁目", "駅南二丁目")
    for number in range(BENCHES):
        town = along[number % len(along)]
        xy, block = draw.place(town)
        inspected = "2025-04-17" if number in OVERDUE else "2026-05-21"
        yield Resource(
            *("ひと休みイス", f"ひと休みイス {number + 1}番", f"ヒトヤスミイス{number + 1}バン"),
            *(town, block, xy),
            months="3月～11月" if number % 5 == 0 else "",
            description="背もたれがあります。" if number % 3 else "丸いす2脚。",
            provider="中央地域包括支援センター",
            confirmed=inspected,
            note="点検の期限が過ぎています。" if number in OVERDUE else "",
            other={"点検日": inspected, "次の点検": "2026-04" if number in OVERDUE else "2027-05"},
        )


def _halls(draw: Draw) -> Iterator[Resource]:
    for number, chiku in enumerate(CHIKU):
        spot = _house_of(chiku)
        xy, _ = draw.place(spot.town, (spot.x, spot.y))
        yield Resource(
            kind="公民館",
            name=f"{chiku}公民館",
            kana=f"{CHIKU_KANA[chiku]}コウミンカン",
            town=spot.town,
            block=spot.block,
            xy=xy,
            days="火水木金土日",
            opens="9:00",
            closes="21:00",
            days_note="月曜休館",
            provider=CITY,
            capacity=str(80 + 10 * (number % 5)),
            confirmed=draw.confirmed(),
            other={"バリアフリー情報": "車椅子可;多目的トイレ" if number % 4 else "段差あり"},
        )
    for number, town in enumerate(hall_towns()):
        yield _facility(draw, town, "集会所", "{}集会所", "{}シュウカイジョ",
                        ("毎日", "9:00", "21:00", "使うときは自治会へ"), number)  # fmt: skip


def _house_of(chiku: str) -> Spot:
    """Where the 公民館 of a 地区 stands: in the town of its name, else in the largest."""
    own = [town for town in towns() if town.chiku == chiku]
    if chiku == "北が丘":
        own = [town for town in towns() if town.name == _HALL_OF_THE_HILL]
    named = [town for town in own if town.name.startswith(chiku)]
    heart = max(named or own, key=lambda town: town.people)
    return Spot(heart.name, "1番1号", heart.x - 30, heart.y + 25)


def _schools(draw: Draw) -> Iterator[Resource]:
    for name in SCHOOLS:
        kind = "小学校" if name in JUNIOR_HIGH else "中学校"
        spot = school_spot(name)
        xy, _ = draw.place(spot.town, (spot.x, spot.y))
        note = "令和10年4月に北中学校へ統合の予定です。" if name == "奥沢中学校" else ""
        yield Resource(
            *(kind, f"みほん市立{name}", "", spot.town, spot.block, xy),
            *("月火水木金", "8:15", "16:30", "祝日は休み"),
            description="体育館を夜に開けています。" if kind == "中学校" else "",
            provider=CITY,
            confirmed="2026-04-24",
            note=note,
        )
    for name, town in (("県立みほん高等学校", "桜町"), ("架空短期大学 みほん校舎", "松ケ丘")):
        xy, block = draw.place(town)
        yield Resource(
            *("高等学校" if "高等" in name else "大学", name, "", town, block, xy),
            *("月火水木金", "8:30", "17:00", "祝日は休み"),
            confirmed="2026-04-24",
        )


def _parks(draw: Draw) -> Iterator[Resource]:
    by_name = {town.name: town for town in towns()}
    for name in list(parks())[::3][:16]:
        town = by_name[name.removesuffix("公園")]
        xy, block = draw.place(town.name, parks()[name])
        yield Resource(
            *("公園", name, f"{town.kana}コウエン", town.name, block, xy),
            *("毎日", "0:00", "24:00"),
            description=draw.one(("木かげとベンチ。", "トイレあり。", "ベンチ2つ。")),
            provider=CITY,
            confirmed=draw.confirmed(),
        )


def _facility(
    draw: Draw, town: Town, kind: str, name: str, kana: str, when: tuple[str, ...], number: int
) -> Resource:
    is_hall = "集会所" in name
    spot = hall_spot(town)
    xy, block = draw.place(town.name, (spot.x, spot.y) if is_hall else None)
    days, opens, closes, note = when
    return Resource(
        kind=kind,
        name=name.format(town.name),
        kana=kana.format(town.kana),
        town=town.name,
        block=spot.block if is_hall else block,
        xy=xy,
        days=days,
        opens=opens,
        closes=closes,
        days_note=note,
        provider=CITY,
        confirmed=draw.confirmed(),
        other={"バリアフリー情報": ("車椅子可", "", "段差あり", "多目的トイレ")[number % 4]},
    )
