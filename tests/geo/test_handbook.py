"""手引き: who stands in it and where, whom it keeps silent about, which days it has; in 碁盤町, worked out by hand."""

from datetime import date, time

import pytest
from sqlalchemy import text

from geo import handbook
from geo.records import districts
from geo.scope import Role, Scope, house
from geo.sources.model_town import corner_lonlat
from tests.conftest import TOWN
from tests.routes.making import make

AS_OF = date(2026, 11, 30)
DECEMBER = date(2026, 12, 1)
WEST, EAST = list(corner_lonlat(5, 5)), list(corner_lonlat(35, 5))
EVERYBODY = Scope(TOWN, Role.RESIDENT)


@pytest.fixture
def area(db):
    """area(name) → its id, whatever its level."""

    def find(name):
        levels = [level.code for level in districts.list_levels(db, house(TOWN))]
        rows = [row for code in levels for row in districts.list_at_level(db, house(TOWN), code)]
        return next(row.id for row in rows if row.name == name)

    return find


@pytest.fixture
def west(db, area):
    """west() → the handbook of 西中学校 for December."""
    return lambda **wanted: handbook.load(
        db, EVERYBODY, area("西中学校"), wanted.get("month", DECEMBER), AS_OF
    )


def names(told):
    return [entry.row.name for entry in told.entries]


def weekly(day="TU", **values):
    plain = {"months": list(range(1, 13)), "on_holidays": "unknown", "also_on": [], "note": ""}
    plain |= {"first_on": None, "last_on": None, "except_on": [], "irregular": False}
    return [plain | {"rrule": f"FREQ=WEEKLY;BYDAY={day}", "opens_at": "10:00", "closes_at": "11:30"} | values]  # fmt: skip


def test_what_stands_in_the_area_is_numbered_once_what_people_join_first(west):
    told = west()
    assert [entry.number for entry in told.entries] == list(range(1, len(told.entries) + 1))
    assert told.chapters[0][0] == "activity"
    assert "茶話会 まつば" in names(told)
    assert "ふれあいサロン緑丘" not in names(told)
    codes = [code for code, _ in told.chapters]
    assert codes == [code for code in handbook.CHAPTERS if code in codes]


def test_whose_host_wants_no_paper_is_not_in_it_and_the_file_is_another(db, west):
    no_paper = [{"medium": "paper", "answer": "no", "by": "", "on": None}]
    before = west().mark
    make(db, name="紙の会", place=WEST, consents=no_paper)
    assert "紙の会" not in names(west())
    assert west().mark == before
    make(db, name="紙もよい会", place=WEST)
    assert "紙もよい会" in names(west())
    assert west().mark != before


def test_a_change_elsewhere_does_not_make_the_file_anew(db, west):
    before = west().mark
    make(db, name="東の会", place=EAST)
    assert west().mark == before
    assert west(month=AS_OF).mark != before


def test_blurred_places_stay_where_everybody_sees_them(db, west):
    make(db, name="自宅サロン", place=WEST, place_shown="blurred")
    entry = next(entry for entry in west().entries if entry.row.name == "自宅サロン")
    assert entry.is_rough
    assert entry.places != (tuple(WEST),)


def test_a_hidden_place_is_listed_where_it_says_it_is_for_and_has_no_mark(db, west):
    make(db, name="言わない会", place=WEST, place_shown="hidden")
    assert "言わない会" not in names(west())
    for_it = [{"name": "西中学校", "note": ""}]
    make(db, name="西の言わない会", place=WEST, place_shown="hidden", service_areas=for_it)
    entry = next(entry for entry in west().entries if entry.row.name == "西の言わない会")
    assert entry.places == ()


def test_what_comes_is_told_by_the_areas_that_it_says(db, west):
    for name, areas in (
        ("全域の弁当", [{"name": "碁盤町全域", "note": ""}]),
        ("西の弁当", [{"name": "西中学校", "note": ""}]),
        ("東の弁当", [{"name": "東中学校", "note": ""}]),
        ("西のほかの弁当", [{"name": "町内全域", "note": "西中学校を除く"}]),
        ("聞かない弁当", []),
    ):
        make(db, name=name, kind="meal_delivery", place=EAST, service_areas=areas)
    told = {one.row.name: one.covers for one in west().services}
    assert told["全域の弁当"] == told["西の弁当"] == "whole"
    assert told["聞かない弁当"] == "unknown"
    assert "東の弁当" not in told
    assert "西のほかの弁当" not in told
    assert not {"全域の弁当", "西の弁当"} & set(names(west()))


def test_a_group_that_one_joins_is_no_service_though_it_goes_to_homes(db, west):
    make(db, name="海岸の会", kind="volunteer_group", place=WEST)
    assert "海岸の会" in names(west())
    assert "海岸の会" not in [one.row.name for one in west().services]


def test_what_goes_round_is_told_where_it_halts(db, west):
    stops = [
        {"name": name, "lon": lon, "lat": lat, "shown": "public", "arrives_at": "10:00"}
        for name, (lon, lat) in (("松葉公民館前", WEST), ("浜", EAST))
    ]
    make(db, name="まわる店", kind="mobile_shop", place=EAST, stops=stops)
    entry = next(entry for entry in west().entries if entry.row.name == "まわる店")
    assert [halt["name"] for halt in entry.halts] == ["松葉公民館前"]
    assert entry.places == (tuple(WEST),)


def test_the_month_has_the_days_of_the_plan_and_no_others(db, west):
    make(db, name="火曜の会", place=WEST, openings=weekly())
    make(db, name="冬は休む会", place=WEST, openings=weekly(months=[4, 5, 6, 7, 8, 9, 10, 11]))
    make(db, name="毎日の会", place=WEST, openings=weekly("MO,TU,WE,TH,FR"))
    told = west()
    number = {entry.row.name: entry.number for entry in told.entries}
    days = {day.day: day for week in told.weeks for day in week}
    with_it = [day for day, one in days.items() if number["火曜の会"] in [at[0] for at in one.at]]
    assert with_it == [date(2026, 12, d) for d in (1, 8, 15, 22, 29)]
    there = {at[0] for one in days.values() for at in one.at}
    assert number["冬は休む会"] not in there
    assert number["毎日の会"] not in there
    by_name = {entry.row.name: entry for entry in told.entries}
    assert by_name["毎日の会"].is_often
    assert by_name["冬は休む会"].is_dated
    assert (number["火曜の会"], "火曜の会", time(10)) in days[date(2026, 12, 8)].at


def test_the_calendar_begins_on_sunday_and_marks_holidays(west):
    weeks = west(month=date(2026, 11, 1)).weeks
    assert all(week[0].day.weekday() == 6 for week in weeks)
    holidays = {day.day for week in weeks for day in week if day.is_holiday and not day.is_outside}
    assert holidays == {date(2026, 11, 3), date(2026, 11, 23)}
    assert all(day.at == () for week in weeks for day in week if day.is_outside)


def test_the_support_centres_in_charge_are_told_with_their_telephones(db, west):
    assert [name for name, _ in west().centres] == ["碁盤町地域包括支援センター"]  # of the town
    db.execute(text("insert into level values (:m, 'center_area', '担当区域', 3)"), {"m": TOWN})
    areas = """
        insert into district (id, municipality, level, code, name, made_of, geom)
        select gen_random_uuid(), municipality, 'center_area', code, left(name, 1) || '包括', 'polygon', geom
        from district where municipality = :m and level = 'junior_high'"""
    db.execute(text(areas), {"m": TOWN})
    centre = {"kind": "support_centre", "phone": "0776-00-0009", "place": WEST}
    make(db, name="西地域包括支援センター", **centre)
    ((name, entry),) = west().centres
    assert (name, entry.phone) == ("西包括", "0776-00-0009")


def test_an_area_of_another_town_is_not_found(db, area):
    with pytest.raises(handbook.NotFound):
        handbook.load(db, Scope("13101", Role.RESIDENT), area("西中学校"), DECEMBER, AS_OF)
