"""先に知りたいこと in lists: chairs, steps, pick-up, the people counted; and who asked not to be listed."""

import pytest

from geo.intake import Delivery, run_resources
from geo.intake.asked_values import read_asked
from geo.records import resources, shelf
from geo.records.shelf import Wanted
from geo.scope import EVERYBODY, Scope, house
from tests.conftest import TOWN
from tests.routes.making import make


@pytest.mark.parametrize(
    ("heading", "text", "field", "value"),
    [
        ("送迎", "あり", "pick_up", "yes"),
        ("送迎の有無", "×", "pick_up", "no"),
        ("駐車場", "○", "parking", "yes"),
        ("洋式トイレ", "有", "western_toilet", "yes"),
        ("トイレ", "和式のみ", "western_toilet", "no"),
        ("トイレ", "洋式あり", "western_toilet", "yes"),
        ("車いす", "可", "wheelchair", "yes"),
        ("いす・座敷", "いす", "seating", "chairs"),
        ("座り方", "畳（いすもあり）", "seating", "both"),
        ("いす", "あり", "seating", "chairs"),
        ("段差", "なし", "entrance", "level"),
        ("入口の段差", "スロープあり", "entrance", "ramp"),
        ("参加者数", "約１２名", "participants", 12),
        ("うち男性", "0", "participants_men", 0),
        ("うち75歳以上", "7人", "participants_75", 7),
        ("開始年月日", "平成30年4月1日", "started_on", "2018-04-01"),
        ("補助金", "なし", "subsidised", "no"),
        ("主な内容", "体操", "main_activity", "exercise"),
        ("会場の種類", "公民館", "venue_type", "hall"),
        ("頻度", "週2回", "frequency", "weekly"),
        ("頻度", "月2～3回", "frequency", "two_to_four"),
        ("運営主体の種類", "自治会", "provider_type", "neighbourhood"),
        ("世話人", "世話 はな", "host", "世話 はな"),
        ("バリアフリー情報", "車椅子可;いすの席あり", "wheelchair", "yes"),
        ("バリアフリー情報", "洋式トイレ;駐車場あり", "parking", "yes"),
        ("駐車場情報", "駐車場なし", "parking", "no"),
    ],
)
def test_headings_and_words_of_offices_are_read(heading, text, field, value):
    found, unread = read_asked({heading: text}, {})
    assert (found.get(field), unread) == (value, [])


def test_what_is_not_understood_stays_unknown_and_is_said():
    found, unread = read_asked({"送迎": "相談", "参加者数": "日による", "色": "青"}, {})
    assert (found, unread) == ({}, ["送迎：相談", "参加者数：日による"])


def deliver(db, tmp_path, text, name="通いの場.csv"):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return run_resources(db, house(TOWN), Delivery(path, None))


LIST = "ID,種別,名称,所在地,送迎,参加実人数,うち男性,市の補助,備考\n{}\n"


def one(db, name):
    (row,) = shelf.list_open(db, house(TOWN), Wanted(words=name))
    return row.id, resources.load_values(db, house(TOWN), [row.id])[row.id][1]


def test_a_list_fills_the_fields_and_a_persons_edit_stands(db, tmp_path):
    run = deliver(db, tmp_path, LIST.format("1,サロン,みなみの会,松葉一丁目,あり,13,4,なし,"))
    assert run.added == 1
    _, values = one(db, "みなみの会")
    assert (values["pick_up"], values["participants"], values["participants_men"]) == ("yes", 13, 4)
    assert (values["subsidised"], values["parking"]) == ("no", "unknown")
    assert not [line for line in run.report["assumptions"] if "送迎" in line]
    again = deliver(db, tmp_path, LIST.format("1,サロン,みなみの会,松葉一丁目,なし,14,4,なし,"))
    assert again.changed == 1
    assert one(db, "みなみの会")[1]["participants"] == 14


def test_what_resembles_an_entry_that_asked_not_to_be_listed_is_reported_and_never_public(
    db, tmp_path
):
    make(db, name="はなの家", address="松葉一丁目2番3号", place=None, do_not_list=True)
    run = deliver(
        db,
        tmp_path,
        LIST.format("7,サロン,はなの家,松葉一丁目2番3号,,,,,\n8,サロン,べつの会,緑丘,,,,,"),
    )
    reasons = [(line["name"], line["reason"]) for line in run.report["rows"]]
    assert ("はなの家", "asked_not_to_be_listed") in reasons
    assert ("べつの会", "asked_not_to_be_listed") not in reasons
    everybody = [row.name for row in shelf.list_open(db, public(), Wanted())]
    assert "べつの会" in everybody
    assert "はなの家" not in everybody
    again = deliver(
        db,
        tmp_path,
        LIST.format("7,サロン,はなの家,松葉一丁目2番3号,,,,,\n8,サロン,べつの会,緑丘,,,,,"),
    )
    assert again.unchanged == 2


def public():
    return Scope(TOWN, EVERYBODY.role)
