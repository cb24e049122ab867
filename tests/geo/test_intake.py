"""取り込み: what a file becomes, what a second reading changes (nothing), what a bad one changes."""

import json
from pathlib import Path

import pytest
from sqlalchemy import text

from geo import intake, registry
from geo.edits import ResourceEdit
from geo.errors import Invalid, Unreadable
from geo.intake import Delivery
from geo.records import districts, intakes, shelf
from geo.records.shelf import Wanted
from geo.scope import Role, Scope, house
from geo.sources.model_town import corner_lonlat
from tests.conftest import TOWN

HEADER = "ID,名称,住所,緯度,経度,種別,料金,利用可能曜日,開始時間,終了時間\n"
EVERYTHING = """
    select jsonb_build_object(
        'district', (select jsonb_agg(to_jsonb(t) order by id) from district t),
        'resource', (select jsonb_agg(to_jsonb(t) order by id) from resource t),
        'opening', (select jsonb_agg(to_jsonb(t) order by resource, position) from opening t),
        'revision', (select jsonb_agg(to_jsonb(t) order by resource, revision)
                     from resource_revision t),
        'source_row', (select jsonb_agg(to_jsonb(t) order by municipality, dataset, key)
                       from source_row t),
        'version', (select jsonb_agg(to_jsonb(t) order by municipality, noun) from version t))
"""


@pytest.fixture
def deliver(tmp_path):
    """deliver("名称,…") -> a file at the gate."""

    def make(words: str, name: str = "list.csv") -> Delivery:
        path = tmp_path / name
        path.write_text(words, encoding="utf-8")
        return Delivery(path, tmp_path / "originals")

    return make


def rows(*lines: str) -> str:
    return HEADER + "\n".join(lines) + "\n"


SALON = "A1,茶の間,松葉1,32.51,136.01,サロン,100円,火,10:00,11:30"
SHOP = "A2,みどり商店,緑丘2,32.52,136.02,食料品店,,月～土,9:00,18:00"


def counts(run):
    return (run.rows, run.added, run.changed, run.unchanged, run.missing, run.refused)


def names(db, **wanted):
    return {row.name for row in shelf.list_open(db, house(TOWN), Wanted(**wanted))}


def test_gobancho_has_the_areas_and_resources_that_were_drawn(db):
    scope = house(TOWN)
    have = {
        row.code: len(districts.list_at_level(db, scope, row.code))
        for row in districts.list_levels(db, scope)
    }
    assert have == {"municipality": 1, "living_area": 2, "junior_high": 2, "elementary": 4}
    assert shelf.count_open(db, scope, Wanted()) == 25


def test_a_place_on_a_border_counts_for_the_lowest_code_only(db):
    """Six of the 25 resources stand on x = 20, the border of both 中学校区."""
    scope = house(TOWN)
    west, east = districts.list_at_level(db, scope, "junior_high")
    counted = shelf.count_by_district(db, scope, "junior_high", Wanted())
    listed = [shelf.count_open(db, scope, Wanted(district=area.id)) for area in (west, east)]
    assert [counted[west.id], counted[east.id]] == listed
    placed = sum(row.lon is not None for row in shelf.list_open(db, scope, Wanted()))
    assert sum(listed) == placed
    border = {tuple(round(x, 7) for x in corner_lonlat(20, y)) for y in range(41)}
    on_border = [
        row.name
        for row in shelf.list_open(db, scope, Wanted(district=west.id))
        if (round(row.lon, 7), round(row.lat, 7)) in border
    ]
    assert len(on_border) == 6


def test_the_same_file_twice_changes_nothing_but_adds_a_report(db, deliver):
    delivery = deliver(rows(SALON, SHOP))
    first = intake.run_resources(db, house(TOWN), delivery)
    db.flush()
    before = db.scalar(text(EVERYTHING))
    second = intake.run_resources(db, house(TOWN), delivery)
    assert db.scalar(text(EVERYTHING)) == before
    assert (counts(first), counts(second)) == ((2, 2, 0, 0, 0, 0), (2, 0, 0, 2, 0, 0))
    assert first.sha256 == second.sha256


def test_the_same_areas_twice_change_nothing(db, tmp_path):
    path = Path(__file__).parents[2] / "data/boundaries/99001/A32-21_99001.geojson"
    before = db.scalar(text(EVERYTHING))
    run = intake.run_districts(db, house(TOWN), Delivery(path, tmp_path), "junior_high")
    assert counts(run) == (2, 0, 0, 2, 0, 0)
    assert db.scalar(text(EVERYTHING)) == before


def test_a_later_edition_keeps_the_area_that_accounts_hang_on(db, tmp_path):
    path = Path(__file__).parents[2] / "data/boundaries/99001/living_area_99001.geojson"
    later = json.loads(path.read_text(encoding="utf-8"))
    later["features"][0]["properties"]["code"] = "new-code"
    ring = later["features"][1]["geometry"]["coordinates"]
    while isinstance(ring[0][0], list):
        ring = ring[0]
    ring[1][0] += 1e-4
    copy = tmp_path / "later.geojson"
    copy.write_text(json.dumps(later, ensure_ascii=False), encoding="utf-8")
    before = {row.name: row.id for row in districts.list_at_level(db, house(TOWN), "living_area")}
    run = intake.run_districts(db, house(TOWN), Delivery(copy, tmp_path / "o"), "living_area")
    after = {row.name: row.id for row in districts.list_at_level(db, house(TOWN), "living_area")}
    assert after == before
    assert counts(run) == (2, 0, 2, 0, 0, 0)


def test_a_changed_cell_changes_that_field_only(db, deliver):
    intake.run_resources(db, house(TOWN), deliver(rows(SALON, SHOP)))
    run = intake.run_resources(
        db, house(TOWN), deliver(rows(SALON.replace("100円", "200円"), SHOP))
    )
    assert counts(run) == (2, 0, 1, 1, 0, 0)
    changed = db.execute(
        text("select before, changed from resource_revision where intake = :i"), {"i": run.id}
    ).all()
    assert changed == [({"fee": "100円"}, {"fee": "200円"})]


def test_a_persons_edit_outlives_the_next_edition(db, deliver):
    intake.run_resources(db, house(TOWN), deliver(rows(SALON)))
    (row,) = [r for r in shelf.list_open(db, house(TOWN), Wanted()) if r.name == "茶の間"]
    draft = {
        "id": row.id,
        "resource": row.id,
        "base": 1,
        "edits": {"fee": "無料", "name": "茶の間 花"},
    }
    registry.apply(db, Scope(TOWN, Role.OFFICIAL), ResourceEdit.parse(draft))
    run = intake.run_resources(db, house(TOWN), deliver(rows(SALON.replace("100円", "300円"))))
    after = shelf.get(db, house(TOWN), row.id)
    assert (after.name, after.fee) == ("茶の間 花", "無料")
    (line,) = [line for line in run.report["rows"] if line["reason"] == "edit_stands"]
    assert line["detail"] == {"field": "fee", "ours": "無料", "theirs": "300円", "key": "A1"}
    assert line["name"] == "茶の間 花"


def test_a_vanished_row_is_reported_and_never_closed_by_itself(db, deliver):
    intake.run_resources(db, house(TOWN), deliver(rows(SALON, SHOP)))
    run = intake.run_resources(db, house(TOWN), deliver(rows(SALON)))
    assert counts(run) == (1, 0, 0, 1, 1, 0)
    assert {"茶の間", "みどり商店"} <= names(db)
    assert run.report["missing"] == ["みどり商店"]


def test_another_list_with_the_same_columns_and_numbers_touches_nothing_of_the_first(db, deliver):
    intake.run_resources(db, house(TOWN), deliver(rows(SALON, SHOP)))
    halls = [
        "A1,松葉公民館,松葉9,32.51,136.01,公民館,,火,9:00,17:00",
        "A2,緑丘公民館,緑丘9,32.52,136.02,公民館,,火,9:00,17:00",
    ]
    run = intake.run_resources(db, house(TOWN), deliver(rows(*halls), "halls.csv"))
    assert counts(run) == (2, 2, 0, 0, 0, 0)
    assert {"茶の間", "みどり商店", "松葉公民館", "緑丘公民館"} <= names(db)
    again = intake.run_resources(db, house(TOWN), deliver(rows(*halls[:1]), "halls2027.csv"))
    assert (counts(again), again.report["missing"]) == ((1, 0, 0, 1, 1, 0), ["緑丘公民館"])
    assert again.report["assumptions"] == ["follows=halls.csv"]


def test_a_list_that_is_numbered_anew_is_known_by_names(db, deliver):
    intake.run_resources(db, house(TOWN), deliver(rows(SALON, SHOP)))
    shifted = [
        "A1,あたらしい会,松葉3,32.51,136.01,サロン,,水,10:00,11:30",
        SALON.replace("A1", "A2"),
        SHOP.replace("A2", "A3"),
    ]
    run = intake.run_resources(db, house(TOWN), deliver(rows(*shifted)))
    assert counts(run) == (3, 1, 0, 2, 0, 0)
    assert run.report["assumptions"] == ["follows=list.csv", "ids_renumbered"]


def test_a_person_can_say_that_a_list_is_new_or_which_it_continues(db, deliver):
    first = intake.run_resources(db, house(TOWN), deliver(rows(SALON)))
    new = intake.run_resources(db, house(TOWN), deliver(rows(SALON)), follows="new")
    assert counts(new) == (1, 1, 0, 0, 0, 0)
    other = intake.run_resources(db, house(TOWN), deliver(rows(SHOP)), follows=first.target)
    assert counts(other) == (1, 1, 0, 0, 1, 0)
    with pytest.raises(Invalid):
        intake.run_resources(db, house(TOWN), deliver(rows(SHOP)), follows="elsewhere")


def test_each_row_that_is_not_taken_has_its_reason(db, deliver):
    bad = [
        "B1,,松葉1,32.51,136.01,サロン,,,,",
        "B2,遠い店,海の上,51.5,-0.1,食料品店,,,,",
        "B3,なぞの会,松葉3,32.51,136.01,宇宙旅行,,,,",
        "A1,茶の間ふたたび,松葉1,32.51,136.01,サロン,,,,",
    ]
    run = intake.run_resources(db, house(TOWN), deliver(rows(SALON, *bad)))
    assert counts(run) == (5, 1, 0, 0, 0, 4)
    reasons = {line["reason"] for line in run.report["rows"] if line["refused"]}
    assert reasons == {"no_name", "outside_japan", "unknown_kind", "duplicate_id"}


def test_openings_are_read_and_what_cannot_be_read_is_kept_in_words(db, deliver):
    odd = "C1,ふしぎ会,松葉1,32.51,136.01,サロン,,満月の夜だけ,,"
    run = intake.run_resources(db, house(TOWN), deliver(rows(SALON, odd)))
    kept = {row.name: row.openings for row in shelf.list_open(db, house(TOWN), Wanted())}
    assert kept["茶の間"][0]["rrule"] == "FREQ=WEEKLY;BYDAY=TU"
    assert kept["ふしぎ会"][0]["irregular"] is True
    assert "満月の夜だけ" in kept["ふしぎ会"][0]["note"]
    assert "openings_irregular" in {line["reason"] for line in run.report["rows"]}


def test_a_place_outside_the_town_is_taken_and_remarked_upon(db, deliver):
    far = "D1,となり町の店,となり,32.6,136.2,食料品店,,,,"
    run = intake.run_resources(db, house(TOWN), deliver(rows(far)))
    assert run.added == 1
    assert [line["reason"] for line in run.report["rows"]] == ["outside_municipality"]


def test_without_a_kind_anywhere_the_file_is_refused_whole(db, deliver):
    before = db.scalar(text(EVERYTHING))
    with pytest.raises(Unreadable) as error:
        intake.run_resources(db, house(TOWN), deliver("名称,住所\n茶の間,松葉1\n"))
    assert error.value.facts["reason"] == "kind_needed"
    db.rollback()
    assert db.scalar(text(EVERYTHING)) == before


def test_the_kind_can_be_said_for_the_whole_file(db, deliver):
    run = intake.run_resources(
        db, house(TOWN), deliver("名称,住所,緯度,経度\n休み石,松葉1,32.51,136.01\n"), kind="bench"
    )
    assert run.added == 1
    assert "休み石" in names(db, kind="bench")


def test_an_unknown_municipality_needs_a_name(db, deliver):
    with pytest.raises(Invalid):
        intake.run_resources(db, house("18999"), deliver(rows(SALON)))
    run = intake.run_resources(db, house("18999"), deliver(rows(SALON)), name="新しい町")
    assert run.municipality == "18999"


def test_the_original_is_kept_under_its_checksum(db, deliver):
    delivery = deliver(rows(SALON))
    run = intake.run_resources(db, house(TOWN), delivery)
    assert (delivery.originals / run.sha256).read_bytes() == delivery.path.read_bytes()


def test_areas_of_other_municipalities_are_refused(db, tmp_path):
    path = Path(__file__).parents[2] / "data/boundaries/99001/A32-21_99001.geojson"
    run = intake.run_districts(db, house("99002"), Delivery(path, tmp_path), "junior_high")
    assert counts(run) == (2, 0, 0, 0, 0, 2)
    assert {line["reason"] for line in run.report["rows"]} == {"other_municipality"}


@pytest.mark.parametrize(
    ("city", "code", "layer", "level", "areas"),
    [
        ("sabae", "18207", "A32", "junior_high", 3),
        ("sabae", "18207", "A27", "elementary", 12),
        ("echizen", "18209", "A32", "junior_high", 8),
        ("echizen", "18209", "A27", "elementary", 17),
    ],
)
def test_real_school_districts_are_read_whole(db, real, tmp_path, city, code, layer, level, areas):
    path = real / city / "school_district" / f"{layer}-16_{code}.geojson"
    run = intake.run_districts(db, house(code), Delivery(path, tmp_path), level)
    assert counts(run) == (areas, areas, 0, 0, 0, 0)
    assert len(districts.list_at_level(db, house(code), level)) == areas
    again = intake.run_districts(db, house(code), Delivery(path, tmp_path), level)
    assert counts(again) == (areas, 0, 0, areas, 0, 0)
    assert len(intakes.list_recent(db, house(code))) == 2
