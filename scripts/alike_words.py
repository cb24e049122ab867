"""The words and points of geo.twins for who reckons without a network, and the cases both sides are held to.

    .venv/bin/python -m scripts.alike_words

writes static/js/field/alike_words.js and tests/js/alike_cases.json; tests/geo/test_twins.py fails until it was done.
"""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from geo import name_forms, twins, words
from geo.twins import Entry

HOUSE = Path(__file__).parents[1]
SCRIPT = HOUSE / "static/js/field/alike_words.js"
CASES = HOUSE / "tests/js/alike_cases.json"
_POINTS = (
    *("TOLD", "CLOSEST", "SAME_NAME", "PLAIN_NAME", "MOVED", "SAME_CORE", "PLACE_AND_WORD", "PART"),
    *(
        "PLACE_ONLY",
        "OTHER_FRAME",
        "AS_READ",
        "LIKE_FROM",
        "LIKE_MOST",
        "SLIP_FROM",
        "WHERE_MOST",
        "BY_METRES",
    ),
    *(
        "FAR",
        "ROUGH_NEAR_M",
        "ROUGH_FAR_M",
        "SAME_ADDRESS",
        "SAME_BLOCK",
        "SAME_TOWN",
        "OTHER_TOWN",
    ),
    *("SAME_PHONE", "COMMON_PHONE", "OTHER_PHONE", "SAME_PROVIDER", "SAME_KIND", "LIKE_KIND"),
    *("OTHER_KIND", "LIKE_KIND_OTHER_WORDS", "WITHOUT_NAME", "M_PER_DEGREE"),
)


def script() -> str:
    """The module, one line a value."""
    variants = dict(zip(words._VARIANTS, words._EVERYDAY, strict=True)) | words._SMALL_KE
    told = {
        "POINTS": {name: getattr(twins, name) for name in _POINTS},
        "LEGAL": name_forms.LEGAL,
        "CONTRAST": name_forms.CONTRAST,
        "COUNTED": name_forms.COUNTED,
        "VARIANTS": variants,
        "WORDS": dict(sorted(name_forms.table().items())),
    }
    lines = (
        f"export const {name} = {json.dumps(value, ensure_ascii=False)}"
        for name, value in told.items()
    )
    return (
        "// Written by scripts/alike_words.py from geo/twins.py and data/name_words.csv.\n"
        + "\n".join(lines)
        + "\n"
    )


def cases() -> str:
    """Pairs of entries with the points and reasons that Python gives them, one a line."""
    lines = []
    for one, other, common in pairs():
        found = twins.compare(one, other, common)
        case: dict[str, Any] = {
            "one": _plain(one),
            "other": _plain(other),
            "common": sorted(common),
        }
        case |= {"score": found.score, "reasons": found.reasons}
        lines.append(json.dumps(case, ensure_ascii=False))
    return "[\n" + ",\n".join(lines) + "\n]\n"


def _plain(entry: Entry) -> dict[str, Any]:
    return {name: value for name, value in asdict(entry).items() if value not in ("", (), None)}


_HERE = {
    "kind": "salon",
    "family": ("gathering_place",),
    "lon": 136.0,
    "lat": 32.5,
    "place_level": "building",
}
_NAMES = (
    ("茶話会 まつば", "茶話会まつば"), ("ふれあいサロン松葉", "松葉ふれあいサロン"), ("（医）林病院", "医療法人 林病院"),
    ("株式会社みなとや", "㈱みなとや"), ("スーパーみなとや 川東店", "スーパーみなとや"), ("スーパーみなとや川東店", "スーパーみなとや城下店"),
    ("オレンジカフェ（中央）", "オレンジカフェ 中央"), ("（医）斎藤医院", "（医）斉藤医院"), ("第１和上苑", "第２和上苑"),
    ("第一ひまわり会", "第1ひまわり会"), ("緑丘一丁目サロン", "緑丘二丁目サロン"), ("緑丘二十三区サロン", "緑丘23区サロン"),
    ("いきいき体操 松葉", "いきいき体操 緑丘"), ("松葉囲碁クラブ", "松葉将棋クラブ"), ("なぎさ会", "なぎさの会"),
    ("ひだまりカフェ", "ﾋﾀﾞﾏﾘｶﾌｪ"), ("東ひまわりの会", "西ひまわりの会"), ("コミセンひだまり", "ひだまり コミュニティーセンター"),
    ("髙橋さんちの縁側", "高橋さんちの縁がわ"), ("ひまわりＡ", "ひまわりＢ"), ("会", "会館"), ("かがやき倶楽部", "かがやきクラブ"),
    ("あじさいサロン", "あじさいサロン（松葉公民館）"), ("ほのぼの茶屋", "ほのぼの茶や"), ("いきいきサロン", "ふれあいサロン"),
)  # fmt: skip
_BESIDE: tuple[tuple[dict[str, Any], dict[str, Any]], ...] = (
    ({}, {}),
    ({"address": "みほん県みほん市松葉一丁目７番３号"}, {"address": "松葉1-7-3", "kind": "ibasho", "lat": 32.502}),
    ({"phone": "0000-40-1234", "address": "松葉1-7"}, {"phone": "０００－４０－１２３４", "lat": None, "lon": None}),
    ({"phone": "0000-40-1234", "kind": "pharmacy", "family": ()}, {"phone": "0000-40-1235", "lat": 32.51}),
    ({"provider": "社会福祉法人汐風会", "place_level": "district"}, {"provider": "（福）汐風会", "lon": 136.02}),
)  # fmt: skip


def pairs() -> list[tuple[Entry, Entry, frozenset[str]]]:
    """Every pair of names beside every difference of place, and some of readings."""
    found = [
        (Entry("1", one, **_HERE | left), Entry("2", other, **_HERE | right), frozenset[str]())
        for one, other in _NAMES
        for left, right in _BESIDE
    ]
    read = Entry(
        "1",
        "松葉の日だまり",
        "マツバノヒダマリ",
        ("車庫サロン",),
        **_HERE | {"phone": "0000-40-1234"},
    )
    for name in ("まつばのひだまり", "車庫サロン", "車庫", "松葉ひだまりサロン", "日だまり"):
        other = Entry("2", name, **_HERE | {"phone": "0000-40-1234"})
        found += [(read, other, frozenset()), (read, other, frozenset({"0000401234"}))]
    halls = (
        ("東新町ひまわり会", "西新町向日葵会", "新町1-2-3"), ("西桜町ひまわり会", "ふれあいサロン桜町", "桜町2丁目17番9号"),
        ("長浜料理教室（長浜）", "長浜料理教室", "長浜1丁目11"), ("北が丘サロン", "北ヶ丘サーロン", "北ケ丘三丁目1-2"),
        ("第・二老人クラブ", "第２老人クラブ", "新町"), ("ドラッグあおい 平瀬店", "ドラッグあい平瀬店", "平瀬3-12-3"),
        ("田ノ浦茶話会", "西田の浦ひまわり会", "田ノ浦1丁目15番12号"), ("松葉公民館", "松葉公民館サロン", "松葉1-7-3"),
    )  # fmt: skip
    for one, other, address in halls:
        here = _HERE | {"address": address}
        found.append((Entry("1", one, **here), Entry("2", other, **here), frozenset()))
        found.append((Entry("1", one, **here), Entry("2", other, **_HERE), frozenset()))
    two = _HERE | {"address": "栄町2丁目17番15号"}, _HERE | {"address": "花園町2丁目1番"}
    for one, other in (
        ("栄町第二老人クラブ", "花園町第2老人クラブ"),
        ("栄町サロン", "花園町サロン"),
    ):
        found.append((Entry("1", one, **two[0]), Entry("2", other, **two[1]), frozenset()))
    return found


if __name__ == "__main__":
    SCRIPT.write_text(script(), encoding="utf-8")
    CASES.write_text(cases(), encoding="utf-8")
