"""診療所, 歯科, 薬局: along the streets of the towns, fewer up the valley."""

from collections.abc import Iterator

from geo.sources.mihon.places import table
from geo.sources.mihon.resources.row import Draw, Resource

_CLINICS = (
    ("内科", "ナイカ", "内科・循環器内科"),
    ("医院", "イイン", "内科・小児科"),
    ("整形外科", "セイケイゲカ", "整形外科・リハビリテーション科"),
    ("眼科", "ガンカ", "眼科"),
    ("クリニック", "クリニック", "内科・消化器内科"),
    ("皮膚科", "ヒフカ", "皮膚科"),
    ("耳鼻咽喉科", "ジビインコウカ", "耳鼻咽喉科"),
)
# days, opens, closes, note
_HOURS = (
    ("月火水木金土", "8:30", "18:00", "土曜は正午まで。日曜・祝日は休診"),
    ("月火水金土", "9:00", "18:00", "木曜・日曜・祝日は休診"),
    ("月火水木金", "9:00", "17:30", "祝日は休診"),
    ("月火木金土", "8:30", "12:00", "水曜・日曜・祝日は休診"),
)
_VALLEY = ("中里", "口奥沢")  # a clinic of two mornings, and the city's own of one


def medical(draw: Draw) -> Iterator[Resource]:
    """Doctors, dentists and pharmacies; two small clinics up the valley."""
    names = table("surnames")
    order = list(draw.rng.permutation(len(names)))
    for number, town in enumerate(draw.towns(28, ("urban", "suburb", "rural"))):
        what, kana, words = _CLINICS[number % len(_CLINICS)]
        yield _one(draw, "診療所", names[int(order[number])], what, kana, words, town.name)
    yield _valley(draw, "中里", "中里診療所", "ナカザトシンリョウジョ", "火・金", "9:00", "12:00")
    yield _valley(draw, "口奥沢", "市立奥沢診療所", "シリツオクサワシンリョウジョ", "第2・第4木曜", "13:30", "15:30")  # fmt: skip
    for number, town in enumerate(draw.towns(18, ("urban", "suburb", "estate"))):
        who = names[int(order[number + 12])]
        yield _one(draw, "歯科医院", who, "歯科医院", "シカイイン", "歯科", town.name)
    for number, town in enumerate(draw.towns(22, ("urban", "suburb"))):
        yield _pharmacy(draw, town.name, town.kana, number)


def _one(
    draw: Draw, kind: str, who: dict[str, str], what: str, kana: str, words: str, town: str
) -> Resource:
    xy, block = draw.place(town)
    days, opens, closes, note = draw.one(_HOURS)
    return Resource(
        *(kind, who["name"] + what, who["kana"] + kana, town, block, xy),
        *(days, opens, closes, note),
        description=words,
        confirmed=draw.confirmed(),
        other={"時間外における対応": draw.one(("なし", "なし", "電話で相談"))},
    )


def _valley(
    draw: Draw, town: str, name: str, kana: str, days: str, opens: str, closes: str
) -> Resource:
    xy, block = draw.place(town)
    return Resource(
        *("診療所", name, kana, town, block, xy, days, opens, closes, "祝日は休診"),
        description="内科",
        provider="みほん市",
        confirmed="2026-05-12",
    )


def _pharmacy(draw: Draw, town: str, kana: str, number: int) -> Resource:
    xy, block = draw.place(town)
    first, first_kana = (("さくら", "サクラ"), ("みほん", "ミホン"), ("つばめ", "ツバメ"))[
        number % 3
    ]
    return Resource(
        *("薬局", f"{first}薬局 {town}店", f"{first_kana}ヤッキョク {kana}テン", town, block, xy),
        *("月火水木金土", "9:00", "18:30", "日曜・祝日は休み"),
        description=draw.one(("", "薬の配達と飲み方の相談。", "家に伺って薬の相談をします。")),
        confirmed=draw.confirmed(),
    )
