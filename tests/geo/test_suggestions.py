"""お知らせ: nothing changes by itself; a person applies or declines, once, within her areas."""

from dataclasses import replace
from datetime import date
from uuid import uuid4

import pytest

from geo import registry, suggestions
from geo.edits import ResourceEdit
from geo.errors import Conflict, Invalid, NotAllowed
from geo.records import audit, resources
from geo.records import suggestions as records
from geo.scope import EVERYBODY, Role, Scope, house
from geo.sources.model_town import corner_lonlat
from geo.suggestions import About, Choice, Said
from tests.asking import NOON, begin, suggest
from tests.conftest import FOREIGN, TOWN
from tests.routes.making import make

HERS, NOT_HERS = corner_lonlat(5, 5), corner_lonlat(35, 5)
ENDING = {"closed_on": "2026-05-01", "closed_reason": "解散"}


def kept(db, resource):
    return resources.load_values(db, house(TOWN), [resource])[resource]


def edit(db, resource, base, **values):
    registry.apply(db, house(TOWN), ResourceEdit(uuid4(), resource, base, values))


def test_what_a_stranger_sends_changes_nothing(db):
    resource = make(db, fee="100円")
    before = kept(db, resource)
    id_ = suggest(db, TOWN, resource, "changed", fee="200円", words="会場が変わりました")
    assert kept(db, resource) == before
    assert records.get(db, house(TOWN), id_).state == "open"
    assert [row.action for row in audit.list_of(db, house(TOWN), "suggestion", id_)] == ["suggest"]


def test_sent_twice_it_is_kept_once(db):
    resource, id_ = make(db), uuid4()
    scope, about = Scope(TOWN, EVERYBODY.role), About("code", resource, 1)
    said = Said.parse("still_running", {}, "")
    assert suggestions.receive(db, scope, id_, about, said, NOON) is True
    assert suggestions.receive(db, scope, id_, about, said, NOON) is False
    for other in (replace(about, resource=make(db)), None):
        with pytest.raises(Invalid):
            suggestions.receive(
                db, scope, id_, other or about, said if other else Said("ended", {}), NOON
            )


@pytest.mark.parametrize(
    ("kind", "values", "words", "problem"),
    [
        ("gone", {}, "", {"answer": "unknown_choice"}),
        ("changed", {}, " ", {"words": "say_what_changed"}),
        ("changed", {"staff_note": "x"}, "", {"staff_note": "unknown_field"}),
        ("changed", {"public": False}, "", {"public": "unknown_field"}),
        ("changed", {"confirmed_on": "2026-05-01"}, "", {"confirmed_on": "unknown_field"}),
        ("changed", {"host": "山田"}, "", {"host": "unknown_field"}),
        ("changed", {"fee": "円" * 201}, "", {"fee": "too_long"}),
        ("changed", {"fee": "a\x00b"}, "", {"fee": "bad_character"}),
        ("changed", {}, "\x00", {"words": "bad_character"}),
        ("changed", {}, "長" * 501, {"words": "longer_than_500"}),
        ("changed", {}, "090-1234-5678に電話を", {"words": "phone_in_words"}),
        ("changed", {}, "０７７８（５３）２２１３", {"words": "phone_in_words"}),
        ("changed", {}, "yamada@example.jpまで", {"words": "mail_in_words"}),
        ("new", {"name": "新しい会"}, "", {"kind": "required"}),
    ],
)
def test_what_may_not_be_said_is_refused_field_by_field(kind, values, words, problem):
    with pytest.raises(Invalid) as refused:
        Said.parse(kind, values, words)
    assert refused.value.facts["fields"] == problem


def test_an_address_may_be_told(db):
    said = Said.parse("changed", {}, "会場が東町3番地の集会所になりました")
    assert said.words.startswith("会場")


def test_still_running_is_confirmed_on_the_day_of_the_answer(db, scope_of):
    scope, resource = scope_of(Role.OFFICIAL), make(db)
    id_ = suggest(db, TOWN, resource)
    row = suggestions.apply(db, scope, id_, Choice(1), NOON.replace(month=6))
    assert (row.state, row.decided_by) == ("applied", scope.account)
    revision, now = kept(db, resource)
    assert (revision, now["confirmed_on"]) == (2, "2026-05-12")


def test_applied_twice_is_applied_once_and_a_decided_one_is_not_declined(db, scope_of):
    scope, resource = scope_of(Role.OFFICIAL), make(db)
    id_ = suggest(db, TOWN, resource, "changed", fee="200円")
    for _ in range(3):
        suggestions.apply(db, scope, id_, Choice(1, ("fee",)), NOON)
    assert suggestions.decline(db, scope, id_, "いいえ", NOON).state == "applied"
    revision, now = kept(db, resource)
    assert (revision, now["fee"], now["confirmed_on"]) == (3, "200円", "2026-05-12")
    decided = audit.list_of(db, house(TOWN), "suggestion", id_)
    assert [row.action for row in decided] == ["decide", "suggest"]


def test_only_the_chosen_fields_are_taken_over(db, scope_of):
    resource = make(db, fee="100円", booking="いらない")
    id_ = suggest(db, TOWN, resource, "changed", fee="200円", booking="いる")
    suggestions.apply(db, scope_of(Role.OFFICIAL), id_, Choice(1, ("booking", "name")), NOON)
    now = kept(db, resource)[1]
    assert (now["fee"], now["booking"], now["name"]) == ("100円", "いる", "茶の間")


def test_what_others_wrote_meanwhile_is_shown_and_not_overwritten_unseen(db, scope_of):
    scope, resource = scope_of(Role.OFFICIAL), make(db, fee="100円")
    id_ = suggest(db, TOWN, resource, "changed", fee="200円")
    edit(db, resource, 1, fee="150円")
    revision, (one,) = suggestions.differences(db, scope, records.get(db, scope, id_))
    assert (revision, one.then, one.now, one.said) == (2, "100円", "150円", "200円")
    assert one.is_conflict
    with pytest.raises(Conflict), db.begin_nested():
        suggestions.apply(db, scope, id_, Choice(1, ("fee",)), NOON)
    assert records.take(db, scope, id_).state == "open"
    suggestions.apply(db, scope, id_, Choice(2, ("fee",)), NOON)  # she has seen it
    assert kept(db, resource)[1]["fee"] == "200円"


def test_what_the_register_says_already_is_done(db):
    resource = make(db, fee="100円")
    id_ = suggest(db, TOWN, resource, "changed", fee="200円")
    edit(db, resource, 1, fee="200円")
    _, (one,) = suggestions.differences(db, house(TOWN), records.get(db, house(TOWN), id_))
    assert one.is_done
    assert not one.is_conflict


def test_an_ending_needs_the_day_and_the_reason_of_a_person(db, scope_of):
    resource = make(db)
    id_ = suggest(db, TOWN, resource, "ended", closed_on="2026-04-01", words="世話人の引退")
    with pytest.raises(Invalid), db.begin_nested():
        suggestions.apply(db, scope_of(Role.OFFICIAL), id_, Choice(1), NOON)
    suggestions.apply(db, scope_of(Role.OFFICIAL), id_, Choice(1, (), ENDING), NOON)
    now = kept(db, resource)[1]
    assert (now["closed_on"], now["closed_reason"]) == ("2026-05-01", "解散")


def test_something_new_becomes_an_entry_once(db, scope_of):
    scope = scope_of(Role.OFFICIAL)
    id_ = suggest(db, TOWN, None, "new", name="新しい会", kind="salon", place=list(HERS))
    first = suggestions.apply(db, scope, id_, Choice(0), NOON).resource
    assert suggestions.apply(db, scope, id_, Choice(0), NOON).resource == first
    assert kept(db, first)[1]["name"] == "新しい会"


def test_declining_needs_a_reason_and_changes_nothing(db, scope_of):
    scope, resource = scope_of(Role.OFFICIAL), make(db)
    before = kept(db, resource)
    id_ = suggest(db, TOWN, resource, "ended")
    for reason in ("", "  ", "長" * 201):
        with pytest.raises(Invalid):
            suggestions.decline(db, scope, id_, reason, NOON)
    row = suggestions.decline(db, scope, id_, "電話で確かめた", NOON)
    assert (row.state, row.reason) == ("declined", "電話で確かめた")
    assert suggestions.apply(db, scope, id_, Choice(1, (), ENDING), NOON).state == "declined"
    assert kept(db, resource) == before


@pytest.mark.parametrize("role", [Role.VIEWER, Role.PROVIDER, Role.PREFECTURE])
def test_who_may_not_write_decides_nothing(db, scope_of, role):
    id_ = suggest(db, TOWN, make(db))
    with pytest.raises(NotAllowed):
        suggestions.apply(db, scope_of(role), id_, Choice(1), NOON)


def test_a_coordinator_decides_in_her_areas_alone(db, scope_of):
    scope = scope_of(Role.COORDINATOR_2)
    hers = suggest(db, TOWN, make(db, place=list(HERS)))
    other = suggest(db, TOWN, make(db, place=list(NOT_HERS)))
    suggestions.apply(db, scope, hers, Choice(1), NOON)
    for decide in (
        lambda: suggestions.apply(db, scope, other, Choice(1), NOON),
        lambda: suggestions.decline(db, scope, other, "いいえ", NOON),
    ):
        with pytest.raises(NotAllowed):
            decide()
    assert [row.Suggestion.id for row in records.list_open(db, scope)] == []
    assert [row.Suggestion.id for row in records.list_open(db, house(TOWN))] == [other]


def test_another_municipality_sees_nothing(db):
    id_ = suggest(db, TOWN, make(db))
    assert records.find(db, house(FOREIGN), id_) is None
    assert records.list_open(db, house(FOREIGN)) == []


def test_one_code_is_heard_five_times_and_then_asked_to_wait(db):
    resource = make(db)
    campaign = begin(db, TOWN).id
    for _ in range(5):
        suggest(db, TOWN, resource, campaign=campaign)
    with pytest.raises(Invalid) as refused:
        suggest(db, TOWN, resource, campaign=campaign)
    assert refused.value.facts["fields"] == {"answer": "too_many_answers"}


def test_the_day_of_an_answer_is_japans(db):
    id_ = suggest(db, TOWN, make(db), at=NOON.replace(hour=15))  # midnight in Japan
    row = records.get(db, house(TOWN), id_)
    assert suggestions.answered_on(row) == date(2026, 5, 13)
