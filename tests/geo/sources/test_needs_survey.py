"""ニーズ調査: answers with how many gave them, and no finer than they hold for."""

import pytest

from geo.errors import Unreadable
from geo.sources import population
from geo.sources.mihon.population import population_files

HEADER = "日常生活圏域,年齢,配布数,回答数,自分で運転しない人\n"


@pytest.fixture
def deliver(tmp_path):
    def read(text):
        path = tmp_path / "survey.csv"
        path.write_bytes(text if isinstance(text, bytes) else text.encode("cp932"))
        return population.read(path, "碁盤町", "99001")

    return read


def test_mihon_s_survey_keeps_how_many_answered(deliver):
    table = deliver(population_files()["needs_survey_R7.csv"])
    assert table.form == "survey"
    own = {area.name: area.counts for area in table.areas}["中央圏域"]
    assert own["answers", "both", (75, 84)] == 232
    assert own["not_driving", "both", (75, 84)] == 107
    assert len(table.areas) == 4


def test_the_name_of_an_area_stands_in_its_first_row(deliver):
    table = deliver(
        f"{HEADER}山の手,65～74歳,90,50,9\n,75歳以上,80,40,20\n浜の手,65～74歳,90,60,8\n"
    )
    assert [area.name for area in table.areas] == ["山の手", "浜の手"]
    assert table.areas[0].counts["not_driving", "both", (75, None)] == 20


def test_a_share_becomes_a_count_of_those_who_answered(deliver):
    table = deliver("圏域,年齢,回答数,自分で運転しない人の割合(%)\n山の手,75歳以上,40,52.5%\n")
    assert table.areas[0].counts["not_driving", "both", (75, None)] == 21
    assert "counts_from_shares" in table.assumptions


def test_of_fewer_than_ten_answers_nothing_else_is_kept(deliver):
    table = deliver(f"{HEADER}山の手,85歳以上,20,9,8\n")
    counts = table.areas[0].counts
    assert (counts["answers", "both", (85, None)], counts["not_driving", "both", (85, None)]) == (
        9,
        None,
    )
    assert [one.reason for one in table.remarks] == ["too_few_answers"]


@pytest.mark.parametrize(
    "text",
    [
        "町名,年齢,回答数,自分で運転しない人\n松葉,75歳以上,40,20\n",
        "日常生活圏域,地区,年齢,回答数,自分で運転しない人\n山の手,松葉,75歳以上,40,20\n",
        "日常生活圏域,性別,年齢,回答数,自分で運転しない人\n山の手,男,75歳以上,40,20\n",
    ],
)
def test_a_finer_split_is_refused(deliver, text):
    with pytest.raises(Unreadable, match="survey_too_fine"):
        deliver(text)


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("山の手,75歳以上,80,40,41", "parts_exceed_total"),
        ("山の手,75歳以上,80,,20", "no_answers_said"),
        ("山の手,75歳以上,80,-4,2", "negative"),
        ("山の手,75歳以上,80,40.5,2", "not_a_count"),
        ("山の手,お年寄り,80,40,2", "unknown_category"),
    ],
)
def test_an_answer_that_cannot_be_is_refused(deliver, row, why):
    table = deliver(f"{HEADER}{row}\n浜の手,75歳以上,80,40,20\n")
    assert [one.reason for one in table.refused] == [why]


def test_a_survey_without_an_answer_is_refused(deliver):
    with pytest.raises(Unreadable, match="no_rows"):
        deliver(HEADER)
