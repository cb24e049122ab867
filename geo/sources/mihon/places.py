"""みほん市の町・字: the hand-written table of towns, and where the city stands.

Everything is first drawn on a flat sheet: metres east and north of the sheet's corner. ``plane``
bends the sheet a little, so that nothing is ruled, and puts it over open sea.
"""

import csv
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

CODE = "99002"
NAME = "みほん市"
PREFECTURE = "架空県"  # as in data/municipalities.csv
ZONE = 6
SEED = 99002
PUBLISHER = "Engawa（架空の市）"
LICENCE = "CC0 1.0"
AS_OF = "2026-10-01"  # 令和8年10月1日: the day the files speak of

TABLES = Path(__file__).parent / "tables"

CHIKU_KANA = {
    "中央": "チュウオウ",
    "駅南": "エキミナミ",
    "川東": "カワヒガシ",
    "浜": "ハマ",
    "新田": "シンデン",
    "北が丘": "キタガオカ",
    "高岡": "タカオカ",
    "西山": "ニシヤマ",
    "南浜": "ミナミハマ",
    "中里": "ナカザト",
    "奥沢": "オクサワ",
}
CHIKU = tuple(CHIKU_KANA)

# 小学校 -> 中学校. 奥沢中学校 is to be merged into 北中学校 in 令和10.
JUNIOR_HIGH = {
    "中央小学校": "第一中学校",
    "駅南小学校": "第一中学校",
    "川東小学校": "東中学校",
    "東新小学校": "東中学校",
    "汐浜小学校": "東中学校",
    "新田小学校": "東中学校",
    "北が丘小学校": "北中学校",
    "高岡小学校": "北中学校",
    "西山小学校": "南中学校",
    "南浜小学校": "南中学校",
    "中里小学校": "奥沢中学校",
    "奥沢小学校": "奥沢中学校",
}
MERGED_IN_REIWA_10 = ("奥沢中学校", "北中学校")

# 日常生活圏域. 中央 and 南 equal a 中学校区, 北部 joins two of them, and 東部 crosses a 学区 line:
# three towns of 高岡 by the river bridge go with 東部.
_LIVING = {
    "第一中学校": "中央圏域",
    "南中学校": "南圏域",
    "東中学校": "東部圏域",
    "北中学校": "北部圏域",
    "奥沢中学校": "北部圏域",
}
ACROSS_THE_LINE = ("中野", "梅田", "下高岡")
LIVING_AREAS = ("中央圏域", "東部圏域", "南圏域", "北部圏域")

# 包括の担当. 宮前町 is parted by the 国道; 奥沢 and 中里 have a branch.
CENTRES = ("中央地域包括支援センター", "南地域包括支援センター", "東北部地域包括支援センター")
BRANCH = "あんしん窓口 おくさわ"
# Who answers for what people join (担当の窓口)
DESK, DESK_PHONE = "みほん市社会福祉協議会 地域福祉係", "0000-21-4500"
_CENTRE = {
    "中央圏域": CENTRES[0],
    "南圏域": CENTRES[1],
    "東部圏域": CENTRES[2],
    "北部圏域": CENTRES[2],
}
SPLIT_TOWN = "宮前町"  # north of the 国道 the centre of 中央, south of it the one of 南

# 第2層: one area per 地区; those with a 協議体 call it by a name of their own. 南浜's never meets.
COUNCILS = {
    "中央": "まんなか会議",
    "川東": "川東ささえあい協議会",
    "新田": "新田ご近所ネット",
    "北が丘": "丘のくらしを考える会",
    "西山": "西山よりあい会議",
    "南浜": "南浜支え合い推進協議体",
    "奥沢": "奥沢これから座談会",
}
COUNCIL_THAT_NEVER_MEETS = "南浜"


@dataclass(frozen=True, slots=True)
class Town:
    """One 町丁・字.

    key     4 digits of 町 and 2 of 丁目 (00 without)
    x, y    its heart on the sheet, metres
    people  住基, 令和8年10月; older: share of 65+ to aim at, percent
    kind    urban, suburb, estate, rural or hamlet: how densely it is built
    """

    key: str
    name: str
    kana: str
    chiku: str
    school: str
    x: float
    y: float
    people: int
    older: int
    kind: str

    @property
    def junior_high(self) -> str:
        """中学校 of its 小学校."""
        return JUNIOR_HIGH[self.school]

    @property
    def living_area(self) -> str:
        """日常生活圏域."""
        return "東部圏域" if self.name in ACROSS_THE_LINE else _LIVING[self.junior_high]

    @property
    def centre(self) -> str:
        """The 包括 in charge; of the split town the one north of the 国道."""
        return _CENTRE[self.living_area]

    @property
    def has_branch(self) -> bool:
        """Whether the branch of the 包括 serves it."""
        return self.chiku in ("中里", "奥沢")


@lru_cache(maxsize=1)
def towns() -> tuple[Town, ...]:
    """All towns in the order of the table."""
    return tuple(
        Town(
            key=row["key"],
            name=row["name"],
            kana=row["kana"],
            chiku=row["chiku"],
            school=row["school"],
            x=float(row["x"]),
            y=float(row["y"]),
            people=int(row["people"]),
            older=int(row["older"]),
            kind=row["kind"],
        )
        for row in table("towns")
    )


@dataclass(frozen=True, slots=True)
class Spot:
    """A known place: the same in every list that names it. x, y on the sheet."""

    town: str
    block: str
    x: float
    y: float


def school_spot(name: str) -> Spot:
    """Where a 小学校 or 中学校 stands: by the heart of the largest of its towns."""
    own = [town for town in towns() if name in (town.school, town.junior_high)]
    heart = max(own, key=lambda town: town.people)
    aside = 90 if name in JUNIOR_HIGH else -110
    block = f"{(SEED + sum(map(ord, name))) % 19 + 2}番1号"
    return Spot(heart.name, block, heart.x + aside, heart.y + aside / 2)


def hall_spot(town: Town) -> Spot:
    """Where a town's 集会所 stands, if it has one."""
    return Spot(town.name, f"{int(town.key[:4]) % 13 + 1}番地", town.x + 20, town.y - 15)


@lru_cache(maxsize=1)
def hall_towns() -> tuple[Town, ...]:
    """The 34 towns with a 集会所, spread over the city. 北が丘 has none."""
    without = [town for town in towns() if town.kind != "estate"]
    count = len(without)
    return tuple(t for n, t in enumerate(without) if (n + 1) * 34 // count > n * 34 // count)


def table(name: str) -> list[dict[str, str]]:
    """Rows of one hand-written table."""
    with (TABLES / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
