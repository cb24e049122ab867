"""Several kinds by hand in 碁盤町: any of them, each of them, and which of them people lack."""

from itertools import combinations

import pytest

from geo.gap_map import together, whole
from geo.records import kinds
from tests.geo.gap_asking import TOWN, TUESDAYS


def people(found):
    return whole(together(found.rows).leading)


def lacks(found):
    return {of.kind.code: float(row.sum()) for of, row in zip(found.of, found.lacks, strict=True)}


def test_any_is_who_reaches_one_and_each_is_who_reaches_all(salon, ask):
    """The forty have a salon within thirteen minutes; nobody has the club in the far north-east as near as that
    and the salon, too."""
    salon(0, 3)
    salon(39, 39, kind="senior_club", name="長寿会")
    one, club = (people(ask(kind=kind, minutes="13")) for kind in ("salon", "senior_club"))
    both = ask(kind="salon,senior_club", minutes="13")
    assert one["reached"] == 40
    assert people(both)["reached"] == 40 + club["reached"]
    assert lacks(both) == pytest.approx(
        {"salon": 962, "senior_club": 1002 - club["reached"]}, abs=0.5
    )
    each = ask(kind="salon,senior_club", minutes="13", each="1")
    assert people(each)["reached"] == 0
    assert people(each)["beyond"] == 1002


def test_the_forty_have_both_where_both_are(salon, ask):
    salon(0, 3)
    salon(0, 3, kind="senior_club", name="長寿会", openings=TUESDAYS)
    assert people(ask(kind="salon,senior_club", minutes="13", each="1"))["reached"] == 40
    asked = {"minutes": "13", "each": "1", "day": "tue", "at": "morning"}
    assert people(ask(kind="salon,senior_club", **asked))["reached"] == 0  # when is the salon?


def test_unknown_is_beyond_only_where_another_kind_is_known_to_be_lacking(salon, ask):
    """Nobody knows for whom the meals are: who has the salon has perhaps both, who has not lacks it anyway."""
    salon(0, 3)
    any_of, each = (
        people(ask(kind="salon,meal_delivery", minutes="13", each=word)) for word in ("", "1")
    )
    assert (any_of["reached"], any_of["beyond"], any_of["unknown"]) == (40, 0, 962)
    assert (each["reached"], each["beyond"], each["unknown"]) == (0, 962, 40)


def test_a_group_of_one_is_that_kind(salon, ask):
    salon(0, 3)
    assert people(ask(minutes="13")) == people(ask(minutes="13", each="1"))


def test_everybody_is_in_one_state_whatever_is_asked(salon, ask, db):
    """Every pair of some kinds that go by place, by area and nowhere, any and each, on days and at any time."""
    salon(0, 3, openings=TUESDAYS)
    codes = ("salon", "meal_delivery", "grocery", "hospital")
    assert all(kinds.find(db, TOWN, code) for code in codes)
    for pair in combinations(codes, 2):
        for words in ({}, {"day": "tue"}, {"day": "twice_a_month", "at": "morning"}):
            alone = [people(ask("elementary", kind, **words)) for kind in pair]
            for each in ("", "1"):
                found = ask("elementary", ",".join(pair), each=each, **words)
                for row in found.rows:
                    parts = whole(row.leading)
                    held = parts["reached"] + parts["beyond"] + parts["unknown"]
                    assert held == parts["people"]
                    assert parts["beyond_min"] <= parts["beyond"] <= parts["beyond_max"]
                total = people(found)
                assert total["people"] == 1002
                bound = min if each else max
                reached = bound(one["reached"] for one in alone)
                assert (total["reached"] <= reached) if each else (total["reached"] >= reached)
