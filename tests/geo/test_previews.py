"""取り込む前の確認: the page shows what the importer would do, and 取り込む does that or nothing."""

import io
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from geo import originals, previewing, previews, registry
from geo.edits import ResourceEdit
from geo.errors import Conflict, NotAllowed, NotFound
from geo.intake import datasets
from geo.previews import Sent
from geo.records import accounts, mappings, shelf
from geo.records import previews as records
from geo.records.shelf import Wanted
from geo.scope import Role, Scope, house
from tests.conftest import TOWN
from tests.geo.test_intake import EVERYTHING, SALON, SHOP, rows

PREVIEW = UUID(int=7)
BOUNDARIES = Path(__file__).parents[2] / "data/boundaries/99001"
TOWN_DEM = Path(__file__).parents[2] / "data/model_town/FG-GML-4836-60-DEM5A.zip"


class Desk:
    """An official with files, and the worker behind the wall."""

    def __init__(self, db: Session, folder: Path, scope: Scope) -> None:
        self.db, self.scope, self.kept = db, scope, folder / "originals"

    def send(self, content: bytes | str, name="list.csv", dataset="resources", **said):
        """A file at the door, tried out by the worker; returns its preview."""
        id_ = uuid4()
        raw = content.encode() if isinstance(content, str) else content
        folder = originals.waiting_room(self.kept, id_)
        path, sha256, size = originals.receive(io.BytesIO(raw), name, folder, 50)
        sent = Sent(id_, path.name, sha256, size)
        previews.open_preview(self.db, self.scope, dataset, said, sent)
        return self.work(id_)

    def work(self, id_):
        sessions = lambda: Session(  # noqa: E731
            self.db.connection(), join_transaction_mode="create_savepoint"
        )
        previewing.work(sessions, self.kept, id_, beat_s=60)
        return records.get(self.db, self.scope, id_)

    def apply(self, row):
        previews.apply(self.db, self.scope, row.id, row.sha256)
        return self.work(row.id)


@pytest.fixture
def desk(db, tmp_path, scope_of):
    return Desk(db, tmp_path, scope_of(Role.OFFICIAL))


def named(db, name):
    (row,) = [r for r in shelf.list_open(db, house(TOWN), Wanted()) if r.name == name]
    return row


def test_a_preview_says_what_would_be_and_changes_nothing(db, desk):
    before = db.scalar(text(EVERYTHING))
    row = desk.send(rows(SALON, SHOP, "B1,,松葉1,32.51,136.01,サロン,,,,"))
    assert row.state == "ready"
    assert row.finding["counts"] == {
        "rows": 3, "added": 2, "changed": 0, "unchanged": 0, "missing": 0, "refused": 1,
    }  # fmt: skip
    assert [added["name"] for added in row.finding["changes"]["added"]] == ["茶の間", "みどり商店"]
    (group,) = [g for g in row.finding["groups"] if g["refused"]]
    assert (group["reason"], group["rows"]) == ("no_name", 1)
    assert db.scalar(text(EVERYTHING)) == before
    assert not desk.kept.exists(), "the original is kept when it is imported, not before"


def test_importing_does_what_was_shown_and_keeps_the_original(db, desk):
    row = desk.apply(desk.send(rows(SALON, SHOP)))
    assert row.state == "applied"
    assert {"茶の間", "みどり商店"} <= {r.name for r in shelf.list_open(db, house(TOWN), Wanted())}
    assert (desk.kept / row.sha256).is_file()
    assert not originals.waiting_room(desk.kept, row.id).exists()
    run = db.execute(
        text("select account, file_name from intake where id = :i"), {"i": row.intake}
    ).one()
    assert run == (desk.scope.account, "list.csv")


def test_a_changed_row_is_shown_field_by_field(desk):
    desk.apply(desk.send(rows(SALON, SHOP)))
    row = desk.send(rows(SALON.replace("100円", "200円"), SHOP))
    (change,) = row.finding["changes"]["changed"]
    assert change["name"] == "茶の間"
    assert change["fields"] == [{"field": "fee", "before": "100円", "after": "200円"}]


def test_a_register_that_changed_meanwhile_is_shown_anew_and_nothing_is_written(db, desk):
    desk.apply(desk.send(rows(SALON, SHOP)))
    row = desk.send(rows(SALON.replace("100円", "200円"), SHOP))
    salon = named(db, "茶の間")
    edit = {"id": uuid4(), "resource": salon.id, "base": 1, "edits": {"fee": "無料"}}
    registry.apply(db, desk.scope, ResourceEdit.parse(edit))
    row = desk.apply(row)
    assert (row.state, row.finding["moved"]) == ("ready", True)
    assert named(db, "茶の間").fee == "無料"
    assert [g["reason"] for g in row.finding["groups"]] == ["edit_stands"]
    assert desk.apply(row).state == "applied"
    assert named(db, "茶の間").fee == "無料"


def test_what_others_changed_elsewhere_is_no_reason_to_ask_again(db, desk):
    desk.apply(desk.send(rows(SALON, SHOP)))
    row = desk.send(rows(SALON.replace("100円", "200円"), SHOP))
    shop = named(db, "みどり商店")
    edit = {"id": uuid4(), "resource": shop.id, "base": 1, "edits": {"fee": "無料"}}
    registry.apply(db, desk.scope, ResourceEdit.parse(edit))
    assert desk.apply(row).state == "applied"


def test_only_the_file_that_was_shown_is_imported(desk):
    row = desk.send(rows(SALON))
    with pytest.raises(Conflict):
        previews.apply(desk.db, desk.scope, row.id, "0" * 64)
    path = originals.waiting_room(desk.kept, row.id) / row.file_name
    path.write_text(rows(SALON, SHOP))
    row = desk.apply(row)
    assert (row.state, row.finding["facts"]["reason"]) == ("unreadable", "cannot_open")


def test_a_file_given_up_is_neither_worked_on_nor_imported(desk):
    row = desk.send(rows(SALON))
    previews.stop(desk.db, desk.scope, row.id)
    with pytest.raises(Conflict):
        previews.apply(desk.db, desk.scope, row.id, row.sha256)
    assert desk.work(row.id).state == "stopped"


def test_a_worker_stops_at_its_next_question_when_the_file_was_given_up(
    own_house, tmp_path, monkeypatch
):
    engine = own_house.extensions["engine"]
    with Session(engine) as db:
        official = next(row for row in accounts.list_all(db, house(TOWN)) if row.role == "official")
        desk = Desk(db, tmp_path, Scope(TOWN, Role.OFFICIAL, account=official.id))
        path, sha256, size = originals.receive(
            io.BytesIO(b"x"), "a.csv", originals.waiting_room(desk.kept, PREVIEW), 50
        )
        previews.open_preview(
            db, desk.scope, "resources", {}, Sent(PREVIEW, path.name, sha256, size)
        )
        db.commit()

    def never_ends(session, *_):
        with Session(engine) as other, other.begin():
            previews.stop(other, desk.scope, PREVIEW)
        while True:
            session.execute(text("select 1"))

    endless = replace(datasets.DATASETS["resources"], run=never_ends)
    monkeypatch.setattr(datasets, "DATASETS", {"resources": endless})
    previewing.work(lambda: Session(engine), desk.kept, PREVIEW, beat_s=0.01)
    with Session(engine) as db:
        assert records.get(db, desk.scope, PREVIEW).state == "stopped"
    assert not originals.waiting_room(desk.kept, PREVIEW).exists()


def test_a_job_that_comes_twice_imports_once(db, desk):
    row = desk.send(rows(SALON))
    desk.apply(row)
    desk.work(row.id)
    count = text("select count(*) from intake where file_name = 'list.csv'")
    assert db.scalar(count) == 1


def test_a_sender_whose_account_was_closed_meanwhile_imports_nothing(db, desk):
    row = desk.send(rows(SALON))
    db.execute(text("update account set is_active = false where id = :i"), {"i": row.account})
    row = desk.apply(row)
    assert (row.state, row.finding["code"]) == ("unreadable", "not_allowed")


def test_a_preview_is_its_senders_own(db, desk, scope_of):
    row = desk.send(rows(SALON))
    with pytest.raises(NotFound):
        records.get(db, scope_of(Role.ADMINISTRATOR), row.id)
    with pytest.raises(NotAllowed):
        previews.open_preview(
            db, scope_of(Role.COORDINATOR_1), "resources", {}, Sent(uuid4(), "x", "", 1)
        )


def test_a_worker_that_fell_silent_can_be_asked_again(db, desk):
    row = desk.send(rows(SALON))
    row.state = "working"
    db.flush()
    now = row.seen_at
    with pytest.raises(Conflict):
        previews.try_again(db, desk.scope, row.id, now + timedelta(seconds=59))
    previews.try_again(db, desk.scope, row.id, now + timedelta(seconds=61))
    assert desk.work(row.id).state == "ready"


def test_a_file_that_cannot_be_read_says_why(desk):
    row = desk.send(b"\x00\x01\x02")
    assert (row.state, row.finding["facts"]["reason"]) == ("unreadable", "not_text")


def test_an_unknown_table_is_asked_about_and_known_the_next_time(db, desk):
    table = "令和8年度 集いの場 調べ,,\n,,\n呼び名,どこで,ようび\n茶の間,松葉1,火\n"
    row = desk.send(table)
    assert (row.state, row.finding["facts"]["reason"]) == ("asking", "no_name_column")
    assert row.finding["rows"][1] == {"row": 3, "cells": ["呼び名", "どこで", "ようび"]}
    assert (row.finding["header_row"], row.finding["columns"]) == (
        3, {"name": "呼び名", "days": "ようび"},
    )  # fmt: skip
    spec = {
        "sheet": "", "header_row": 3, "kind": "salon", "kinds": {},
        "columns": {"name": "呼び名", "address": "どこで", "days": "ようび"},
    }  # fmt: skip
    said = {"mapping": spec, "mapping_name": "集いの場"}
    previews.try_again(db, desk.scope, row.id, datetime.now(UTC), said)
    row = desk.work(row.id)
    assert (row.state, row.finding["counts"]["added"]) == ("ready", 1)
    (kept,) = mappings.list_all(db, house(TOWN))
    assert (kept.name, kept.spec) == ("集いの場", spec)

    again = desk.send("令和9年度 集いの場 調べ,,\n,,\n呼び名,どこで,ようび\n茶の間,松葉1,水\n")
    assert (again.state, again.options["mapping_name"]) == ("ready", "集いの場")
    assert again.finding["counts"]["added"] == 1


def test_areas_are_shown_with_their_size_and_schools_with_their_fields(desk):
    later = (BOUNDARIES / "A32-21_99001.geojson").read_text(encoding="utf-8")
    row = desk.send(
        later.replace("第一中学校", "いちばん中学校"),
        "A32.geojson",
        "districts",
        level="junior_high",
    )
    assert row.state == "ready", row.finding
    assert row.finding["counts"]["rows"] == 2
    for change in row.finding["changes"]["changed"]:
        assert {field["field"] for field in change["fields"]} <= {"name", "code", "outline"}


def test_heights_are_tried_out_at_the_door_and_taken_when_somebody_says_so(desk):
    row = desk.send(TOWN_DEM.read_bytes(), TOWN_DEM.name, "elevation")
    assert row.state == "ready", row.finding
    assert (row.finding["counts"]["rows"], row.finding["counts"]["unchanged"]) == (4, 4)
    assert "dem_kinds=DEM5A 4" in row.finding["assumptions"]
    assert desk.apply(row).state == "applied"
    broken = desk.send("<DEM>", "FG-GML-DEM5A.xml", "elevation")
    assert (broken.state, broken.finding["facts"]["reason"]) == ("unreadable", "xml_broken")


def test_each_kind_of_delivery_says_what_it_needs():
    for dataset in datasets.DATASETS.values():
        assert set(dataset.needs) <= set(dataset.asks)
    assert datasets.LARGEST_MB == 300


def test_another_list_of_the_office_is_not_taken_for_an_follows_the_first(db, desk):
    desk.apply(desk.send(rows(SALON, SHOP)))
    other = "名称,住所,緯度,経度,種別,定員\n石の会,松葉2,32.51,136.01,サロン,20\n"
    row = desk.apply(desk.send(other, "b.csv"))
    assert row.state == "applied"
    again = desk.send(rows(SALON))
    assert (again.finding["counts"]["missing"], again.finding["missing"]) == (1, ["みどり商店"])
    assert desk.send(other).finding["counts"]["unchanged"] == 1


def test_a_person_may_say_which_list_a_file_is_an_follows(desk):
    desk.apply(desk.send(rows(SALON, SHOP)))
    moved = rows("X1,花の間,松葉9,32.51,136.01,サロン,,,,")
    alone, said = desk.send(moved, "b.csv"), desk.send(moved, "b.csv", follows="other")
    counts = [(r.finding["counts"]["added"], r.finding["counts"]["missing"]) for r in (alone, said)]
    assert counts == [(1, 0), (1, 2)]


def test_a_layer_of_places_is_asked_about_and_known_by_its_attributes(db, desk):
    features = [
        {
            "type": "Feature",
            "properties": {"よびな": name, "ようび": "毎週火曜"},
            "geometry": {"type": "Point", "coordinates": [136.01, 32.51]},
        }
        for name in ("花の会", "石の会")
    ]
    layer = json.dumps({"type": "FeatureCollection", "features": features})
    row = desk.send(layer, "集い.geojson")
    assert (row.state, row.finding["headers"]) == ("asking", ["よびな", "ようび"])
    spec = {"columns": {"name": "よびな", "days": "ようび"}, "kind": "salon"}
    said = {"mapping": spec, "mapping_name": "集い"}
    previews.try_again(db, desk.scope, row.id, datetime.now(UTC), said)
    assert desk.work(row.id).finding["counts"]["added"] == 2
    assert desk.send(layer, "集い.geojson").options["mapping_name"] == "集い"
