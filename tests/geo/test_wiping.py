"""抹消: what a host wants forgotten is nowhere any more, and comes back by no way."""

from datetime import UTC, date, datetime
from uuid import uuid4

import pytest
from sqlalchemy import text

from geo import intake, merging, photos, registry, visits, wiping
from geo.edits import ResourceEdit
from geo.errors import Conflict, Invalid, NotFound
from geo.intake import Delivery
from geo.records import audit, conflicts, resources, wipings
from geo.records import visits as visit_records
from geo.records.visits import Asked
from geo.scope import Role, house
from geo.wiping import USUAL, Wish
from tests.conftest import TOWN
from tests.routes.making import make, make_conflict, make_photo

NAME, PHONE = "田中みちこさん宅サロン", "0000-99-8765"


@pytest.fixture
def official(scope_of):
    return scope_of(Role.OFFICIAL)


def edit(resource, base, **values):
    return ResourceEdit.parse({"id": uuid4(), "resource": resource, "base": base, "edits": values})


def state(db, resource):
    return resources.load_values(db, house(TOWN), [resource])[resource][1]


def found(db, words):
    """Every table with these words in any of its columns: {table: rows}."""
    tables = db.scalars(
        text(
            "select table_name from information_schema.tables"
            " where table_schema = 'public' and table_type = 'BASE TABLE' order by 1"
        )
    ).all()
    hits = {}
    for table in tables:
        asked = text(f'select count(*) from "{table}" t where t::text like :words')
        if not db.scalar(text("select has_table_privilege(:t, 'select')"), {"t": table}):
            continue
        count = db.scalar(asked, {"words": f"%{words}%"})
        if count:
            hits[table] = count
    return hits


def host(db, official):
    """An entry with a past: written, changed, changed again."""
    resource = make(
        db,
        name=NAME,
        host="田中みちこ",
        host_contact=PHONE,
        staff_note="田中みちこさんの車庫",
        fee="100円",
    )
    registry.apply(db, official, edit(resource, 1, host="田中みちこ（代表）", fee="200円"))
    registry.apply(db, official, edit(resource, 2, phone=PHONE))
    return resource


def test_what_was_wiped_is_in_no_table_any_more_and_who_did_it_is(db, official):
    resource = host(db, official)
    assert set(found(db, "田中みちこ")) == {"resource", "resource_revision", "audit"}
    fields = ("name", "host", "host_contact", "staff_note", "phone")
    wish = Wish(fields, typed=NAME, name="個人宅の集まり", do_not_list=True)
    wiping.wipe(db, official, resource, wish)
    assert found(db, "田中みちこ") == {}
    assert found(db, PHONE) == {}
    now = state(db, resource)
    assert (now["name"], now["host"], now["fee"]) == ("個人宅の集まり", "", "200円")
    assert now["do_not_list"]
    told = audit.list_of(db, official, "resource", resource)[0]
    assert (told.action, told.account) == ("wipe", official.account)
    assert sorted(told.after["wiped"]) == sorted(fields)
    (row,) = wipings.list_of(db, official, resource)
    assert (sorted(row.fields), row.account) == (sorted(fields), official.account)
    left = resources.list_revisions(db, official, resource)
    assert [change.changed.get("fee") for change in left] == [None, None, "200円", "100円"]


def test_no_older_revision_brings_it_back(db, official):
    resource = host(db, official)
    wiping.wipe(db, official, resource, Wish(("host", "host_contact"), typed=NAME))
    registry.undo(db, official, uuid4(), resource, 2)
    assert (state(db, resource)["host"], state(db, resource)["fee"]) == ("", "100円")
    registry.undo(db, official, uuid4(), resource, 4)
    assert state(db, resource)["host"] == ""


def test_a_draft_from_before_it_is_asked_and_never_silent(db, official):
    resource = host(db, official)
    wiping.wipe(db, official, resource, Wish(("host",), typed=NAME))
    with pytest.raises(Conflict) as told:
        registry.apply(db, official, edit(resource, 3, host="田中みちこ"))
    assert told.value.facts["theirs"] == {"host": ""}


def test_what_was_merged_into_it_is_wiped_with_it_and_setting_back_brings_nothing(db, official):
    kept, gone = host(db, official), make(db, name="車庫の会", host="田中みちこ")
    known = resources.load_values(db, official, [kept, gone])
    seen = (known[kept][0], known[gone][0])
    merging.merge(
        db,
        official,
        merging.Wish(uuid4(), kept, gone, seen, {"host": "gone"}, ""),
        date(2026, 11, 30),
    )
    wiping.wipe(db, official, kept, Wish(("host", "staff_note", "name"), typed=NAME, name="集まり"))
    assert found(db, "田中みちこ") == {}
    merging.undo(db, official, uuid4(), gone)
    assert (state(db, kept)["host"], state(db, gone)["host"]) == ("", "")
    assert found(db, "田中みちこ") == {}


HEADER = "名称,住所,緯度,経度,種別,電話番号,料金\n"
ROW = f"{NAME},汐見9,32.6,136.3,サロン,{PHONE},100円"


def test_a_list_that_says_it_again_does_not_bring_it_back_nor_a_second_entry(
    db, official, tmp_path
):
    def bring(row):
        path = tmp_path / "list.csv"
        path.write_text(HEADER + row + "\nほかの会,汐見8,32.6,136.31,サロン,,\n", encoding="utf-8")
        return intake.run_resources(db, house(TOWN), Delivery(path, tmp_path / "o"))

    first = bring(ROW)
    resource = db.scalar(text("select id from resource where name = :n"), {"n": NAME})
    assert [run.id for run in wiping.originals_naming(db, official, resource)] == [first.id]
    wiping.wipe(db, official, resource, Wish(("name", "phone"), typed=NAME, name="個人宅の集まり"))
    assert found(db, "田中みちこ") == {}
    assert found(db, PHONE) == {}
    run = bring(ROW.replace("100円", "300円"))
    assert (run.added, run.changed, run.missing) == (0, 1, 0)
    now = state(db, resource)
    assert (now["name"], now["phone"], now["fee"]) == ("個人宅の集まり", "", "300円")
    assert "source_row" not in found(db, PHONE)
    assert "source_row" not in found(db, "田中みちこ")


def test_what_a_list_says_again_stands_in_no_report_either_be_it_taken_or_refused(
    db, official, tmp_path
):
    def bring(row):
        path = tmp_path / "list.csv"
        path.write_text(HEADER + row + "\nほかの会,汐見8,32.6,136.31,サロン,,\n", encoding="utf-8")
        return intake.run_resources(db, house(TOWN), Delivery(path, tmp_path / "o"))

    bring(ROW)
    resource = db.scalar(text("select id from resource where name = :n"), {"n": NAME})
    wiping.wipe(db, official, resource, Wish(("name", "phone"), typed=NAME, name="個人宅の集まり"))
    outside = bring(ROW.replace("136.3", "139.7"))  # taken, with a remark
    assert "outside_municipality" in [line["reason"] for line in outside.report["rows"]]
    unread = bring(ROW.replace(",サロン,", ",？？？,"))  # refused: no such kind
    assert "unknown_kind" in [line["reason"] for line in unread.report["rows"]]
    assert found(db, "田中みちこ") == {}


def visit(db, scope, resource=None, **values):
    raw = {"id": str(uuid4()), "visited_on": "2026-11-19", "activity": "visit", **values}
    edit = visits.VisitEdit.parse(raw | ({"resource": str(resource)} if resource else {}))
    visits.record(db, scope, edit, date(2026, 11, 20))
    return edit.id


def test_what_visits_captions_and_others_say_is_offered_and_wiped_where_it_was_chosen(db, official):
    gone, resource, other = make(db, name="車庫の会"), host(db, official), make(db, name="北の会")
    told = visit(
        db,
        official,
        gone,
        note="田中さんと話した。",
        next_step="田中さんに電話",
        next_on="2026-12-01",
    )
    quiet = visit(db, official, resource, note="12人で体操。")
    elsewhere = visit(db, official, other, note="田中さんのところと合同。")
    visit(db, official, other, note="田中町の集会所が使えない。")
    taken_away = visit(db, official, resource, note="田中みちこさんは入院中。")
    visits.remove(db, official, taken_away, datetime(2026, 11, 20, tzinfo=UTC))
    photo = make_photo(db, official, resource)
    photos.change(db, official, photo, has_faces="no", is_public=False, caption="田中さんの車庫")
    known = resources.load_values(db, official, [resource, gone])
    seen = (known[resource][0], known[gone][0])
    merging.merge(
        db, official, merging.Wish(uuid4(), resource, gone, seen, {}, ""), date(2026, 11, 30)
    )
    offered = {one.key: one for one in wiping.list_spoken(db, official, resource)}
    ids = [f"visit/{id_}" for id_ in (told, quiet, elsewhere, taken_away)]
    assert set(offered) == {*ids, f"photo/{photo}"}
    assert [offered[id_].names for id_ in ids] == [True, False, True, True]
    assert [offered[id_].is_own for id_ in ids] == [True, True, False, True]
    chosen = tuple(key for key, one in offered.items() if one.names)
    wish = Wish((*USUAL, "phone", "name"), typed=NAME, name="集まり", words=chosen)
    wiping.wipe(db, official, resource, wish)
    assert found(db, "田中さん") == found(db, "田中みちこ") == {}
    kept = {row.id: row for row in visit_records.list_all(db, official, Asked())}
    assert (kept[told].note, kept[told].next_step, kept[told].visited_on) == (
        "",
        "",
        date(2026, 11, 19),
    )
    assert kept[quiet].note == "12人で体操。"
    line = audit.list_of(db, official, "visit", told)[0]
    assert (line.action, line.account) == ("wipe", official.account)
    assert "note" in line.after["wiped"]


def test_words_alone_can_be_wiped_and_only_such_as_were_offered(db, official):
    resource, other = make(db), make(db, name="北の会")
    told = visit(db, official, resource, note="鍵は隣の家にある。")
    foreign = visit(db, official, other, note="鍵は事務所。")
    with pytest.raises(Invalid) as error:
        wiping.wipe(db, official, resource, Wish((), typed="茶の間", words=[f"visit/{foreign}"]))
    assert error.value.facts["fields"] == {"words": "unknown_choice"}
    wiping.wipe(db, official, resource, Wish((), typed="茶の間", words=[f"visit/{told}"]))
    assert found(db, "鍵は隣") == {}
    assert wipings.list_of(db, official, resource) == []
    assert state(db, resource)["name"] == "茶の間"


def test_conflicts_and_what_others_suggested_lose_the_fields_too(db, official):
    resource = make(db, host="田中みちこ")
    make_conflict(db, official, resource, host="田中みちこ（会長）")
    assert "conflict" in found(db, "田中みちこ")
    wiping.wipe(db, official, resource, Wish(("host",), typed="茶の間"))
    assert found(db, "田中みちこ") == {}
    assert [row.ours for row in conflicts.list_open(db, official)] == [{"fee": "60円"}]


@pytest.mark.parametrize(
    ("wish", "problems"),
    [
        (Wish((), typed=NAME), {"fields": "nothing_chosen"}),
        (Wish(("kind",), typed=NAME), {"fields": "unknown_choice"}),
        (Wish(("host",), typed="別の名前"), {"typed": "not_its_name"}),
        (Wish(("name",), typed=NAME), {"name": "required"}),
        (Wish(("name",), typed=NAME, name=NAME), {"name": "required"}),
    ],
)
def test_it_asks_twice(db, official, wish, problems):
    resource = host(db, official)
    with pytest.raises(Invalid) as told:
        wiping.wipe(db, official, resource, wish)
    assert told.value.facts["fields"] == problems
    assert state(db, resource)["host"] == "田中みちこ（代表）"


def test_the_application_itself_can_still_rewrite_no_history(db, official):
    """The owner's function takes chosen fields of one entry, and nothing else."""
    resource = host(db, official)
    for statement in (
        "update resource_revision set changed = '{}'",
        "update audit set after = null",
        "delete from audit",
        f"select wipe_history('{resource}', '{TOWN}', array['fee', 'kind'], null)",
        f"select wipe_history('{uuid4()}', '{TOWN}', array['host'], null)",
        f"select wipe_history('{resource}', '13101', array['host'], null)",
        f"select wipe_history('{resource}', null, array['host'], null)",
        f"select wipe_words(null, array['{uuid4()}']::uuid[], '{{}}', '{{}}', null)",
        f"select wipe_words('{TOWN}', array['{uuid4()}']::uuid[], '{{}}', '{{}}', null)",
        f"select wipe_conflicts('{TOWN}', array['{resource}']::uuid[], array['host'])",
    ):
        with (
            pytest.raises(Exception, match=r"permission denied|wiped|no such entry"),
            db.begin_nested(),
        ):
            db.execute(text(statement))
    with pytest.raises(NotFound):
        wiping.wipe(db, official, uuid4(), Wish(("host",), typed=NAME))
