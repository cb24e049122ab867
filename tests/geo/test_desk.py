"""受け箱: what waits, of how many, since when, for whom; counted by hand in 碁盤町."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import text

from geo import days, desk
from geo.records import consulted
from geo.records.shelf import Wanted, count_open
from geo.scope import Role, house
from geo.sources.model_town import corner_lonlat
from tests.asking import suggest
from tests.conftest import TOWN
from tests.routes.making import make

TODAY = date(2026, 11, 20)
HERS, NOT_HERS = corner_lonlat(5, 5), corner_lonlat(35, 5)


def heap(db, scope, what):
    return next(one for one in desk.overview(db, scope, TODAY) if one.what == what)


@pytest.mark.parametrize(
    "as_of",
    [TODAY, date(2026, 4, 1), date(2026, 6, 2), date(2026, 7, 1), date(2028, 2, 29)],
)
def test_the_first_day_that_counts_is_the_one_that_days_says(as_of):
    since = desk.confirmed_since(as_of)
    assert days.freshness(since, as_of) == "confirmed"
    assert days.freshness(since - timedelta(days=1), as_of) != "confirmed"
    grey = desk.grey_before(as_of)
    assert days.freshness(grey, as_of) != "stale"
    assert days.freshness(grey - timedelta(days=1), as_of) == "stale"


def test_unconfirmed_says_of_how_many_and_how_many_are_grey_or_never_were(db):
    before = heap(db, house(TOWN), "unconfirmed")
    make(db, name="今年確かめた", confirmed_on="2026-05-01")
    make(db, name="去年", confirmed_on="2025-12-01")
    make(db, name="おととし", confirmed_on="2024-05-01")
    make(db, name="一度もない")
    make(db, name="終わった", closed_on="2026-05-01")
    after = heap(db, house(TOWN), "unconfirmed")
    assert after.of == count_open(db, house(TOWN), Wanted()) == before.of + 4
    assert after.count == before.count + 3
    assert after.grey == before.grey + 1
    assert after.never == before.never + 1
    assert after.oldest == min(before.oldest or date.max, date(2024, 5, 1))


def test_what_is_looked_up_most_comes_first_then_what_was_confirmed_longest_ago(db):
    often, seldom = make(db, name="よく"), make(db, name="たまに", confirmed_on="2025-10-01")
    looks = {(often, TODAY): 3, (often, date(2026, 1, 1)): 4, (seldom, TODAY): 5}
    looks[seldom, date(2024, 1, 1)] = 100  # longer ago than a year
    consulted.save_looks(db, house(), looks)
    rows = desk.list_unconfirmed(db, house(TOWN), TODAY, 100)
    assert [(row.id, row.looks) for row in rows[:2]] == [(often, 7), (seldom, 5)]
    rest = [row.confirmed_on or date.min for row in rows[2:]]
    assert rest == sorted(rest)
    assert {row.looks for row in rows[2:]} == {0}


def test_a_coordinator_counts_what_lies_in_her_areas(db, scope_of):
    hers, all_of = scope_of(Role.COORDINATOR_2), scope_of(Role.OFFICIAL)
    before = heap(db, hers, "unconfirmed").count, heap(db, all_of, "unconfirmed").count
    mine, other = make(db, place=list(HERS)), make(db, place=list(NOT_HERS))
    after = heap(db, hers, "unconfirmed").count, heap(db, all_of, "unconfirmed").count
    assert (after[0] - before[0], after[1] - before[1]) == (1, 2)
    suggest(db, TOWN, mine, at=datetime(2026, 5, 1, tzinfo=UTC))
    suggest(db, TOWN, other, at=datetime(2026, 4, 1, tzinfo=UTC))
    suggest(db, TOWN, None, "new", name="新しい会", kind="salon", place=list(HERS))
    suggest(db, TOWN, None, "new", name="場所のない会", kind="salon")
    assert heap(db, hers, "suggested").count == 2
    assert heap(db, hers, "suggested").oldest == datetime(2026, 5, 1, tzinfo=UTC)
    assert heap(db, all_of, "suggested").count == 4


def test_a_place_outside_the_town_waits_and_one_at_its_border_does_not(db):
    before = {row.id for row in desk.list_odd_places(db, house(TOWN))}
    outside, inside = make(db, place=[136.5, 32.5]), make(db, place=list(HERS))
    odd = {row.id: row.why for row in desk.list_odd_places(db, house(TOWN))}
    assert odd.keys() - before == {outside}
    assert odd[outside] == "outside"
    assert inside not in odd
    assert heap(db, house(TOWN), "odd_places").count == len(odd)


def test_a_place_in_another_town_than_its_address_says_waits(db):
    """Two invented towns side by side; their 丁目 are one town."""
    west, east = corner_lonlat(0, 0), corner_lonlat(20, 20)
    middle, far = corner_lonlat(20, 0), corner_lonlat(40, 20)
    db.execute(text("insert into level values (:m, 'town', '町', 9)"), {"m": TOWN})
    for code, name, (a, b) in (("1", "西町一丁目", (west, east)), ("2", "東町", (middle, far))):
        db.execute(
            text(
                "insert into district (id, municipality, level, code, name, made_of, geom) values"
                " (gen_random_uuid(), :m, 'town', :code, :name, 'polygon',"
                " st_multi(st_makeenvelope(:w, :s, :e, :n, 4326)))"
            ),
            {"m": TOWN, "code": code, "name": name, "w": a[0], "s": a[1], "e": b[0], "n": b[1]},
        )

    def at(x, address, level="building"):
        return make(db, place=list(corner_lonlat(x, 10)), address=address, place_level=level)

    wrong = at(30, "碁盤町西町1丁目2-3")
    fine = [at(5, "碁盤町西町２丁目"), at(30, "東町5"), at(30, "番地なし"), at(30, "")]
    near = at(21, "西町1丁目")  # 80 m beyond the border
    by_town = at(30, "西町1丁目", "district")
    odd = {row.id: (row.why, row.town, row.said) for row in desk.list_odd_places(db, house(TOWN))}
    assert odd[wrong] == ("other_town", "東町", "西町")
    assert odd.keys().isdisjoint({*fine, near, by_town})


def test_consent_waits_for_what_people_join_until_somebody_asked(db):
    before = heap(db, house(TOWN), "unasked")
    asked = make(db, consents=[{"medium": "web", "answer": "yes", "by": "世話人"}])
    on_paper = make(db, consents=[{"medium": "paper", "answer": "yes", "by": "世話人"}])
    never, shop = make(db), make(db, kind="grocery")
    make(db, public=False)
    after = heap(db, house(TOWN), "unasked")
    assert (after.count - before.count, after.of - before.of) == (2, 3)
    rows = desk.records.list_unasked(db, house(TOWN), 1000)
    assert {never, on_paper} <= {row.id for row in rows}
    assert {asked, shop}.isdisjoint({row.id for row in rows})


def test_every_heap_stands_in_the_order_of_the_page(db):
    assert tuple(one.what for one in desk.overview(db, house(TOWN), TODAY)) == desk.ORDER


def test_what_reports_leave_is_counted_until_it_is_decided(db):
    lines = desk.list_left(db, house(TOWN), "missing", "edit_stands", "alike_near", "alike_address")
    by_what = dict.fromkeys(desk.OF_REPORTS, 0)
    for line in lines:
        what = next(w for w, reasons in desk.OF_REPORTS.items() if line.question.reason in reasons)
        by_what[what] += 1
    told = {one.what: one.count for one in desk.overview(db, house(TOWN), TODAY)}
    assert {what: told[what] for what in by_what} == by_what


def test_old_days_of_looks_are_forgotten(db):
    resource = make(db)
    consulted.save_looks(db, house(), {(resource, date(2025, 1, 1)): 1, (resource, TODAY): 2})
    assert desk.sweep(db, house(), datetime(2026, 11, 20, tzinfo=UTC)) == 1
    assert consulted.count_times(db, house(TOWN), [resource], date(2020, 1, 1)) == {resource: 2}
