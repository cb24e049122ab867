"""自分で運転しない人: a survey's share of an area, with its answers, and of no finer question."""

import pytest

from geo import intake
from geo.gap_drivers import not_driving
from geo.intake import Delivery
from geo.records import districts
from tests.geo.gap_asking import TOWN

HEADER = "日常生活圏域,年齢,配布数,回答数,自分で運転しない人"


@pytest.fixture
def survey(db, tmp_path, var):
    """survey(answers, not driving) of everybody of 75 in the first 圏域; its id."""
    first, *others = districts.list_at_level(db, TOWN, "living_area")

    def deliver(answers, without):
        path = tmp_path / "survey.csv"
        rows = [f"{first.name},65～74歳,90,50,9", f"{first.name},75歳以上,90,{answers},{without}"]
        rows += [f"{one.name},75歳以上,90,12,6" for one in others]
        path.write_bytes("\n".join([HEADER, *rows, ""]).encode("cp932"))
        intake.run_population(db, TOWN, Delivery(path, var / "originals"))
        return first.id

    return deliver


def test_without_a_survey_nobody_says(salon, ask, db):
    salon(0, 3)
    assert not_driving(db, TOWN, ask("living_area", age="75")) is None


def test_the_share_of_the_area_with_how_many_answered(salon, ask, survey, db):
    salon(0, 3)
    area = survey(40, 30)
    found = ask("living_area", age="75", minutes="13")
    told = not_driving(db, TOWN, found).areas[area]
    beyond = next(row for row in found.rows if row.id == area).leading.tally.beyond[0, 0]
    assert (told.answers, told.not_driving) == (40, 30)
    assert told.beyond == pytest.approx(beyond * 0.75)
    younger = not_driving(db, TOWN, ask("living_area", age="65", minutes="13")).areas[area]
    assert (younger.answers, younger.not_driving) == (90, 39)


def test_finer_areas_and_other_ages_have_no_answer(salon, ask, survey, db):
    salon(0, 3)
    survey(40, 30)
    assert not_driving(db, TOWN, ask("elementary", age="75")) is None
    assert not_driving(db, TOWN, ask("living_area", age="85")) is None
    assert not_driving(db, TOWN, ask("living_area", age="0")) is None
