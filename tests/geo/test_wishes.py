"""使えるか、来てくれるか: who may come and who is come to, worked out by hand in 碁盤町.

The square's middle lies near corner (8, 8): in 西中学校, 汐見小学校, 山の手圏域 (x up to 24). Another near (30, 30) lies
in 東中学校, 緑丘小学校, 浜の手圏域.
"""

from datetime import date

import pytest

from geo import lookup, squares
from geo.kinds import vocabulary
from geo.open_entries import EntriesInMemory
from geo.records import service_areas
from geo.scope import EVERYBODY, Scope
from geo.sources.model_town import corner_lonlat
from geo.wishes import Wish
from tests.conftest import TOWN
from tests.routes.making import make

TODAY = date(2026, 11, 30)  # a Monday
HERE, THERE = (squares.square_of(corner_lonlat(*at)) for at in ((8, 8), (30, 30)))
PUBLIC = Scope(TOWN, EVERYBODY.role)
# every value that the register knows, and what 「介護の認定がなくても使える」 makes of it (PRACTICE)
WITHOUT_CERTIFICATE = {
    "anyone": "YES",
    "over_65": "YES",
    "support_needed": "NO",
    "care_certified": "NO",
    "town_only": "UNKNOWN",
    "members": "UNKNOWN",
    "unknown": "UNKNOWN",
}


@pytest.fixture
def ask(db):
    """ask(square, **wished) → name → what is near it; as the crow flies, for ways are no matter here."""

    def asking(square=HERE, **words):
        entries = EntriesInMemory().of(db, TOWN)
        wish = Wish.parse(words, entries.kinds)
        there = lookup.around(db, PUBLIC, entries, square)
        found = lookup.nearby(entries, None, {}, square, there, wish, TODAY)
        return {one.resource.name: one for one in (*found.walked, *found.brought)}

    return asking


def comes(db, name, *areas, kind="meal_delivery", **values):
    """Something that comes to the home, with what its list says of its areas."""
    said = [{"name": area, "note": note} for area, note in areas]
    return make(db, name=name, kind=kind, public=True, service_areas=said, **values)


def test_every_word_of_who_may_come_has_its_answer():
    assert set(WITHOUT_CERTIFICATE) == set(vocabulary("eligibility"))


@pytest.mark.parametrize(("eligibility", "fit"), WITHOUT_CERTIFICATE.items())
@pytest.mark.parametrize("kind", ["salon", "meal_delivery", "outing_support"])
def test_without_a_certificate_each_who_may_come_is_taken_left_out_or_asked(
    db, ask, kind, eligibility, fit
):
    where = {"place": list(corner_lonlat(9, 8))} if kind == "salon" else {}
    make(db, name="たずねる会", kind=kind, public=True, eligibility=eligibility, **where)
    one = ask(kind=kind, no_certificate="1").get("たずねる会")
    assert (one.fit.name if one else "NO") == fit
    assert ask(kind=kind)["たずねる会"].fit.name == "YES"  # nothing was wished


@pytest.mark.parametrize(
    ("areas", "here", "there"),
    [
        ([("町内全域", "")], "covers", "covers"),
        ([("西中学校区", "")], "covers", "no"),
        ([("東中学校区", "")], "no", "covers"),
        ([("西中学校区", ""), ("東中学校区", "")], "covers", "covers"),
        ([("汐見小学校", ""), ("浜風小学校", "")], "covers", "no"),
        ([("町内全域", "浜の手圏域を除く")], "covers", "no"),
        ([("町内全域", "山の手圏域・汐見小学校を除く")], "no", "covers"),
        ([("山の手圏域", "一部")], "ask", "no"),
        ([("西中学校区", "一部"), ("山の手圏域", "")], "covers", "no"),
        ([("町内全域", "どこか遠くを除く")], "ask", "ask"),
        ([("となり町", "")], "no", "no"),
        ([], "ask", "ask"),
    ],
    ids=lambda value: "・".join(f"{n}{o}" for n, o in value) or "-" if isinstance(value, list) else value,
)  # fmt: skip
def test_what_comes_comes_where_it_says_and_is_asked_where_it_does_not_say(
    db, ask, areas, here, there
):
    id_ = comes(db, "弁当", *areas)
    for square, expected in ((HERE, here), (THERE, there)):
        held = service_areas.list_covering(db, PUBLIC, squares.box_of(square))
        said = {True: "covers", False: "ask", None: "no" if areas else "ask"}[held.get(id_)]
        assert said == expected
        one = ask(square, topic="meals").get("弁当")
        assert (one is None) == (expected == "no")
        assert one is None or one.covers == (expected == "covers")


@pytest.mark.parametrize(
    ("areas", "expected"),
    [
        ([("西中学校区", "")], "ask"),  # its border runs through the square
        ([("東中学校区", "")], "ask"),
        ([("西中学校区", ""), ("東中学校区", "")], "covers"),
        ([("町内全域", "東中学校区を除く")], "ask"),
        ([("町内全域", "東中学校区を除く"), ("東中学校区", "一部")], "ask"),
        ([("町内全域", "")], "covers"),
    ],
    ids=lambda value: "・".join(f"{n}{o}" for n, o in value) if isinstance(value, list) else value,
)  # fmt: skip
def test_who_comes_to_a_part_of_the_square_is_asked(db, ask, areas, expected):
    square = squares.square_of((136.01703, 32.5163))
    west, _, east, _ = squares.box_of(square)
    assert west < 136.01703 < east
    comes(db, "弁当", *areas)
    assert ask(square, topic="meals")["弁当"].covers == (expected == "covers")


def test_who_fetches_comes_where_it_says_wherever_its_office_stands(db, ask):
    """A 通所介護 next door that fetches from the other side alone is not hers."""
    near = {"kind": "day_service", "place": list(corner_lonlat(8, 8)), "eligibility": "anyone"}
    comes(db, "となりの通所", ("東中学校区", ""), **near)
    comes(db, "遠くの通所", ("西中学校区", ""), **near | {"place": list(corner_lonlat(38, 38))})
    assert set(ask(kind="day_service")) >= {"遠くの通所"}
    assert "となりの通所" not in ask(kind="day_service")
    assert "となりの通所" in ask(THERE, kind="day_service")


@pytest.mark.parametrize(("pick_up", "fit"), [("yes", "YES"), ("no", "NO"), ("unknown", "UNKNOWN")])
def test_of_a_salon_that_fetches_its_guests_what_it_says(db, ask, pick_up, fit):
    make(db, name="送迎のある会", public=True, place=list(corner_lonlat(9, 8)), pick_up=pick_up)
    one = ask(pick_up="1").get("送迎のある会")
    assert (one.fit.name if one else "NO") == fit


@pytest.mark.parametrize(
    ("day", "west", "east"),
    [("today", True, False), ("mon", True, False), ("tue", False, True), ("week", True, True)],
)
def test_areas_by_weekday_are_two_entries_and_each_has_its_own_day(db, ask, day, west, east):
    """A list writes 「西は月・木、東は火・金」 in two rows (みほん市's 配食): the day goes with the area."""
    for name, area, days in (
        ("西の弁当", "西中学校区", "MO,TH"),
        ("東の弁当", "東中学校区", "TU,FR"),
    ):
        comes(db, name, (area, ""), openings=[{"rrule": f"FREQ=WEEKLY;BYDAY={days}"}])
    assert ("西の弁当" in ask(day=day, topic="meals")) == west
    assert "東の弁当" not in ask(day=day, topic="meals")
    assert ("東の弁当" in ask(THERE, day=day, topic="meals")) == east
