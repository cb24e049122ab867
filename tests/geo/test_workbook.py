"""Excelで直す: what staff take along, and what becomes of what they bring back."""

import io
from datetime import date
from pathlib import Path
from uuid import UUID, uuid4

import openpyxl
import pytest
from openpyxl.utils import get_column_letter

from geo import registry, returning, workbook
from geo.edits import FIELDS, ResourceEdit
from geo.errors import NotAllowed, Unreadable
from geo.intake import Delivery
from geo.records import resources, shelf
from geo.records.shelf import Wanted
from geo.scope import Role, house
from geo.sources.model_town import corner_lonlat
from geo.sources.register_sheet import COLUMNS, ID, REVISION, SHEET
from tests.conftest import FOREIGN, TOWN
from tests.routes.making import make

LETTERS = {name: at for at, name in enumerate((ID, REVISION, *(c.name for c in COLUMNS)), start=1)}
WEST, EAST = list(corner_lonlat(5, 5)), list(corner_lonlat(35, 5))


class Office:
    """Somebody with a spreadsheet."""

    def __init__(self, db, scope, folder: Path) -> None:
        self.db, self.scope, self.folder = db, scope, folder

    def take_along(self, *ids):
        book = workbook.write(self.db, self.scope, ids, ["説明"])
        return openpyxl.load_workbook(io.BytesIO(book))

    def bring_back(self, book, taken=(), sheet=None):
        path = self.folder / "台帳.xlsx"
        book.save(path)
        return returning.run_workbook(
            self.db, self.scope, Delivery(path, None), sheet or uuid4(), taken
        )

    def values(self, id_):
        return resources.load_values(self.db, house(), [id_])[id_]


def put(book, row, **cells):
    for name, value in cells.items():
        named = next(c.name for c in COLUMNS if c.field == name)
        book[SHEET].cell(row, LETTERS[named]).value = value


def cell(book, row, field):
    named = next(c.name for c in COLUMNS if c.field == field)
    return book[SHEET].cell(row, LETTERS[named])


def lines(returned):
    return [(line["row"], line["reason"]) for line in returned.run.report["rows"]]


@pytest.fixture
def office(db, scope_of, tmp_path):
    return Office(db, scope_of(Role.OFFICIAL), tmp_path)


def test_what_goes_out_and_comes_back_untouched_changes_nothing(db, office):
    """All 25 of 碁盤町, with their days, seasons, holidays, notes, places and dates."""
    ids = workbook.list_editable(db, office.scope)
    assert len(ids) == 25
    returned = office.bring_back(office.take_along(*ids))
    run = returned.run
    assert (run.rows, run.unchanged, run.refused, returned.clashes) == (25, 25, 0, [])
    assert run.report["assumptions"] == []


def test_a_changed_cell_changes_that_field_with_its_history(db, office):
    id_ = make(db, fee="100円", openings=[{"rrule": "FREQ=WEEKLY;BYDAY=TU"}])
    book = office.take_along(id_)
    put(
        book,
        2,
        fee="200円",
        capacity="２０",
        confirmed_on="令和8年5月20日",
        kind="通いの場（体操）",
    )
    returned = office.bring_back(book)
    (changed,) = returned.changes.changed
    assert {field["field"] for field in changed["fields"]} == {
        "fee", "capacity", "confirmed_on", "kind",
    }  # fmt: skip
    revision, now = office.values(id_)
    assert (revision, now["fee"], now["capacity"], now["confirmed_on"]) == (
        2, "200円", 20, "2026-05-20",
    )  # fmt: skip
    (newest, _) = resources.list_revisions(db, office.scope, id_)
    assert newest.account == office.scope.account


def test_a_row_without_an_id_is_new_and_the_same_sheet_again_adds_none(db, office):
    book = office.take_along(make(db))
    put(
        book,
        3,
        kind="サロン・茶話会",
        name="新しい会",
        lat=WEST[1],
        lon=WEST[0],
        openings="毎週火曜 10:00〜11:30",
    )
    returned = office.bring_back(book)
    assert (returned.run.added, returned.run.unchanged) == (1, 1)
    new = UUID(returned.changes.added[0]["id"])
    assert office.values(new)[1]["openings"][0]["rrule"] == "FREQ=WEEKLY;BYDAY=TU"
    again = office.bring_back(book)
    assert (again.run.added, lines(again)) == (0, [(3, "exists_already")])


def test_what_only_others_changed_stays_and_what_both_changed_is_shown_with_both_values(
    db, office, scope_of
):
    id_ = make(db, fee="100円", phone="1", address="松葉1")
    book = office.take_along(id_)
    other = scope_of(Role.COORDINATOR_1)
    edits = {"fee": "無料", "phone": "2", "address": "松葉2"}
    raw = {"id": uuid4(), "resource": id_, "base": 1, "edits": edits}
    registry.apply(db, other, ResourceEdit.parse(raw))
    put(book, 2, fee="200円", booking="要予約", phone="2")
    sheet = uuid4()
    with db.begin_nested() as shown:
        returned = office.bring_back(book, sheet=sheet)
        (clash,) = returned.clashes
        assert (clash.field, clash.base, clash.ours, clash.theirs) == (
            "fee",
            "100円",
            "無料",
            "200円",
        )
        assert clash.by == str(other.account)
        _, now = office.values(id_)
        assert (now["fee"], now["booking"], now["phone"], now["address"]) == (
            "無料", "要予約", "2", "松葉2",
        )  # fmt: skip
        shown.rollback()
    chosen = office.bring_back(book, taken=[clash.key], sheet=sheet)
    assert chosen.changes.digest == returned.changes.digest, "chosen among what was shown"
    assert office.values(id_)[1]["fee"] == "200円"
    assert office.values(id_)[1]["address"] == "松葉2"


def test_ids_that_are_not_ours_twice_there_or_of_another_town_are_refused(db, office):
    own, foreign = make(db), make(db, FOREIGN)
    book = office.take_along(own)
    sheet = book[SHEET]
    for row, id_ in ((3, str(foreign)), (4, str(uuid4())), (5, "なし"), (6, str(own))):
        sheet.cell(row, 1).value, sheet.cell(row, 2).value = id_, 1
        put(book, row, name="横どり", kind="サロン・茶話会")
    sheet.cell(7, 1).value, sheet.cell(7, 2).value = str(make(db)), 9
    put(book, 7, name="未来")
    returned = office.bring_back(book)
    assert lines(returned) == [
        (3, "unknown_id"), (4, "unknown_id"), (5, "unknown_id"), (6, "id_twice"), (7, "unknown_revision"),
    ]  # fmt: skip
    assert office.values(foreign)[1]["name"] == "茶の間"


def test_a_row_taken_out_of_the_sheet_closes_nothing(db, office):
    first, second = make(db), make(db, name="茶の間二号")
    book = office.take_along(first, second)
    book[SHEET].delete_rows(3)
    returned = office.bring_back(book)
    assert returned.run.report["assumptions"] == ["rows_left_out=26"]
    assert office.values(second)[1]["closed_on"] is None


def test_a_day_in_the_column_of_endings_closes(db, office):
    id_ = make(db)
    book = office.take_along(id_)
    put(book, 2, closed_on=date(2026, 3, 31), closed_reason="世話人の引退")
    office.bring_back(book)
    _, now = office.values(id_)
    assert (now["closed_on"], now["closed_reason"]) == ("2026-03-31", "世話人の引退")


def test_a_coordinator_changes_only_what_lies_in_her_areas(db, office, scope_of):
    hers, not_hers = make(db, place=WEST), make(db, name="遠い会", place=EAST)
    sakura = scope_of(Role.COORDINATOR_2)
    mine = workbook.list_editable(db, sakura)
    assert (hers in mine, not_hers in mine) == (True, False)
    book = office.take_along(hers, not_hers)
    put(book, 2, fee="50円")
    put(book, 3, fee="50円")
    office.scope = sakura
    returned = office.bring_back(book)
    assert lines(returned) == [(3, "outside_areas")]
    assert [office.values(id_)[1]["fee"] for id_ in (hers, not_hers)] == ["50円", ""]


def test_who_may_not_write_takes_nothing_along(db, office, scope_of):
    office.scope = scope_of(Role.VIEWER)
    with pytest.raises(NotAllowed):
        workbook.list_editable(db, office.scope)
    with pytest.raises(NotAllowed):
        office.bring_back(openpyxl.Workbook())


def test_what_looks_like_a_formula_is_text_and_comes_back_as_it_was(db, office):
    """Neither a formula, nor signs that no workbook can hold, nor blank lines change anything."""
    names = ["=1+1", "+81", "-5", "@SUM(A1)", "=cmd|' /C calc'!A0", "茶\ufffeの間\uffff"]
    ids = [make(db, name=name, description="一行目\n\n　三行目\u200b") for name in names]
    book = office.take_along(*ids)
    for row, name in enumerate(names[:5], start=2):
        found = cell(book, row, "name")
        assert (found.data_type, found.value, found.quotePrefix) == ("s", name, True)
    assert office.bring_back(book).run.unchanged == len(names)


def test_a_cell_that_cannot_be_read_refuses_its_row_and_says_which(db, office):
    id_, other = make(db), make(db, name="茶の間二号")
    book = office.take_along(id_, other)
    put(
        book,
        2,
        lat="北のほう",
        capacity="たくさん",
        confirmed_on="きのう",
        eligibility="仲間",
        fee="1円",
    )
    put(book, 3, fee="1円")
    returned = office.bring_back(book)
    said = {line["detail"]: line["reason"] for line in returned.run.report["rows"]}
    assert said == {
        "place": "not_a_number", "capacity": "not_a_number",
        "confirmed_on": "not_a_date", "eligibility": "unknown_choice",
    }  # fmt: skip
    assert [office.values(i)[1]["fee"] for i in (id_, other)] == ["", "1円"]
    assert (returned.run.refused, returned.run.changed) == (1, 1)


def test_columns_may_be_moved_left_out_and_added(db, office):
    id_ = make(db, fee="100円")
    book = office.take_along(id_)
    sheet = book[SHEET]
    sheet.delete_cols(LETTERS["料金"])
    sheet.insert_cols(1, 2)
    sheet.cell(1, 1).value, sheet.cell(2, 1).value = "係のメモ", "よし"
    sheet.insert_rows(1)
    sheet.cell(1, 1).value = "令和8年度の見なおし"
    sheet.cell(3, 6).value = "茶の間 花"
    returned = office.bring_back(book)
    assert [f["field"] for f in returned.changes.changed[0]["fields"]] == ["name"]
    assert returned.run.report["assumptions"][0] == "columns_unused=係のメモ"
    assert office.values(id_)[1]["fee"] == "100円"


def test_a_line_of_days_that_was_left_alone_keeps_its_note_and_a_new_one_is_read(db, office):
    kept = {
        "rrule": "FREQ=WEEKLY;BYDAY=TU",
        "opens_at": "10:00",
        "note": "第二会議室、雪の日は電話で",
    }
    id_ = make(db, openings=[kept])
    book = office.take_along(id_)
    put(book, 2, openings=cell(book, 2, "openings").value + "\n第2・第4木曜 13:30〜15:00\n満月の夜")
    returned = office.bring_back(book)
    first, second, third = office.values(id_)[1]["openings"]
    assert (first["note"], second["rrule"]) == (kept["note"], "FREQ=MONTHLY;BYDAY=2TH,4TH")
    assert (third["irregular"], third["note"]) == (True, "満月の夜")
    assert lines(returned) == [(2, "openings_irregular")]


def test_a_workbook_that_was_not_made_here_is_refused(office):
    book = openpyxl.Workbook()
    book.active.append(["名前", "住所"])
    with pytest.raises(Unreadable) as error:
        office.bring_back(book)
    assert error.value.facts["reason"] == "no_id_column"


def test_the_lists_of_choices_are_offered_and_the_header_stays_in_sight(db, office):
    sheet = office.take_along(make(db))[SHEET]
    assert sheet.freeze_panes == "E2"
    offered = {str(rule.sqref) for rule in sheet.data_validations.dataValidation}
    plain = {"text", "number", "date", "lines", "consents"}
    chosen = [c.name for c in COLUMNS if c.form not in plain and not c.form.startswith("several")]
    letters = map(get_column_letter, map(LETTERS.__getitem__, chosen))
    assert {one for several in offered for one in several.split()} == {
        f"{letter}2:{letter}502" for letter in letters
    }
    assert "C2:C502" in offered
    assert shelf.count_open(office.db, house(TOWN), Wanted()) == 26


# ── the newer fields ──

NEWER = {
    "other_names": ["朝の会", "まつばの会"], "provider_type": "neighbourhood", "viewpoints": ["activity", "place"],
    "seating": "both", "entrance": "ramp", "western_toilet": "yes", "wheelchair": "no", "parking": "yes",
    "pick_up": "yes", "may_visit": "no", "dementia_welcome": "yes", "can_help": "yes", "can_help_note": "お茶くみ",
    "main_activity": "exercise", "venue_type": "hall", "frequency": "two_to_four", "subsidised": "no",
    "started_on": "2020-04-01", "paused_on": "2021-04-01", "resumes_on": "2021-07-01", "counted_on": "2026-10-01", "participants": 12,
    "participants_men": 0, "participants_women": 12, "participants_65_74": 5, "participants_75": 7,
    "fragility": ["single_host", "no_successor"], "host": "世話 はな", "host_contact": "0000-11-1111",
    "consents": [{"medium": "open_data", "answer": "no", "by": "", "on": None},
                 {"medium": "paper", "answer": "yes", "by": "世話、はな", "on": "2026-04-02"}],
    "do_not_list": True,
}  # fmt: skip


def test_every_newer_field_goes_out_and_comes_back_untouched(db, office):
    assert set(NEWER) <= {column.field for column in COLUMNS}
    assert set(FIELDS) - {column.field for column in COLUMNS} == {
        "place", "place_level", "place_source", "stops",
    }  # fmt: skip
    id_ = make(db, **NEWER)
    returned = office.bring_back(office.take_along(id_))
    assert (returned.run.unchanged, returned.run.refused) == (1, 0)


@pytest.mark.parametrize(
    ("field", "typed", "value"),
    [
        ("other_names", "朝の会\n夕の会", ["朝の会", "夕の会"]),
        ("provider_type", "老人クラブ", "senior_club"),
        ("viewpoints", "場・拠点、実施主体", ["actor", "place"]),
        ("viewpoints", "", []),
        ("seating", "いす席", "chairs"),
        ("seating", "", "unknown"),
        ("western_toilet", "いいえ", "no"),
        ("parking", "", "unknown"),
        ("main_activity", "茶話会", "tea"),
        ("main_activity", "", ""),
        ("frequency", "月2～4回", "two_to_four"),
        ("started_on", "令和3年4月1日", "2021-04-01"),
        ("participants", "１３", 13),
        ("participants_men", "", None),
        ("fragility", "世話人が高齢、参加者がへっている", ["aged_hosts", "few_members"]),
        ("host", "別の人", "別の人"),
        ("consents", "ホームページ：載せてよい（はな、令和8年5月1日）",
         [{"medium": "web", "answer": "yes", "by": "はな", "on": "2026-05-01"}]),
        ("consents", "", []),
        ("do_not_list", "載せる", False),
        ("do_not_list", "", False),
    ],
)  # fmt: skip
def test_each_newer_field_edited_in_the_sheet_comes_back(db, office, field, typed, value):
    start = NEWER | ({"frequency": "weekly"} if field == "frequency" else {})
    id_ = make(db, **start)
    book = office.take_along(id_)
    put(book, 2, **{field: typed})
    returned = office.bring_back(book)
    assert (returned.run.changed, returned.run.refused) == (1, 0), lines(returned)
    _, values = office.values(id_)
    assert values[field] == value
    left = {name: kept for name, kept in start.items() if name != field}
    assert {name: values[name] for name in left} == left


@pytest.mark.parametrize(
    ("field", "typed"),
    [("viewpoints", "なにか"), ("seating", "ソファ"), ("western_toilet", "たぶん"), ("participants", "多い"),
     ("consents", "はな がいいと言った"), ("consents", "紙：たぶん"), ("started_on", "むかし")],
)  # fmt: skip
def test_what_a_sheet_says_unreadably_is_refused_and_changes_nothing(db, office, field, typed):
    id_ = make(db, **NEWER)
    book = office.take_along(id_)
    put(book, 2, **{field: typed})
    returned = office.bring_back(book)
    assert (returned.run.changed, returned.run.refused) == (0, 1)
    assert office.values(id_)[0] == 1


def test_a_rewritten_line_of_days_keeps_the_single_days_off_and_on(db, office):
    tuesday = {
        "rrule": "FREQ=WEEKLY;BYDAY=TU",
        "opens_at": "10:00",
        "closes_at": "11:30",
        "except_on": ["2026-12-29"],
        "also_on": ["2026-12-24"],
    }
    friday = {"rrule": "FREQ=WEEKLY;BYDAY=FR", "except_on": ["2027-01-01"]}
    stops = [{"name": "公民館前", "landmark": "", "shown": "public"}]
    id_ = make(db, openings=[tuesday, friday], stops=stops)
    before = office.values(id_)[1]
    book = office.take_along(id_)
    _first, second = cell(book, 2, "openings").value.split("\n")
    put(book, 2, openings=f"毎週火曜 9:30〜11:30\n{second}")
    office.bring_back(book)
    after = office.values(id_)[1]
    assert [one["opens_at"][:5] for one in after["openings"][:1]] == ["09:30"]
    assert [(one["except_on"], one["also_on"]) for one in after["openings"]] == [
        (["2026-12-29"], ["2026-12-24"]),
        (["2027-01-01"], []),
    ]
    assert after["stops"] == before["stops"] != []
    book = office.take_along(id_)
    put(book, 2, openings=second)  # one line taken away: its days go with it
    office.bring_back(book)
    [left] = office.values(id_)[1]["openings"]
    assert left["except_on"] == ["2027-01-01"]
