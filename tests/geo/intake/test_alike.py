"""Names at one place that may be one thing's; and the remark about them."""

import pytest

from geo import intake
from geo.intake import Delivery
from geo.intake.alike import are_alike
from geo.scope import house
from tests.conftest import TOWN


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("茶話会 まつば", "茶話会まつば"),
        ("ふれあいサロン松葉", "松葉ふれあいサロン"),
        ("（医）林病院", "医療法人 林病院"),
        ("株式会社みなとや", "㈱みなとや"),
        ("スーパーみなとや 川東店", "スーパーみなとや"),
        ("オレンジカフェ（中央）", "オレンジカフェ 中央"),
        ("（医）斎藤医院", "（医）斉藤医院"),
        ("コミュニティセンター柳荘", "コミュニティーセンター柳荘"),  # 越前市, both spellings
    ],
)
def test_two_spellings_of_one_name_are_alike(one, other):
    assert are_alike(one, other, same_kind=True)
    assert are_alike(other, one, same_kind=True)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("第１和上苑", "第２和上苑"),
        ("緑丘一丁目サロン", "緑丘二丁目サロン"),
        ("スーパーみなとや 川東店", "スーパーみなとや 城下店"),
        ("いきいき体操 松葉", "いきいき体操 緑丘"),
        ("武生東小学校", "武生東公民館"),
        ("会", "会館"),
    ],
)
def test_two_things_of_one_sort_are_not(one, other):
    assert not are_alike(one, other, same_kind=True)


def test_of_two_kinds_only_the_same_name_is_the_same_thing():
    assert are_alike("（医）林病院", "林病院", same_kind=False)
    assert not are_alike("ふれあいサロン松葉", "松葉ふれあいサロン", same_kind=False)
    assert not are_alike("中央公民館", "中央公民館図書室", same_kind=False)


HEADER = "ID,名称,住所,緯度,経度,種別\n"


@pytest.fixture
def told(db, tmp_path):
    """told(row, …) -> (row, code, detail) of what may be one thing."""

    def bring(*rows):
        path = tmp_path / "list.csv"
        path.write_text(HEADER + "\n".join(rows) + "\n", encoding="utf-8")
        run = intake.run_resources(db, house(TOWN), Delivery(path, tmp_path / "o"))
        lines = [line for line in run.report["rows"] if line["reason"].startswith("alike")]
        return [(line["row"], line["reason"], line["detail"]) for line in lines]

    return bring


# one block is 80 m: 0.0004 degrees of latitude are 44 m, 0.0005 are 56 m
def test_within_a_delivery_each_pair_is_told_once(told):
    assert told(
        "1,なぎさ会,汐見9,32.6000,136.3,サロン",
        "2,なぎさの会,汐見8,32.6004,136.3,サロン",  # too short to be one: なぎさ会 / なぎさの会
        "3,なぎさ 会,汐見7,32.6004,136.3,サロン",
        "4,なぎさ会,汐見6,32.6005,136.3,サロン",
        "5,なぎさ会,汐見5,32.6000,136.3,薬局",
    ) == [(2, "alike_near", "なぎさ 会（44m）"), (4, "alike_near", "なぎさ会（11m）")]


def test_against_the_register_by_place_or_by_address(db, told):
    """碁盤町 has 茶話会 まつば at 松葉一丁目7番3号, corner (8, 28)."""
    assert told("1,茶話会まつば,松葉1-7-3,,,サロン", "2,茶話会まつば,松葉,,,サロン") == [
        (2, "alike_address", "茶話会 まつば")
    ]
    assert (
        told("1,茶話会まつば,松葉1-7-3,,,サロン", "2,茶話会まつば,松葉,,,サロン") == []
    )  # unchanged


def test_one_office_with_two_services_is_two_on_purpose(told):
    assert (
        told(
            ",なぎさ会,汐見9,32.6,136.3,サロン",
            ",なぎさ会,汐見9,32.6,136.3,ふれあいサロン",
            ",なぎさ会,汐見9,32.6,136.3,介護予防教室",
        )
        == []
    )
