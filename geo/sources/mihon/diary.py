"""みほん市の訪問の記録: what four 第2層 coordinators and one 第1層 noted in half a year, and what
実施状況調査 asks of the 通いの場. Drawn with a fixed seed, by days before the day they are loaded.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from geo.sources.mihon.places import SEED

DAYS = 200  # the diary goes back so far
# Part of an e-mail address -> visits, and how many of them say hardly anything. 久保 is new since
# April: half of hers are empty (PRACTICE, みほん市).
PEOPLE = {
    "coordinator_2": (40, 0.1),
    "miyake": (34, 0.15),
    "kubo": (28, 0.5),
    "ono": (30, 0.1),
    "coordinator_1": (20, 0.0),
}
_SHARES = {
    "visit": 0.56,
    "meeting": 0.13,
    "linking": 0.12,
    "start_up": 0.08,
    "publicity": 0.05,
    "training": 0.03,
    "other": 0.03,
}
# What was seen -> what may come of it: what next, whose it is, and who was promised. Of no season: the
# days are counted back from whenever it is loaded.
_NOTES: dict[str, dict[str, tuple[tuple[str, str, str], ...]]] = {
    "visit": {
        "終わってから、お茶を飲みながら話をうかがう。いつもの顔ぶれ。": (),
        "会場のいすが足りず、座ぶとんで参加している人がいた。": (
            ("いすを10脚借りられるか、公民館にたずねる", "SC", "世話人"),
        ),
        "世話人から、鍵の当番を引き受ける人がいないと相談。": (
            ("鍵の当番を引き受けてくれる人を、自治会の役員会で相談する", "自治会長", "世話人"),
            ("鍵の当番を曜日ごとに分けられないか、参加者にたずねる", "世話人", ""),
        ),
        "新しい参加者が2人。どちらも回覧板を見て来たとのこと。": (),
        "天気の悪い日の休みについて話し合い。歩いて来られない人が増えている。": (
            ("もっと近い会場がないか、小学校の空き教室についてたずねる", "市職員", "世話人"),
            ("送り迎えを手伝える人がいるか、参加者にたずねる", "世話人", ""),
        ),
        "男性の参加が少ない。将棋の道具があれば声をかけやすいという意見。": (
            ("将棋盤をゆずってくれる人をさがす", "SC", "参加者"),
        ),
        "帰り道の坂がつらいという声。ひと休みできる場所をいっしょに見て回った。": (
            ("坂の途中にいすを置けるか、土地の持ち主に聞く", "包括", "参加者"),
        ),
        "参加者が減っている。案内のちらしを作り直すことにした。": (
            ("ちらしの案を作って届ける", "SC", "会の代表"),
        ),
        "見学の人が1人。次から参加したいとのこと。": (
            ("次の回に顔を出し、なじめているか様子をうかがう", "SC", "世話人"),
        ),
        "補助の申請を、今年から自分たちで書きたいとのこと。": (
            ("補助の申請書の書き方を説明しに行く", "SC", "会計の人"),
        ),
        "登録の内容を確かめる。曜日と時間に変わりなし。": (),
    },
    "meeting": {
        "地区の話し合い。買い物に困る人の話が中心。移動販売の停まる場所を増やせないか。": (
            ("停まる場所を増やせるか、移動販売の会社にたずねる", "第1層SC", "地区のみなさん"),
        ),
        "民生委員の定例会で、通いの場の一覧を配って説明。": (),
        "協議体の準備会。次回の日と、声をかける団体を決めた。": (
            ("次の話し合いの案内を出す", "SC", "協議体のみなさん"),
        ),
        "包括との打ち合わせ。閉じこもりがちな人への声かけの分担。": (
            ("分担の表を作って、包括に送る", "SC", "包括の担当"),
        ),
    },
    "linking": {
        "通いの場を探している人を、近くのサロンの見学につないだ。": (
            ("見学に来る人といっしょに行く", "SC", "相談のあった家族"),
        ),
        "草取りの手伝いを探している会に、中学校のボランティア部を紹介。": (
            ("日にちが決まったか、会に電話でたずねる", "SC", "会の代表"),
        ),
        "買い物バスの申し込みについて、社協の担当につないだ。": (),
    },
    "start_up": {
        "新しい体操の会の準備。会場の下見と、週1回で始められるかの相談。": (
            ("会場の空いている曜日を、公民館にたずねる", "SC", "会を始める人"),
            ("はじめの3回に来てくれる指導の人をさがす", "市職員", "会を始める人"),
        ),
        "空いている車庫でのお茶会を始めたい人と、最初の日を決めた。": (
            ("最初の日の案内を、となり近所にいっしょに配る", "SC", "会を始める人"),
        ),
    },
    "publicity": {
        "公民館だよりに、通いの場の紹介をのせてもらう原稿を渡した。": (
            ("原稿の直しを受け取り、のせる会に見てもらう", "SC", "公民館の担当"),
        ),
        "老人クラブの集まりで、通いの場の一覧を配った。": (),
    },
    "training": {"県の研修。ほかの市の助け合いの取り組みを聞く。": ()},
    "other": {"資料の整理。": (), "アンケートの集計。": ()},
}
_PLACES = {
    "meeting": ("地区公民館", "市役所 会議室", "地域包括支援センター", "社協 会議室"),
    "linking": ("電話", "窓口", "地区公民館"),
    "start_up": ("集会所", "地区公民館"),
    "publicity": ("地区公民館", "商業施設の掲示板"),
    "training": ("県社会福祉会館",),
    "other": ("事務所",),
    "visit": ("地区の集会所",),
}


@dataclass(frozen=True, slots=True)
class Noted:
    """A visit as it will be written.

    who        key of PEOPLE · days_ago  before the day of loading · place_at  which of the places in
               her areas, None for elsewhere
    values     of geo.visits.VisitValues, without the day, the place and next_on
    next_in    days from the day of loading until the next step is due, None without a day
    is_done    whether the step was taken
    """

    who: str
    days_ago: int
    place_at: int | None
    values: dict[str, Any]
    next_in: int | None
    is_done: bool


def visits() -> Iterator[Noted]:
    """The diary, person by person."""
    for at, (who, (count, empty)) in enumerate(PEOPLE.items()):
        rng = np.random.default_rng(SEED + 770 + at)
        for number in range(count):
            yield _noted(rng, who, number / count, is_empty=rng.random() < empty)


def _noted(rng: np.random.Generator, who: str, part: float, *, is_empty: bool) -> Noted:
    activity = str(rng.choice(list(_SHARES), p=list(_SHARES.values())))
    days_ago = int(DAYS * (1 - part) * rng.uniform(0.9, 1.0)) + int(rng.integers(0, 2))
    at_place = activity == "visit" or (activity == "start_up" and rng.random() < 0.4)
    values: dict[str, Any] = {"activity": activity}
    if not at_place:
        values["place"] = _one(rng, _PLACES[activity])
    if is_empty:
        return Noted(who, days_ago, _at(rng, at_place), values, None, is_done=False)
    values["note"] = _one(rng, tuple(_NOTES[activity]))
    if activity in ("visit", "meeting", "start_up") and rng.random() < 0.85:
        values["met"] = int(rng.integers(4, 19))
    if rng.random() < 0.8:
        values["minutes"] = int(rng.choice((30, 45, 60, 60, 90, 120)))
    next_in, is_done = None, False
    steps = _NOTES[activity][values["note"]]
    if steps and rng.random() < 0.7:
        step, by, promised = steps[int(rng.integers(len(steps)))]
        values |= {"next_step": step, "next_by": by, "promised": promised}
        is_done = days_ago > 21 and rng.random() < (0.8 if days_ago < 60 else 0.97)
        next_in = int(rng.integers(7, 29)) - days_ago  # promised for one to four weeks later
        if rng.random() < 0.12:
            next_in = None
    return Noted(who, days_ago, _at(rng, at_place), values, next_in, is_done=is_done)


def _at(rng: np.random.Generator, at_place: bool) -> int | None:
    """Some places are gone to often, some never."""
    return int(rng.integers(0, 1000) ** 2 // 1000) if at_place else None


def _one(rng: np.random.Generator, several: Sequence[str]) -> str:
    return several[int(rng.integers(len(several)))]


def counted(number: int, *, is_exercise: bool) -> dict[str, Any]:
    """What 実施状況調査 asks of the n-th 通いの場; {} for one in five, of which nobody has asked."""
    rng = np.random.default_rng(SEED + 9_000 + number)
    if number % 5 == 4:
        return {}
    people = int(rng.integers(7, 19))
    men = int(rng.integers(0, people // 3 + 1))
    older = int(rng.integers(people // 2, people))
    said: dict[str, Any] = {
        "main_activity": "exercise" if is_exercise else _one(rng, ("tea", "tea", "meal", "hobby")),
        "venue_type": _one(rng, ("hall",) * 7 + ("home", "shop", "care_facility")),
        "provider_type": _one(rng, ("resident_group", "neighbourhood", "senior_club")),
        "subsidised": _one(rng, ("yes", "yes", "no")),
        "participants": people,
        "participants_men": men,
        "participants_women": people - men,
        "participants_65_74": people - older,
        "participants_75": older,
        "started_on": f"{int(rng.integers(2006, 2025))}-{_one(rng, ('04', '05', '10'))}-01",
    }
    if number % 3 == 0:
        said["frequency"] = "weekly" if is_exercise else _one(rng, ("two_to_four", "monthly"))
    if number % 7 == 3:  # only the number of heads is known
        for name in ("participants_men", "participants_women", "participants_65_74"):
            del said[name]
    return said
