"""ふたつをひとつに: what stays, what leads where, and the way back."""

from datetime import date
from uuid import uuid4

import pytest
from sqlalchemy import text

from geo import intake, merging, morning, registry, visits
from geo.edits import ResourceEdit
from geo.errors import Conflict, Invalid, NotAllowed, NotFound
from geo.intake import Delivery
from geo.merging import Wish
from geo.records import audit, mergers, resources
from geo.records import photos as photo_records
from geo.records import visits as visit_records
from geo.records.visits import Asked
from geo.scope import Role, Scope, house
from geo.sources.model_town import corner_lonlat
from tests.conftest import TOWN
from tests.routes.making import make, make_photo

TODAY = date(2026, 11, 30)
EAST = list(corner_lonlat(35, 5))


def state(db, resource):
    return resources.load_values(db, house(TOWN), [resource])[resource][1]


def wish(db, kept, gone, draft=None, **choices):
    known = resources.load_values(db, house(TOWN), [kept, gone])
    seen = (known[kept][0], known[gone][0])
    return Wish(draft or uuid4(), kept, gone, seen, choices, "まとめた")


def edit(resource, base, **values):
    return ResourceEdit.parse({"id": uuid4(), "resource": resource, "base": base, "edits": values})


@pytest.fixture
def official(scope_of):
    return scope_of(Role.OFFICIAL)


@pytest.fixture
def two(db):
    kept = make(db, name="ふれあいサロン松葉", fee="100円", confirmed_on="2026-04-01")
    gone = make(
        db,
        name="松葉サロン",
        fee="200円",
        phone="0000-11-2222",
        other_names=["車庫サロン"],
        confirmed_on="2026-10-01",
        consents=[{"medium": "web", "answer": "no", "by": "世話人", "on": "2026-05-01"}],
    )
    return kept, gone


def test_the_guess_is_what_is_not_empty_and_else_what_was_confirmed_later(db, two):
    one, other = merging.sides(db, house(TOWN), *two)
    guesses = {row.field: row.guess for row in merging.differences(one, other)}
    assert guesses == {"name": "gone", "fee": "gone", "phone": "gone", "confirmed_on": "gone"}
    back = {row.field: row.guess for row in merging.differences(other, one)}
    assert back == {"name": "kept", "fee": "kept", "phone": "kept", "confirmed_on": "kept"}


def test_one_stays_with_what_was_chosen_and_the_other_leads_to_it(db, official, two):
    kept, gone = two
    merging.merge(db, official, wish(db, kept, gone, phone="gone", fee="kept"), TODAY)
    stays, ended = state(db, kept), state(db, gone)
    assert (stays["phone"], stays["fee"], stays["name"]) == (
        "0000-11-2222",
        "100円",
        "ふれあいサロン松葉",
    )
    assert stays["other_names"] == ["松葉サロン", "車庫サロン"]
    assert stays["consents"][0]["answer"] == "no", "who said no to one said no to both"
    assert (ended["closed_on"], ended["merged_into"]) == ("2026-11-30", str(kept))
    assert len(resources.list_revisions(db, official, gone)) == 2, "its history stays its own"
    assert audit.list_of(db, official, "resource", kept)[0].action == "merge"


def test_the_same_merge_sent_twice_counts_once(db, official, two):
    asked = wish(db, *two, fee="gone")
    first = merging.merge(db, official, asked, TODAY)
    assert merging.merge(db, official, asked, TODAY) == first
    assert db.scalar(text("select count(*) from merger")) == 1


def test_set_back_both_are_as_they_were(db, official, two):
    kept, gone = two
    before = state(db, kept), state(db, gone)
    merging.merge(db, official, wish(db, kept, gone, fee="gone", name="gone"), TODAY)
    draft = uuid4()
    assert merging.undo(db, official, draft, gone) == kept
    assert merging.undo(db, official, draft, gone) == kept, "twice counts once"
    after = state(db, kept), state(db, gone)
    for one, other in zip(before, after, strict=True):
        assert {k: v for k, v in one.items() if k != "revision"} == {
            k: v for k, v in other.items() if k != "revision"
        }
    with pytest.raises(NotFound):
        merging.undo(db, official, uuid4(), gone)
    merging.merge(db, official, wish(db, kept, gone), TODAY)
    assert state(db, gone)["merged_into"] == str(kept), "and can be merged again"


def test_set_back_what_others_changed_beside_it_stands_and_what_they_overwrote_is_asked(
    db, official, two
):
    kept, gone = two
    after = merging.merge(db, official, wish(db, kept, gone, fee="gone"), TODAY)
    registry.apply(db, official, edit(kept, after, booking="電話で"))
    registry.apply(db, official, edit(kept, after, fee="300円"))
    db.commit()
    with pytest.raises(Conflict) as told:
        merging.undo(db, official, uuid4(), gone)
    assert told.value.facts["theirs"] == {"fee": "300円"}
    db.rollback()
    assert state(db, gone)["merged_into"] == str(kept), "nothing was written"
    registry.apply(db, official, edit(kept, after + 2, fee="200円"))
    merging.undo(db, official, uuid4(), gone)
    assert (state(db, kept)["fee"], state(db, kept)["booking"]) == ("100円", "電話で")


def test_who_looked_before_somebody_wrote_is_asked_again(db, official, two):
    kept, gone = two
    asked = wish(db, kept, gone)
    registry.apply(db, official, edit(gone, 1, fee="無料"))
    with pytest.raises(Conflict) as told:
        merging.merge(db, official, asked, TODAY)
    assert told.value.facts["theirs"] == {"fee": "無料"}


def test_neither_with_itself_nor_with_what_was_merged_nor_beyond_one_s_areas(
    db, official, two, scope_of
):
    kept, gone = two
    with pytest.raises(Invalid):
        merging.merge(db, official, wish(db, kept, kept), TODAY)
    far = make(db, name="東のサロン", place=EAST)
    near = make(db, name="西のサロン", place=list(corner_lonlat(5, 5)))
    with pytest.raises(NotAllowed):
        merging.merge(db, scope_of(Role.COORDINATOR_2), wish(db, near, far), TODAY)
    merging.merge(db, official, wish(db, kept, gone), TODAY)
    with pytest.raises(Invalid):
        merging.merge(db, official, wish(db, near, gone), TODAY)


def test_a_draft_written_without_a_network_reaches_the_one_that_stays(db, official, two):
    """She wrote on the old entry's revision 1; what both hold alike is changed, the rest is asked."""
    kept, gone = two
    merging.merge(db, official, wish(db, kept, gone), TODAY)
    registry.apply(db, official, edit(gone, 1, booking="電話で", confirmed_on="2026-11-20"))
    assert state(db, kept)["booking"] == "電話で"
    assert state(db, gone)["booking"] == ""
    late = edit(gone, 1, fee="無料")
    db.commit()
    with pytest.raises(Conflict) as told:
        registry.apply(db, official, late)
    assert told.value.facts["theirs"] == {"fee": "100円"}
    assert told.value.facts["merged_into"] == str(kept)
    db.rollback()
    again = ResourceEdit(late.draft, gone, told.value.facts["revision"], late.values)
    registry.apply(db, official, again)
    assert state(db, kept)["fee"] == "無料"
    assert registry.apply(db, official, again), "and twice counts once"


def test_a_confirmation_older_than_the_other_s_changes_nothing(db, official, two):
    kept, gone = two
    merging.merge(db, official, wish(db, gone, kept), TODAY)
    registry.apply(db, official, edit(kept, 1, confirmed_on="2026-09-01"))
    assert state(db, gone)["confirmed_on"] == "2026-10-01"


HEADER = "ID,名称,住所,緯度,経度,種別,料金\n"


@pytest.fixture
def bring(db, tmp_path):
    def read(*rows, name="list.csv"):
        path = tmp_path / name
        path.write_text(HEADER + "\n".join(rows) + "\n", encoding="utf-8")
        return intake.run_resources(db, house(TOWN), Delivery(path, tmp_path / "o"))

    return read


def by_name(db, name):
    return db.scalar(text("select id from resource where name = :name"), {"name": name})


def test_a_list_goes_on_with_the_entry_that_stays(db, official, bring):
    """Both rows of one list were one thing: the row of the entry that stays speaks for it."""
    bring("1,なぎさ会,汐見9,32.6,136.3,サロン,100円", "2,渚の会,汐見8,32.6,136.3,サロン,200円")
    kept, gone = by_name(db, "なぎさ会"), by_name(db, "渚の会")
    merging.merge(db, official, wish(db, kept, gone), TODAY)
    run = bring(
        "1,なぎさ会,汐見9,32.6,136.3,サロン,100円", "2,渚の会,汐見8,32.6,136.3,サロン,300円"
    )
    assert (run.added, run.missing) == (0, 0)
    assert state(db, kept)["fee"] == "100円"
    run = bring(
        "1,なぎさ会,汐見9,32.6,136.3,サロン,500円", "2,渚の会,汐見8,32.6,136.3,サロン,300円"
    )
    assert state(db, kept)["fee"] == "500円"
    assert state(db, gone)["fee"] == "200円"


def test_a_list_whose_row_was_merged_into_another_s_entry_writes_there(db, official, bring):
    bring("1,渚の会,汐見8,32.6,136.3,サロン,200円")
    gone, kept = by_name(db, "渚の会"), make(db, name="なぎさ会", fee="200円")
    merging.merge(db, official, wish(db, kept, gone), TODAY)
    run = bring("1,渚の会,汐見8,32.6,136.3,サロン,300円")
    assert (run.added, run.changed) == (0, 1)
    assert state(db, kept)["fee"] == "300円"
    assert mergers.find_survivor(db, official, gone) == kept


def test_visits_and_photos_follow_over_any_number_of_merges(db, official):
    """From B into A, then A into C: what was seen at B is shown with C, and goes back when it is set back."""
    gone, kept, last = (make(db, name=f"{name}の会") for name in ("一つめ", "二つめ", "三つめ"))
    photo = make_photo(db, official, gone, is_public=True)
    raw = {
        "id": str(uuid4()),
        "visited_on": "2026-11-19",
        "activity": "visit",
        "resource": str(gone),
    }
    visits.record(db, official, visits.VisitEdit.parse(raw), date(2026, 11, 20))
    merging.merge(db, official, wish(db, kept, gone), TODAY)
    merging.merge(db, official, wish(db, last, kept), TODAY)

    def told(resource):
        rows = visit_records.list_all(db, official, Asked(resource=resource))
        return [(row.resource_now, row.resource_name) for row in rows]

    assert told(last) == [(last, "三つめの会")]
    assert [row.id for row in photo_records.list_of(db, official, last)] == [photo]
    assert [row.id for row in photo_records.list_of(db, Scope(TOWN, Role.RESIDENT), last)] == [
        photo
    ]
    unvisited, _ = morning.unvisited(db, official, TODAY)
    assert last not in {row["resource"] for row in unvisited}
    merging.undo(db, official, uuid4(), kept)
    assert (told(last), [name for _, name in told(kept)]) == ([], [state(db, kept)["name"]])
    assert photo_records.list_of(db, official, last) == []


def test_which_of_two_rests_is_chosen_with_its_end_and_nothing_written_is_no_gap(db, official, two):
    """One runs, the other one rests: whoever was confirmed later is believed, for "runs" is not something missing."""
    kept, gone = two
    days = {"paused_on": "2026-10-01", "resumes_on": "2027-04-01"}
    registry.apply(db, official, edit(gone, 1, **days))
    db.commit()

    def guesses():
        both = merging.sides(db, official, kept, gone)
        return {one.field: one.guess for one in merging.differences(*both)}

    assert guesses()["paused_on"] == "gone"
    assert "resumes_on" not in guesses()
    registry.apply(db, official, edit(kept, 1, confirmed_on="2026-11-01"))
    db.commit()
    assert guesses()["paused_on"] == "kept"
    merging.merge(db, official, wish(db, kept, gone, paused_on="gone"), TODAY)
    assert {name: state(db, kept)[name] for name in days} == days
