"""A register of 1,000 entries with 100 planted pairs, made hard on purpose: what tests measure duplicates on.

The entries are those of みほん市's own lists and variants of them in the same manner: several groups in each hall
with one address and one telephone, one name in many towns (ふれあいサロン〜, いきいき体操〜), chains with branches, numbered
halls and clubs, flowers that many groups are called after, offices of one provider side by side, a salon and a
茶話会 of one town. They are what false alarms come from.

A planted pair is one of them written once more as another person writes it, with two to four changes at once.
"""

import random
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import replace
from math import sin
from uuid import UUID

from geo.twins import Entry

FLOWERS = (
    *("ひまわり", "あじさい", "すみれ", "さくら", "コスモス", "つくし", "なでしこ", "ほほえみ", "なごみ", "やすらぎ"),
    *("ひだまり", "こもれび", "かがやき", "わかば", "ゆうゆう", "のんびり", "さつき", "たんぽぽ", "せせらぎ", "あおぞら"),
)  # fmt: skip
KANA = str.maketrans({chr(k): chr(k + 0x60) for k in range(0x3041, 0x3097)})
WORK = (
    *("{}囲碁クラブ", "{}将棋愛好会", "健康マージャン {}", "{}カラオケ同好会", "手芸の会 {}", "{}絵手紙教室"),
    *("{}老人クラブ", "{}料理教室", "コーラス{}", "グラウンドゴルフ{}", "{}書道会", "{}いきいき百歳体操"),
)  # fmt: skip
READ = {
    "囲碁": "いご",
    "将棋": "しょうぎ",
    "手芸": "しゅげい",
    "体操": "たいそう",
    "教室": "きょうしつ",
    "会": "かい",
}


def town(
    city: Sequence[Entry], towns: Sequence[tuple[str, str]], seed: int
) -> tuple[list[Entry], set[frozenset[str]]]:
    """(1,000 entries, the 100 planted pairs by ids). ``city``: みほん市's; ``towns``: (name, kana)."""
    draw = random.Random(seed)  # noqa: S311 - a town, not a secret
    entries = _filled(list(city), towns, draw)[:900]
    chosen = draw.sample(entries, 100)
    copies = [_again(entry, draw) for entry in chosen]
    pairs = {frozenset((one.id, other.id)) for one, other in zip(chosen, copies, strict=True)}
    return entries + copies, pairs


def _id(draw: random.Random) -> str:
    return str(UUID(int=draw.getrandbits(128)))


def _filled(
    city: list[Entry], towns: Sequence[tuple[str, str]], draw: random.Random
) -> list[Entry]:
    """The city's entries among others of the same manner, 900 in all."""
    draw.shuffle(city)
    made = city[:560]
    free = draw.sample(
        list(towns), len(towns)
    )  # each once: a second ふれあいサロン in one town would be a twin
    spots = [entry for entry in city if entry.address and entry.lon]
    while len(made) < 900:
        name, kana = free.pop()
        hall = draw.choice(spots)
        town_at = f"{name}{draw.randint(1, 3)}丁目{draw.randint(1, 20)}番{draw.randint(1, 15)}号"
        lon, lat = hall.lon + draw.uniform(-0.01, 0.01), hall.lat + draw.uniform(-0.01, 0.01)
        phone = f"0000-{draw.randint(60, 99)}-{draw.randint(0, 9999):04d}"
        here = {"address": town_at, "place_level": "building", "phone": phone}
        provider = f"{name}自治会"

        def add(
            title: str,
            read: str,
            kind: str = "salon",
            there: dict = here,
            at: tuple = (lon, lat),
            by: str = provider,
        ) -> None:
            family = ("gathering_place", "health", "exchange")
            made.append(
                Entry(
                    _id(draw),
                    title,
                    read,
                    (),
                    kind,
                    family,
                    lon=at[0],
                    lat=at[1],
                    provider=by,
                    **there,
                )
            )

        for work in draw.sample(WORK, draw.randint(2, 4)):
            title = work.format(name)
            kind = "exercise_group" if "体操" in work else "hobby_group"
            add(title, "", kind)
        add(f"ふれあいサロン{name}", f"フレアイサロン{kana}")
        if draw.random() < 0.5:
            add(f"{name}茶話会", f"{kana}サワカイ")
        if draw.random() < 0.5:
            flower = draw.choice(FLOWERS)
            add(f"{flower}の会", flower.translate(KANA) + "ノカイ")
            add(f"サロン{draw.choice([f for f in FLOWERS if f != flower])}", "")
        if draw.random() < 0.3:
            for number in "一二":
                add(
                    f"{name}第{number}老人クラブ",
                    f"{kana}ダイ{'イチ' if number == '一' else 'ニ'}ロウジンクラブ",
                    "senior_club",
                )
        if draw.random() < 0.3:
            for side in "東西":
                add(f"{side}{name}ひまわり会", "", "salon")
        if draw.random() < 0.2:
            shop = {**here, "phone": f"0000-{draw.randint(10, 39)}-{draw.randint(0, 9999):04d}"}
            add(f"ドラッグあおい {name}店", "", "pharmacy", shop, by="株式会社あおい")
    return made


# ── what another person does with the same thing ──


def _name_spelt(entry: Entry, draw: random.Random) -> Entry:
    swaps = [
        ("ふれあい", "ふれ愛"), ("いきいき", "生き生き"), ("の会", "会"), ("クラブ", "倶楽部"), ("センター", "センタ"),
        ("サロン", "さろん"), ("カフェ", "かふぇ"), ("体操", "たいそう"), ("ひまわり", "向日葵"), ("さくら", "桜"), ("みほん", "ミホン"),
        ("医院", "いいん"), ("公民館", "コミュニティセンター"), ("高", "髙"), ("沢", "澤"), ("ケ丘", "ヶ丘"), ("が丘", "ヶ丘"),
    ]  # fmt: skip
    fits = [swap for swap in swaps if swap[0] in entry.name]
    if not fits:
        return _name_dotted(entry, draw)
    old, new = draw.choice(fits)
    return replace(entry, name=entry.name.replace(old, new, 1))


def _name_dotted(entry: Entry, draw: random.Random) -> Entry:
    at = draw.randint(1, max(1, len(entry.name) - 1))
    sign = draw.choice((" ", "　", "・"))
    return replace(entry, name=entry.name[:at] + sign + entry.name[at:])


def _name_wide(entry: Entry, draw: random.Random) -> Entry:
    name = unicodedata.normalize("NFKC", entry.name)
    return replace(entry, name="".join(_half(sign) for sign in name), kana="")


def _half(sign: str) -> str:
    return chr(ord(sign) + 0xFEE0) if "!" <= sign <= "~" else sign


def _name_moved(entry: Entry, draw: random.Random) -> Entry:
    for word in (
        "ふれあいサロン",
        "いきいき百歳体操",
        "いきいき体操",
        "サロン",
        "茶話会",
        "老人クラブ",
        "手芸の会",
        "コーラス",
    ):
        if word in entry.name and (rest := entry.name.replace(word, "").strip(" 　")):
            moved = f"{word}{rest}" if not entry.name.startswith(word) else f"{rest}{word}"
            return replace(entry, name=moved)
    if entry.provider and entry.kind in ("salon", "hobby_group"):
        return replace(entry, name=f"{entry.name}（{entry.provider.removesuffix('自治会')}）")
    return _name_dotted(entry, draw)


def _name_legal(entry: Entry, draw: random.Random) -> Entry:
    for long, short in (
        ("株式会社", "㈱"),
        ("有限会社", "（有）"),
        ("社会福祉法人", "（福）"),
        ("医療法人", "（医）"),
        ("NPO法人", "特定非営利活動法人"),
    ):
        if long in entry.name:
            return replace(entry, name=entry.name.replace(long, short))
    before = draw.choice(("地域の", "みんなの", "NPO法人 ")) if entry.kind == "salon" else ""
    return replace(entry, name=before + entry.name) if before else _name_dotted(entry, draw)


def _name_read(entry: Entry, draw: random.Random) -> Entry:
    """In kana, as somebody heard it on the telephone."""
    if not entry.kana:
        return _name_spelt(entry, draw)
    kana = "".join(chr(ord(s) - 0x60) if "ァ" <= s <= "ヶ" else s for s in entry.kana)
    return replace(entry, name=kana, kana="")


def _name_nick(entry: Entry, draw: random.Random) -> Entry:
    """By what people call it; one of the two says both."""
    nick = draw.choice(
        ("車庫", "みちこさん家", "ぽっかぽか", "角の店", "にこにこ", "丘の上")
    ) + draw.choice(("", "サロン", "の会"))
    return replace(entry, name=nick, kana="", other_names=(entry.name,))


def _name_typo(entry: Entry, draw: random.Random) -> Entry:
    """A sign of kana left out or written for another."""
    at = [i for i, sign in enumerate(entry.name) if "ぁ" <= sign <= "ヶ" and i]
    if len(at) < 4:
        return _name_dotted(entry, draw)
    hit = draw.choice(at)
    wrong = draw.choice(("", "", "い", "ラ"))
    return replace(entry, name=entry.name[:hit] + wrong + entry.name[hit + 1 :], kana="")


NAMES: tuple[Callable[[Entry, random.Random], Entry], ...] = (
    *(_name_spelt, _name_dotted, _name_wide, _name_moved, _name_legal, _name_read, _name_nick, _name_typo),
)  # fmt: skip


def _address(entry: Entry, draw: random.Random) -> Entry:
    text = unicodedata.normalize("NFKC", entry.address)
    ways = [
        text.replace("丁目", "-")
        .replace("番地", "-")
        .replace("番", "-")
        .replace("号", "")
        .rstrip("-"),
        "みほん県みほん市" + text.removeprefix("みほん県みほん市").removeprefix("みほん市"),
        "".join(_half(sign) for sign in text),
        text.split("丁目")[0] + "丁目" if "丁目" in text else text,
        "",
    ]
    return replace(entry, address=draw.choice(ways))


def _pin(entry: Entry, draw: random.Random) -> Entry:
    if entry.lon is None or entry.lat is None:
        return entry
    metres, turn = draw.uniform(30, 300), draw.uniform(0, 6.283)
    north, east = metres * sin(turn) / 111_320, metres * sin(turn + 1.571) / 93_800
    return replace(entry, lon=entry.lon + east, lat=entry.lat + north)


def _phone(entry: Entry, draw: random.Random) -> Entry:
    return replace(
        entry,
        phone=draw.choice(
            (
                "",
                "",
                f"0000-{draw.randint(0, 99):02d}-{draw.randint(0, 9999):04d}",
                f"電話 {entry.phone}",
            )
        ),
    )


def _kind(entry: Entry, draw: random.Random) -> Entry:
    others = {
        "salon": ("ibasho", "community_cafe"),
        "exercise_group": ("prevention_class",),
        "hobby_group": ("learning_class",),
    }
    return replace(entry, kind=draw.choice(others[entry.kind])) if entry.kind in others else entry


def _nameless(entry: Entry, draw: random.Random) -> Entry:
    return replace(entry, provider="", kana="")


def _again(entry: Entry, draw: random.Random) -> Entry:
    """The same thing, written by somebody else: its name changed, and one to three things more."""
    other = draw.choice(NAMES)(entry, draw)
    for change in draw.sample((_address, _pin, _phone, _kind, _nameless), draw.randint(1, 3)):
        other = change(other, draw)
    return replace(other, id=_id(draw))
