"""Headings of population tables: what they count."""

import pytest

from geo.sources.population_labels import ALONE, HOUSEHOLDS, PEOPLE, Label, read

ALL = (0, None)


@pytest.mark.parametrize(
    ("words", "sex", "ages"),
    [
        ("総人口", "both", ALL),
        ("人口総数", "both", ALL),
        ("総数（人）", "both", ALL),
        ("男", "men", ALL),
        ("男総数", "men", ALL),
        ("女性", "women", ALL),
        ("0-4歳の男性", "men", (0, 4)),
        ("８５歳以上の女性", "women", (85, None)),
        ("　６５歳以上人口　総数", "both", (65, None)),
        ("男(0～14歳)", "men", (0, 14)),
        ("65歳以上男性", "men", (65, None)),
        ("0〜4", "both", (0, 4)),
        ("85～", "both", (85, None)),
        ("15歳未満", "both", (0, 14)),
        ("100歳以上 計", "both", (100, None)),
        ("年少人口（0～14歳）", "both", (0, 14)),
        ("老年人口", "both", (65, None)),
        ("うち75歳以上", "both", (75, None)),
        ("15～19歳 男女計", "both", (15, 19)),
        ("https://code4fukui.github.io/rdf/#population", "both", ALL),
    ],
)
def test_people_by_sex_and_age(words, sex, ages):
    assert read(words) == Label(PEOPLE, sex, ages, "")


def test_homes_people_alone_and_parts_of_the_people():
    assert read("世帯数") == Label(HOUSEHOLDS, "both", ALL, "")
    assert read("code4fukui.github.io/rdf/#number_of_households").measure == HOUSEHOLDS
    assert read("一人暮らしの65歳以上") == Label(ALONE, "both", (65, None), "")
    assert read("外国人 男") == Label(PEOPLE, "men", ALL, "foreign")
    assert read("日本人").group == "japanese"


@pytest.mark.parametrize(
    "words",
    [
        *("高齢化率", "65歳以上の割合", "前年比", "人口増減", "人口密度", "面積", "備考", ""),
        *("施設数", "料金", "鯖江", "headcount", "１人世帯数　一般世帯数", "150歳以上", "9～5歳"),
        "６５歳以上世帯員のいる一般世帯数　一般世帯数",
    ],
)
def test_what_is_not_people_is_not_read_as_people(words):
    assert read(words) is None


def test_a_bare_number_is_an_age_only_in_a_column_of_ages():
    assert read("65") is None
    assert read("65", is_age=True).ages == (65, 65)
    assert read("100以上", is_age=True).ages == (100, None)
