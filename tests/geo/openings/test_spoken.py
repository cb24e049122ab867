"""読み上げる日時: what somebody says on the telephone."""

import pytest

from geo.openings import parse_openings
from geo.openings.spoken import spoken


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        (("火", "10:00", "11:30"), "毎週火曜、10時から11時半まで"),
        (("第2・第4火曜", "13:30", "15:00"), "第2・第4火曜、13時半から15時まで"),
        (("毎月15日", "9:15", ""), "毎月15日、9時15分から"),
        (("毎週木曜（祝日は休み）", "10:00", "11:00"), "毎週木曜、10時から11時まで（祝日は休み）"),
        (("不定期", "", ""), "不定期（主催者に確かめてください）"),
        (("火", "", ""), "毎週火曜"),
    ],
)
def test_hours_are_said_as_people_say_them(cells, said):
    assert spoken(parse_openings(*cells)) == said


def test_two_openings_are_one_breath_and_none_is_silence():
    assert spoken(parse_openings("火・木", "10:00", "11:00")) == "毎週火・木曜、10時から11時まで"
    assert spoken(()) == ""
