"""取り込み結果の決めごと: what a report leaves to a person is decided once, through the gate."""

from uuid import uuid4

import pytest
from sqlalchemy import text

from geo import decisions, intake, registry
from geo.edits import ResourceEdit
from geo.errors import Conflict, Invalid, NotAllowed
from geo.intake import Delivery
from geo.records import audit, resources, shelf
from geo.records.shelf import Wanted
from geo.scope import Role, house
from tests.conftest import TOWN
from tests.geo.test_intake import SALON, SHOP, rows

CLOSING = {"closed_on": "2026-03-31", "closed_reason": "閉店"}


class Office:
    """A list that comes in editions, and people who decide about its reports."""

    def __init__(self, db, folder) -> None:
        self.db, self.folder = db, folder

    def edition(self, *lines):
        path = self.folder / "list.csv"
        path.write_text(rows(*lines), encoding="utf-8")
        return intake.run_resources(self.db, house(TOWN), Delivery(path, None))

    def named(self, name):
        (row,) = [r for r in shelf.list_open(self.db, house(TOWN), Wanted()) if r.name == name]
        return row.id

    def edit(self, id_, base, **values):
        raw = {"id": uuid4(), "resource": id_, "base": base, "edits": values}
        registry.apply(self.db, house(TOWN), ResourceEdit.parse(raw))

    def values(self, id_):
        return resources.load_values(self.db, house(TOWN), [id_])[id_][1]


@pytest.fixture
def office(db, tmp_path):
    """The shop is missing from the second edition; of the salon's fee the office knows better."""
    office = Office(db, tmp_path)
    office.edition(SALON, SHOP)
    office.edit(office.named("茶の間"), 1, fee="無料")
    office.run = office.edition(SALON.replace("100円", "300円"))
    return office


def ask(office, scope):
    return {q.reason: q for q in decisions.list_questions(office.db, scope, office.run)}


def test_a_report_asks_about_what_is_missing_and_what_differs(office, scope_of):
    asked = ask(office, scope_of(Role.OFFICIAL))
    assert set(asked) == {"missing", "edit_stands"}
    assert asked["missing"].resource == office.named("みどり商店")
    stands = asked["edit_stands"]
    assert (stands.name, stands.detail["ours"], stands.detail["theirs"]) == (
        "茶の間",
        "無料",
        "300円",
    )
    assert stands.decided is asked["missing"].decided is None


def test_what_ended_is_closed_with_day_and_reason_and_the_decision_stays(office, scope_of):
    scope, shop = scope_of(Role.OFFICIAL), office.named("みどり商店")
    line = ask(office, scope)["missing"].line
    assert decisions.decide(office.db, scope, office.run, [line], "close", CLOSING) == 1
    assert (office.values(shop)["closed_on"], office.values(shop)["closed_reason"]) == (
        "2026-03-31", "閉店",
    )  # fmt: skip
    decided = ask(office, scope)["missing"].decided
    assert (decided.choice, decided.account) == ("close", scope.account)
    (newest, *_) = audit.list_of(office.db, scope, "intake", office.run.id)
    assert newest.after == {"line": line, "name": "みどり商店", "choice": "close"}


def test_a_line_is_decided_once(office, scope_of):
    scope = scope_of(Role.OFFICIAL)
    line = ask(office, scope)["missing"].line
    assert decisions.decide(office.db, scope, office.run, [line, line], "keep") == 1
    assert decisions.decide(office.db, scope, office.run, [line], "close", CLOSING) == 0
    assert office.values(office.named("みどり商店"))["closed_on"] is None


def test_the_lists_value_is_taken_or_the_registers_kept(office, scope_of):
    scope, salon = scope_of(Role.OFFICIAL), office.named("茶の間")
    line = ask(office, scope)["edit_stands"].line
    with office.db.begin_nested() as either:
        decisions.decide(office.db, scope, office.run, [line], "theirs")
        assert office.values(salon)["fee"] == "300円"
        either.rollback()
    decisions.decide(office.db, scope, office.run, [line], "ours")
    assert office.values(salon)["fee"] == "無料"


def test_a_value_that_moved_on_since_the_report_is_not_overwritten(office, scope_of):
    scope, salon = scope_of(Role.OFFICIAL), office.named("茶の間")
    office.edit(salon, 2, fee="50円")
    with pytest.raises(Conflict):
        decisions.decide(
            office.db, scope, office.run, [ask(office, scope)["edit_stands"].line], "theirs"
        )


def test_a_choice_that_does_not_fit_the_line_is_refused(office, scope_of):
    scope = scope_of(Role.OFFICIAL)
    with pytest.raises(Invalid):
        decisions.decide(office.db, scope, office.run, [ask(office, scope)["missing"].line], "ours")


def test_who_may_not_write_there_does_not_decide(db, office, scope_of):
    line = ask(office, scope_of(Role.OFFICIAL))["missing"].line
    with pytest.raises(NotAllowed):
        decisions.decide(db, scope_of(Role.VIEWER), office.run, [line], "keep")
    away = text(
        "update resource set place = st_setsrid(st_makepoint(136.9, 32.9), 4326) where id = :i"
    )
    db.execute(away, {"i": office.named("みどり商店")})
    with pytest.raises(NotAllowed):
        decisions.decide(db, scope_of(Role.COORDINATOR_2), office.run, [line], "keep")


def test_the_next_report_says_what_was_decided_before(office, scope_of):
    scope = scope_of(Role.OFFICIAL)
    decisions.decide(office.db, scope, office.run, [ask(office, scope)["missing"].line], "keep")
    office.run = office.edition(SALON.replace("100円", "400円"))
    again = ask(office, scope)["missing"]
    assert (again.decided, again.earlier.choice) == (None, "keep")


def test_two_that_may_be_one_are_named_with_both_and_can_be_told_apart(db, tmp_path, scope_of):
    office, scope = Office(db, tmp_path), scope_of(Role.OFFICIAL)
    twin = SALON.replace("A1,茶の間", "A9,（株）茶の間")
    office.run = office.edition(SALON, twin)
    question = next(q for q in decisions.list_questions(db, scope, office.run))
    assert question.reason in ("alike_near", "alike_address")
    pair = {question.resource, question.other}
    assert pair == {office.named("茶の間"), office.named("（株）茶の間")}
    assert decisions.decide(db, scope, office.run, [question.line], "apart") == 1
    (decided,) = decisions.list_questions(db, scope, office.run)
    assert decided.decided.choice == "apart"
