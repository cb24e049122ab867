"""変わりなし: once for each draft, the later day stands, and never a day that has not come."""

from datetime import date
from uuid import uuid4

import pytest
from sqlalchemy import text

from geo.errors import Invalid, NotAllowed, NotFound
from geo.freshness import confirm
from geo.records import audit, resources
from geo.scope import Role, house
from geo.sources.model_town import corner_lonlat
from tests.conftest import FOREIGN, TOWN
from tests.routes.making import make

TODAY = date(2026, 11, 20)
HERS, NOT_HERS = corner_lonlat(5, 5), corner_lonlat(35, 5)


def confirmed_on(db, resource):
    return resources.load_values(db, house(TOWN), [resource])[resource][1]["confirmed_on"]


def test_who_was_there_says_that_nothing_changed_and_history_and_audit_tell(db, scope_of):
    scope = scope_of(Role.COORDINATOR_2)
    resource = make(db, place=list(HERS), confirmed_on="2025-05-01")
    assert confirm(db, scope, uuid4(), resource, TODAY, TODAY) == 2
    assert confirmed_on(db, resource) == "2026-11-20"
    newest = resources.list_revisions(db, house(TOWN), resource)[0]
    assert (newest.changed, newest.before) == (
        {"confirmed_on": "2026-11-20"},
        {"confirmed_on": "2025-05-01"},
    )
    assert newest.account == scope.account
    assert audit.list_of(db, house(TOWN), "resource", resource)[0].action == "change"


def test_the_same_draft_counts_once(db, scope_of):
    scope, draft, resource = scope_of(Role.OFFICIAL), uuid4(), make(db)
    assert confirm(db, scope, draft, resource, date(2026, 11, 1), TODAY) == 2
    assert confirm(db, scope, uuid4(), resource, date(2026, 11, 5), TODAY) == 3
    assert confirm(db, scope, draft, resource, date(2026, 11, 1), TODAY) == 3
    assert confirmed_on(db, resource) == "2026-11-05"


def test_a_draft_of_somebody_else_or_of_something_else_is_refused(db, scope_of):
    draft, resource = uuid4(), make(db)
    confirm(db, scope_of(Role.OFFICIAL), draft, resource, TODAY, TODAY)
    with pytest.raises(Invalid):
        confirm(db, scope_of(Role.COORDINATOR_1), draft, resource, TODAY, TODAY)
    with pytest.raises(Invalid):
        confirm(db, scope_of(Role.OFFICIAL), draft, make(db), TODAY, TODAY)


@pytest.mark.parametrize("first", [date(2026, 10, 1), date(2026, 11, 10)])
def test_of_two_confirmations_the_later_day_stands_whichever_comes_first(db, scope_of, first):
    second = date(2026, 10, 1) if first.month == 11 else date(2026, 11, 10)
    resource = make(db)
    confirm(db, scope_of(Role.OFFICIAL), uuid4(), resource, first, TODAY)
    confirm(db, scope_of(Role.COORDINATOR_1), uuid4(), resource, second, TODAY)
    assert confirmed_on(db, resource) == "2026-11-10"


def test_a_clock_that_is_ahead_says_today_and_a_day_to_come_of_a_list_is_put_right(db, scope_of):
    ahead, wrong = make(db), make(db, confirmed_on="2062-04-01")
    for resource in (ahead, wrong):
        confirm(db, scope_of(Role.OFFICIAL), uuid4(), resource, date(2027, 1, 1), TODAY)
        assert confirmed_on(db, resource) == "2026-11-20"


def test_what_has_ended_is_not_confirmed(db, scope_of):
    resource = make(db, closed_on="2026-03-31", closed_reason="解散")
    with pytest.raises(Invalid) as refused:
        confirm(db, scope_of(Role.OFFICIAL), uuid4(), resource, TODAY, TODAY)
    assert refused.value.facts["fields"] == {"resource": "has_ended"}


def test_of_two_that_were_one_the_one_that_stays_is_confirmed(db, scope_of):
    gone, stays, draft = make(db), make(db), uuid4()
    db.execute(
        text("update resource set merged_into = :s, closed_on = '2026-04-01' where id = :g"),
        {"s": stays, "g": gone},
    )
    for _ in range(2):
        assert confirm(db, scope_of(Role.OFFICIAL), draft, gone, TODAY, TODAY) == 2
    assert confirmed_on(db, stays) == "2026-11-20"


def test_only_who_may_write_here_confirms(db, scope_of):
    mine, other, far = make(db), make(db, place=list(NOT_HERS)), make(db, FOREIGN)
    with pytest.raises(NotAllowed):
        confirm(db, scope_of(Role.VIEWER), uuid4(), mine, TODAY, TODAY)
    confirm(db, scope_of(Role.OFFICIAL), uuid4(), other, TODAY, TODAY)
    with pytest.raises(NotAllowed):  # also where nothing would change
        confirm(db, scope_of(Role.COORDINATOR_2), uuid4(), other, TODAY, TODAY)
    with pytest.raises(NotFound):
        confirm(db, scope_of(Role.OFFICIAL), uuid4(), far, TODAY, TODAY)
