"""似た記録の数: kept by the worker, honest about when, and without what was decided since."""

from datetime import UTC, date, datetime
from uuid import uuid4

import pytest
from sqlalchemy.orm import Session

from geo import desk, merging, twin_counts, twins
from geo.records import resources
from geo.records import twins as records
from geo.scope import Role, house
from geo.sources.model_town import corner_lonlat
from tests.conftest import TOWN
from tests.routes.making import make

NOW = datetime(2026, 11, 30, 1, 0, tzinfo=UTC)
SAME = {"place": list(corner_lonlat(5, 5)), "place_level": "building"}


@pytest.fixture
def large(monkeypatch):
    """Every register counts as too large to be searched at each look."""
    monkeypatch.setattr(twin_counts, "AT_EACH_LOOK", 0)


def of(found):
    return {frozenset((pair.one, pair.other)) for pair in found.pairs}


def test_of_a_small_register_the_pairs_are_those_of_today(db):
    two = {make(db, name=name, **SAME) for name in ("かもめ会", "カモメ会")}
    found = twin_counts.counted(db, house(TOWN))
    assert (frozenset(two) in of(found), found.counted_at) == (True, None)


def test_a_large_one_says_when_it_was_counted_and_whether_anything_was_written_since(db, large):
    scope = house(TOWN)
    assert twin_counts.counted(db, scope).pairs is None
    [heap] = [one for one in desk.overview(db, scope, date(2026, 11, 30)) if one.what == "twins"]
    assert heap.count is None
    two = {make(db, name=name, **SAME) for name in ("かもめ会", "カモメ会")}
    assert twin_counts.count(db, scope, NOW)
    assert not twin_counts.count(db, scope, NOW), "nothing was written since"
    found = twin_counts.counted(db, scope)
    assert (found.counted_at, found.is_stale) == (NOW, False)
    assert found.pairs == twins.list_pairs(db, scope)
    assert frozenset(two) in of(found)
    make(db, name="別の会")
    assert twin_counts.counted(db, scope).is_stale
    assert twin_counts.count(db, scope, NOW)


def test_what_was_merged_or_called_two_since_waits_no_more(db, large, scope_of):
    scope = scope_of(Role.OFFICIAL)
    one, other, third = (make(db, name=n, **SAME) for n in ("かもめ会", "カモメ会", "かもめ 会"))
    twin_counts.count(db, scope, NOW)
    assert len(of(twin_counts.counted(db, scope))) >= 3
    records.save_decision(db, scope, one, other, "different")
    left = of(twin_counts.counted(db, scope))
    assert frozenset((one, other)) not in left
    assert frozenset((one, third)) in left
    known = resources.load_values(db, scope, [one, third])
    seen = (known[one][0], known[third][0])
    merging.merge(db, scope, merging.Wish(uuid4(), one, third, seen, {}, ""), date(2026, 11, 30))
    assert not any(third in pair for pair in of(twin_counts.counted(db, scope)))


def test_whoever_is_limited_to_areas_is_told_of_pairs_within_them(db, large, scope_of):
    far = {"place": list(corner_lonlat(35, 5)), "place_level": "building"}
    two = {make(db, name=name, **far) for name in ("東のかもめ会", "東のカモメ会")}
    twin_counts.count(db, house(TOWN), NOW)
    assert frozenset(two) in of(twin_counts.counted(db, house(TOWN)))
    assert frozenset(two) not in of(twin_counts.counted(db, scope_of(Role.COORDINATOR_2)))


def test_the_worker_counts_each_town_in_which_something_was_written(db):
    def sessions():
        return Session(db.connection(), join_transaction_mode="create_savepoint")

    assert TOWN in twin_counts.count_all(sessions, lambda: NOW)
    assert twin_counts.count_all(sessions, lambda: NOW) == []
