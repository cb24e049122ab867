"""地域資源: the page that everybody reads and the form by which staff correct it."""

import json
import re
from datetime import date
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from geo import merging, registry
from geo.edits import EMPTY, FIELDS, ResourceEdit
from geo.merging import Wish
from geo.records import resources
from geo.scope import Role, house
from geo.sources.model_town import corner_lonlat
from routes import _resource_form as forms
from tests.conftest import TOWN
from tests.living import fields_of
from tests.routes.making import make
from tests.summaries import inputs_of, leading_nowhere, links_of

WEST, EAST = corner_lonlat(5, 5), corner_lonlat(35, 5)


def kept(db, resource):
    return resources.load_values(db, house(TOWN), [resource])[resource][1]


def filled(resource_id=None, **values):
    """The form as a browser sends it: every field, some of them changed."""
    form = {
        "draft": str(uuid4()), "kind": "salon", "name": "茶の間", "lon": "136.01", "lat": "32.51",
        "place_shown": "exact", "eligibility": "unknown", "public": "yes", "capacity": "",
    }  # fmt: skip
    return form | values


def test_openings_are_a_plan_with_the_day_they_were_confirmed(client, db):
    opening = {"rrule": "FREQ=MONTHLY;BYDAY=2TU,4TU", "opens_at": "10:00", "closes_at": "11:30"}
    resource = make(db, openings=[opening], confirmed_on="2026-05-12")
    text = client.get(f"/resources/{resource}").text
    assert "第2・第4火曜 10:00〜11:30" in text
    assert "令和8年5月12日" in text
    assert "開催中" not in text


def test_what_comes_to_the_home_says_where_to_and_whether_it_takes_people(client, db):
    areas = [{"name": "山の手圏域", "note": ""}, {"name": "浜の手圏域", "note": "一部"}]
    meals = make(db, kind="meal_delivery", accepting="waiting", service_areas=areas)
    page = client.get(f"/resources/{meals}").text
    for words in ("受けつけ", "空き待ち", "来てくれる地域", "山の手圏域", "浜の手圏域（一部）"):
        assert words in page
    unknown = client.get(f"/resources/{make(db, kind='meal_delivery')}").text
    assert unknown.count("登録されていません。連絡先にたずねてください。") >= 2
    assert "来てくれる地域" not in client.get(f"/resources/{make(db)}").text  # one goes to a salon


def test_the_only_halt_of_a_van_is_not_named_twice(client, db):
    one = {"name": "茶の間", "shown": "public", "arrives_at": "09:30"}
    assert (
        "停まるところ"
        not in client.get(f"/resources/{make(db, kind='mobile_shop', stops=[one])}").text
    )
    two = [one | {"name": "公園前"}, one | {"name": "神社の下"}]
    page = client.get(f"/resources/{make(db, kind='mobile_shop', stops=two)}").text
    assert "公園前 9:30ごろ" in page


def test_staff_write_service_areas_a_line_each(sign_in_as, db):
    client = sign_in_as(Role.OFFICIAL)
    areas = [{"name": "浜の手圏域", "note": ""}]
    resource = make(db, kind="meal_delivery", service_areas=areas)
    shown = fields_of(client.get(f"/resources/{resource}/edit").text)
    assert shown["service_areas"] == "浜の手圏域"
    written = "浜の手圏域\r\n町内全域（山の手を除く）"
    form = filled(kind="meal_delivery", base="1", accepting="no", service_areas=written)
    client.post(f"/resources/{resource}/edit", data=form)
    now = kept(db, resource)
    assert (now["accepting"], now["service_areas"]) == (
        "no",
        [{"name": "浜の手圏域", "note": ""}, {"name": "町内全域", "note": "山の手を除く"}],
    )
    history = client.get(f"/resources/{resource}").text
    assert "浜の手圏域、町内全域（山の手を除く）" in history
    assert "受付を止めています" in history


def test_a_resource_that_ended_says_so_and_stays(client, db):
    resource = make(db, closed_on="2026-03-31")
    assert "からは、開いていません" in client.get(f"/resources/{resource}").text
    assert str(resource) not in client.get(f"/map/{TOWN}").text


def test_of_two_that_were_one_the_old_address_leads_to_the_one_that_stays(client, db):
    old, new = make(db), make(db)
    db.execute(
        text("update resource set merged_into = :new where id = :old"), {"new": new, "old": old}
    )
    answer = client.get(f"/resources/{old}")
    assert (answer.status_code, answer.location) == (301, f"/resources/{new}")


def test_what_is_not_public_is_not_there_for_residents(client, db):
    resource = make(db, public=False)
    assert client.get(f"/resources/{resource}").status_code == 404


def test_a_blurred_place_gives_neither_its_point_nor_its_address_away(client, db):
    resource = make(
        db, place_shown="blurred", address="松葉1-2-3", place=[136.01234567, 32.51234567]
    )
    text = client.get(f"/resources/{resource}").text
    assert "場所はおおよそ" in text
    place = text.partition("<dt>場所</dt>")[2].partition("</dd>")[0]
    assert "登録されていません" not in place  # it is registered, and not shown
    assert "136.0123" not in text
    assert "松葉1-2-3" not in text


def test_a_place_known_by_its_town_only_is_not_shown_as_exact(client, db):
    by_town = make(db, place_level="district", address="松葉一丁目")
    assert "町や字の代表点です" in client.get(f"/resources/{by_town}").text
    assert "場所はおおよそ" in client.get(f"/map/{TOWN}").text
    by_block = make(db, place_level="block", address="松葉一丁目7番3号")
    assert "町や字の代表点です" not in client.get(f"/resources/{by_block}").text


def test_a_coordinator_corrects_a_field_and_the_history_says_who(sign_in_as, db):
    client = sign_in_as(Role.COORDINATOR_2)
    resource = make(db, place=list(WEST))
    lon, lat = map(str, WEST)
    answer = client.post(
        f"/resources/{resource}/edit", data=filled(base="1", fee="50円", lon=lon, lat=lat)
    )
    assert answer.status_code == 302
    assert kept(db, resource)["fee"] == "50円"
    page = client.get(f"/resources/{resource}").text
    assert "第二層 さくら" in page
    assert "50円" in page


def test_the_same_form_sent_twice_counts_once(sign_in_as, db):
    client = sign_in_as(Role.OFFICIAL)
    resource = make(db)
    form = filled(base="1", fee="50円")
    assert [client.post(f"/resources/{resource}/edit", data=form).status_code for _ in "ab"] == [
        302,
        302,
    ]
    assert kept(db, resource)["revision"] == 2


def test_openings_are_written_as_people_say_them(sign_in_as, db):
    client = sign_in_as(Role.OFFICIAL)
    resource = make(db)
    form = filled(base="1", days="第2・第4火曜", opens="10時", closes="11時半")
    client.post(f"/resources/{resource}/edit", data=form)
    (opening,) = kept(db, resource)["openings"]
    assert (opening["rrule"], opening["opens_at"], opening["closes_at"]) == (
        "FREQ=MONTHLY;BYDAY=2TU,4TU", "10:00", "11:30",
    )  # fmt: skip


def test_a_refused_form_keeps_what_was_typed_and_says_what_is_wrong(sign_in_as, db):
    client = sign_in_as(Role.OFFICIAL)
    resource = make(db)
    form = filled(base="1", name="", fee="とても安い", confirmed_on="ゆうべ")
    answer = client.post(f"/resources/{resource}/edit", data=form)
    assert answer.status_code == 422
    assert "とても安い" in answer.text
    assert "ゆうべ" in answer.text
    assert "エラー：" in answer.text
    assert kept(db, resource)["revision"] == 1


def test_a_conflict_shows_both_values_and_can_be_decided(sign_in_as, db):
    client = sign_in_as(Role.OFFICIAL)
    resource = make(db)
    client.post(f"/resources/{resource}/edit", data=filled(base="1", fee="50円"))
    answer = client.post(f"/resources/{resource}/edit", data=filled(base="1", fee="100円"))
    assert answer.status_code == 409
    assert "50円" in answer.text
    assert "100円" in answer.text
    assert kept(db, resource)["fee"] == "50円"
    client.post(f"/resources/{resource}/edit", data=filled(base="2", fee="100円"))
    assert kept(db, resource)["fee"] == "100円"


def test_an_older_form_takes_back_nothing_that_others_wrote_meanwhile(sign_in_as, db):
    client = sign_in_as(Role.OFFICIAL)
    resource = make(db, fee="100円")
    client.post(f"/resources/{resource}/edit", data=filled(base="1", fee="50円"))
    form = filled(base="1", fee="100円", kana="ちゃのま")  # opened before, sent after
    answer = client.post(f"/resources/{resource}/edit", data=form)
    assert answer.status_code == 302
    assert (kept(db, resource)["fee"], kept(db, resource)["kana"]) == ("50円", "ちゃのま")


def test_after_a_conflict_the_form_has_what_others_wrote_in_the_other_fields(sign_in_as, db):
    client = sign_in_as(Role.OFFICIAL)
    resource = make(db)
    theirs = filled(base="1", fee="50円", phone="0000-11-2222")
    client.post(f"/resources/{resource}/edit", data=theirs)
    answer = client.post(
        f"/resources/{resource}/edit", data=filled(base="1", fee="100円", kana="ちゃのま")
    )
    assert answer.status_code == 409
    for value in ("100円", "ちゃのま", "0000-11-2222"):
        assert f'value="{value}"' in answer.text
    assert "いまの内容：50円" in answer.text


def test_two_forms_that_touch_different_fields_both_stand(sign_in_as, db):
    """A browser sends every field, also those that nobody touched."""
    client = sign_in_as(Role.OFFICIAL)
    resource = make(db, description="お茶\nと体操")
    mine = filled(base="1", phone="0000-00-0001", description="お茶\r\nと体操")
    theirs = filled(base="1", fee="50円", description="お茶\r\nと体操と歌")
    answers = [client.post(f"/resources/{resource}/edit", data=form) for form in (theirs, mine)]
    assert [answer.status_code for answer in answers] == [302, 302]
    now = kept(db, resource)
    assert (now["fee"], now["phone"], now["description"], now["revision"]) == (
        "50円", "0000-00-0001", "お茶\nと体操と歌", 3,
    )  # fmt: skip


def test_deciding_a_conflict_leaves_what_others_changed_beside_it(sign_in_as, db):
    client = sign_in_as(Role.OFFICIAL)
    resource = make(db)
    client.post(f"/resources/{resource}/edit", data=filled(base="1", fee="50円", booking="電話で"))
    mine = filled(base="1", fee="100円", booking="")  # as a browser sends what nobody touched
    refused = client.post(f"/resources/{resource}/edit", data=mine)
    again = fields_of(refused.text)
    assert (again["base"], again["fee"], again["booking"]) == ("2", "100円", "電話で")
    assert client.post(f"/resources/{resource}/edit", data=again).status_code == 302
    assert (kept(db, resource)["fee"], kept(db, resource)["booking"]) == ("100円", "電話で")


def test_a_form_that_claims_a_later_revision_than_there_is_overwrites_nothing(sign_in_as, db):
    client = sign_in_as(Role.OFFICIAL)
    resource = make(db, fee="50円")
    form = filled(base="99999999", fee="100円")
    assert client.post(f"/resources/{resource}/edit", data=form).status_code == 422
    assert kept(db, resource)["fee"] == "50円"


def test_a_refused_addition_can_be_corrected_and_sent_again(sign_in_as, db):
    client = sign_in_as(Role.OFFICIAL)
    form = filled(resource=str(uuid4()), name="新しい会", confirmed_on="ゆうべ")
    refused = client.post(f"/resources/add/{TOWN}", data=form)
    again = fields_of(refused.text) | {"confirmed_on": "2026-11-20"}
    assert refused.status_code == 422
    assert client.post(f"/resources/add/{TOWN}", data=again).status_code == 302
    assert kept(db, UUID(form["resource"]))["name"] == "新しい会"


def test_a_coordinator_cannot_move_a_place_out_of_her_area(sign_in_as, db):
    client = sign_in_as(Role.COORDINATOR_2)
    resource = make(db, place=list(WEST))
    lon, lat = map(str, EAST)
    answer = client.post(f"/resources/{resource}/edit", data=filled(base="1", lon=lon, lat=lat))
    assert answer.status_code == 403
    assert "担当の区域の中の場所" in answer.text
    assert f'value="{lon}"' in answer.text
    assert kept(db, resource)["place"] == list(WEST)


def test_a_coordinator_is_not_offered_a_form_outside_her_area(sign_in_as, db):
    client = sign_in_as(Role.COORDINATOR_2)
    resource = make(db, place=list(EAST))
    page = client.get(f"/resources/{resource}").text
    assert "担当の区域の外" in page
    assert f"/resources/{resource}/edit" not in page
    assert client.get(f"/resources/{resource}/edit").status_code == 403


def test_a_new_resource_is_added_once(sign_in_as, db):
    client = sign_in_as(Role.COORDINATOR_1)
    form = filled(resource=str(uuid4()), name="新しい会")
    answers = [client.post(f"/resources/add/{TOWN}", data=form) for _ in "ab"]
    assert [answer.status_code for answer in answers] == [302, 302]
    assert client.get(f"/map/{TOWN}").text.count(">新しい会</a>") == 1


@pytest.mark.parametrize("form", [{}, {"draft": "x"}, {"draft": "x", "base": "-1", "fee": "1"}])
def test_a_form_with_parts_missing_is_refused_in_words(sign_in_as, db, form):
    client = sign_in_as(Role.OFFICIAL)
    resource = make(db)
    assert client.post(f"/resources/{resource}/edit", data=form).status_code == 422
    assert client.post(f"/resources/add/{TOWN}", data=form).status_code == 422


def test_the_form_has_a_map_around_its_place_and_typed_fields_without_a_script(sign_in_as, db):
    client = sign_in_as(Role.OFFICIAL)
    known = client.get(f"/resources/{make(db, place=list(WEST))}/edit").text
    around = json.loads(re.search(r'id="page-data">(.*?)</script>', known)[1])
    (south, west), (north, east) = around["bounds"]
    assert (round((west + east) / 2, 9), round((south + north) / 2, 9)) == tuple(
        round(degree, 9) for degree in WEST
    )
    assert around["resources"] == []
    assert 'id="placing" hidden' in known
    new = client.get(f"/resources/add/{TOWN}").text
    whole = json.loads(re.search(r'id="page-data">(.*?)</script>', new)[1])["bounds"]
    assert whole[1][1] - whole[0][1] > east - west
    for page in (known, new):
        assert 'name="lat"' in page
        assert 'name="lon"' in page


def test_other_names_are_written_a_line_each_and_found_by(sign_in_as, db):
    client = sign_in_as(Role.OFFICIAL)
    resource = make(db, other_names=["はなれ"])
    shown = fields_of(client.get(f"/resources/{resource}/edit").text)
    assert shown["other_names"] == "はなれ"
    form = filled(base="1", other_names="はなれ\r\n おばあちゃんち \r\n\r\nはなれ")
    assert client.post(f"/resources/{resource}/edit", data=form).status_code == 302
    assert kept(db, resource)["other_names"] == ["はなれ", "おばあちゃんち"]
    page = client.get(f"/resources/{resource}").text
    assert "<dd>はなれ、おばあちゃんち</dd>" in page
    assert "<td>はなれ、おばあちゃんち</td>" in page  # the history
    assert str(resource) in client.get(f"/map/{TOWN}?words=おばあちゃんち").text
    assert str(resource) not in client.get(f"/map/{TOWN}?words=おじいちゃんち").text
    again = filled(base="2", other_names="はなれ\nおばあちゃんち")
    client.post(f"/resources/{resource}/edit", data=again)
    assert kept(db, resource)["revision"] == 2
    long = client.post(f"/resources/{resource}/edit", data=filled(base="2", other_names="長" * 201))
    assert (long.status_code, "長すぎます" in long.text) == (422, True)


HALT = {"name": "公園前", "shown": "public", "arrives_at": "09:30", "lon": 136.01, "lat": 32.51}


def test_halts_are_added_changed_and_taken_away_in_the_form(sign_in_as, db):
    client = sign_in_as(Role.OFFICIAL)
    van = make(db, kind="mobile_shop", stops=[HALT, HALT | {"name": "役場"}])
    form = fields_of(client.get(f"/resources/{van}/edit").text)
    assert (form["stop_0_name"], form["stop_1_arrives_at"]) == ("公園前", "09:30")
    untouched = client.post(f"/resources/{van}/edit", data=form)
    assert (untouched.status_code, kept(db, van)["revision"]) == (302, 1)
    new = {"stop_2_name": "田中宅", "stop_2_landmark": "消防小屋", "stop_2_arrives_at": "１０時"}
    client.post(f"/resources/{van}/edit", data=form | new | {"stop_0_name": ""})
    first, second = kept(db, van)["stops"]
    assert (first["name"], first["lon"], first["leaves_at"]) == ("役場", 136.01, None)
    assert (second["name"], second["shown"], second["arrives_at"]) == (
        "田中宅",
        "landmark",
        "10:00",
    )
    assert "役場 09:30、田中宅 10:00" in client.get(f"/resources/{van}").text  # the history


def test_a_halt_that_cannot_be_read_is_said_at_its_input_and_kept_as_typed(sign_in_as, db):
    client = sign_in_as(Role.OFFICIAL)
    van = make(db, kind="mobile_shop", stops=[HALT])
    form = fields_of(client.get(f"/resources/{van}/edit").text)
    typed = {"stop_0_arrives_at": "朝", "stop_0_lat": "136", "stop_1_name": "田中宅"}
    answer = client.post(f"/resources/{van}/edit", data=form | typed)
    assert answer.status_code == 422
    for name in ("stop_0_arrives_at", "stop_0_lat", "stop_1_landmark"):
        assert f'href="#field-{name}"' in answer.text
    again = fields_of(answer.text)
    assert {name: again[name] for name in typed} == typed
    half = client.post(f"/resources/{van}/edit", data=form | {"stop_0_lat": ""})
    assert 'href="#field-stop_0_lat"' in half.text
    assert kept(db, van)["revision"] == 1


def test_halts_that_two_have_written_are_not_mixed(sign_in_as, db):
    client = sign_in_as(Role.OFFICIAL)
    van = make(db, kind="mobile_shop", stops=[HALT])
    form = fields_of(client.get(f"/resources/{van}/edit").text)
    theirs = form | {"draft": str(uuid4()), "stop_0_name": "駅", "stop_0_arrives_at": "8:00"}
    client.post(f"/resources/{van}/edit", data=theirs)
    answer = client.post(f"/resources/{van}/edit", data=form | {"stop_0_name": "学校"})
    assert (answer.status_code, "いまの内容：駅 08:00" in answer.text) == (409, True)
    again = fields_of(answer.text)
    assert (again["stop_0_name"], again["stop_0_arrives_at"]) == ("学校", "09:30")
    client.post(f"/resources/{van}/edit", data=again)
    assert [stop["name"] for stop in kept(db, van)["stops"]] == ["学校"]


# ── what a resource is: the newer fields ──

EVERY_FIELD = {
    "kind": "exercise_group", "name": "いきいき体操", "kana": "いきいきたいそう", "other_names": ["朝の会"],
    "description": "お茶も出ます", "provider": "松葉町内会", "place": [136.012, 32.512], "place_level": "surveyed",
    "place_shown": "blurred", "address": "松葉1", "eligibility": "over_65", "eligibility_note": "町外も可",
    "scheme": "general_prevention", "fee": "100円", "booking": "要", "capacity": 20, "accepting": "waiting",
    "phone": "0000-00-0000", "contact": "社協", "url": "https://example.org/", "staff_note": "鍵は区長",
    "public": False, "confirmed_on": "2026-11-20", "closed_on": "2026-11-21", "closed_reason": "会場がない",
    "viewpoints": ["activity", "actor"], "provider_type": "neighbourhood", "pick_up": "yes", "may_visit": "no",
    "seating": "both", "entrance": "ramp", "western_toilet": "yes", "parking": "no", "wheelchair": "yes",
    "dementia_welcome": "yes", "can_help": "yes", "can_help_note": "お茶くみ", "main_activity": "exercise",
    "venue_type": "hall", "frequency": "two_to_four", "subsidised": "yes", "started_on": "2020-04-01",
    "paused_on": "2021-04-01", "resumes_on": "2021-07-01", "counted_on": "2026-10-01", "participants": 13, "participants_men": 4,
    "participants_women": 8, "participants_65_74": 5, "participants_75": 7,
    "fragility": ["single_host", "no_successor"], "host": "世話 はな", "host_contact": "0000-11-1111",
    "do_not_list": True,
    "consents": [{"medium": "paper", "answer": "yes", "by": "世話 はな", "on": "2026-04-02"},
                 {"medium": "open_data", "answer": "no", "by": "", "on": None}],
    "place_source": {"how": "gps", "accuracy_m": 12.3, "at": "2026-11-20T01:00:00+00:00"},
    "openings": [{"rrule": "FREQ=WEEKLY;BYDAY=TU", "opens_at": "10:00", "except_on": ["2026-12-29"], "also_on": ["2026-12-27"]}],
    "stops": [{"name": "公園前", "shown": "public"}], "service_areas": [{"name": "山の手圏域", "note": ""}],
}  # fmt: skip
CODES = set(
    re.findall(
        r"\w+",
        "surveyed blurred over_65 general_prevention waiting activity actor neighbourhood yes no both"
        " ramp exercise hall two_to_four single_host no_successor paper open_data gps exercise_group"
        " public unknown True False None",
    )
)


def test_no_code_is_ever_shown_raw_in_the_history(sign_in_as, db):
    assert set(EVERY_FIELD) == set(FIELDS), "a field is missing here"
    resource = make(db, name="茶の間")
    edit = {"id": uuid4(), "resource": resource, "base": 1, "edits": EVERY_FIELD}
    registry.apply(db, house(TOWN), ResourceEdit.parse(edit))
    page = sign_in_as(Role.OFFICIAL).get(f"/resources/{resource}").text
    history = page[page.index('class="revisions"') :]
    cells = re.findall(r"<td>(.*?)</td>", history, flags=re.S)
    words = {word for cell in cells for word in re.findall(r"[A-Za-z_0-9]+", cell)}
    assert words & CODES == set()
    assert "" not in {cell.strip() for cell in cells}, "a field or a value without words"
    for said in ("送迎あり", "見学はできません", "地縁組織", "世話人が1人だけ、あとをつぐ人がいない", "載せてよい",
                 "現地で、端末の位置から（誤差およそ12メートル）", "臨時に開く日：令和8年12月27日", "13人"):  # fmt: skip
        assert said in history, said
    inside = page[page.index('class="inside"') : page.index('class="revisions"')]
    assert "男女の合計が、参加実人数と合いません。" in inside
    assert "年齢ごとの合計" not in inside


def test_residents_read_what_is_known_in_plain_words_and_the_rest_in_one_line(client, db):
    told = {"seating": "chairs", "entrance": "level", "western_toilet": "yes", "may_visit": "yes",
            "can_help": "yes", "can_help_note": "受付", "eligibility": "anyone"}  # fmt: skip
    page = client.get(f"/resources/{make(db, fee='無料', host='世話 はな', **told)}").text
    for words in ("いす席", "入口に段差なし", "洋式トイレあり", "見学できます", "手伝える場面があります：受付",
                  "介護の認定がなくても使えます"):  # fmt: skip
        assert words in page, words
    line = re.search(r"まだ確かめていないこと</dt><dd>([^<]*)<", page)[1]
    assert line == "申し込み、車いす、駐車場、送迎、認知症のある方の参加"
    assert "世話 はな" not in page
    assert "職員だけが見ること" not in page
    clinic = client.get(f"/resources/{make(db, kind='clinic', fee='1割', booking='不要')}").text
    assert "まだ確かめていないこと" not in clinic  # nobody asks a clinic for tatami


def test_staff_write_every_newer_field_and_a_form_sent_untouched_changes_nothing(sign_in_as, db):
    client = sign_in_as(Role.OFFICIAL)
    resource = make(db)
    form = fields_of(client.get(f"/resources/{resource}/edit").text)
    written = {
        "viewpoints": ["", "activity", "actor"], "fragility": ["", "single_host"],
        "provider_type": "neighbourhood", "pick_up": "yes", "seating": "chairs", "entrance": "level",
        "can_help": "yes", "can_help_note": "受付", "main_activity": "tea", "venue_type": "hall",
        "frequency": "weekly", "subsidised": "no", "started_on": "令和2年4月1日", "participants": "１２",
        "participants_men": "3", "participants_women": "9", "counted_on": "2026-10-01", "host": "世話 はな",
        "host_contact": "0000-11-1111", "consent_web_answer": "yes", "consent_web_by": "世話 はな",
        "consent_web_on": "令和8年4月2日", "days": "毎週火曜", "except_days": "令和8年12月29日",
        "also_days": "2026-12-27",
    }  # fmt: skip
    assert client.post(f"/resources/{resource}/edit", data=form | written).status_code == 302
    now = kept(db, resource)
    assert (now["viewpoints"], now["fragility"]) == (["activity", "actor"], ["single_host"])
    assert (now["started_on"], now["participants"], now["seating"]) == ("2020-04-01", 12, "chairs")
    consent = {"medium": "web", "answer": "yes", "by": "世話 はな", "on": "2026-04-02"}
    assert now["consents"] == [consent]
    (opening,) = now["openings"]
    assert (opening["except_on"], opening["also_on"]) == (["2026-12-29"], ["2026-12-27"])

    again = fields_of(client.get(f"/resources/{resource}/edit").text)
    assert again["except_days"] == "2026-12-29"
    client.post(f"/resources/{resource}/edit", data=again)
    assert kept(db, resource)["revision"] == now["revision"]
    emptied = again | {"viewpoints": [""], "consent_web_answer": "", "consent_web_by": "",
                       "consent_web_on": "", "except_days": ""}  # fmt: skip
    client.post(f"/resources/{resource}/edit", data=emptied)
    then = kept(db, resource)
    assert (then["viewpoints"], then["consents"]) == ([], [])
    assert (then["openings"][0]["rrule"], then["openings"][0]["except_on"]) == (
        opening["rrule"],
        [],
    )


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"except_days": "2026-12-29"}, "くり返し開く日があるときに"),
        ({"days": "毎週火曜", "except_days": "年末"}, "日付を"),
        ({"consent_web_by": "はな"}, "ひとつ以上えらんで"),
        ({"consent_web_answer": "maybe"}, "ひとつ以上えらんで"),
        ({"participants": "たくさん"}, "数字で"),
        ({"started_on": "むかし"}, "日付を"),
        ({"viewpoints": ["", "elsewhere"]}, "一覧の中から"),
        ({"seating": "sofa"}, "一覧の中から"),
    ],
)
def test_what_cannot_be_read_is_said_beside_its_field(sign_in_as, db, typed, words):
    client = sign_in_as(Role.OFFICIAL)
    resource = make(db)
    form = fields_of(client.get(f"/resources/{resource}/edit").text)
    answer = client.post(f"/resources/{resource}/edit", data=form | typed)
    assert answer.status_code == 422
    assert words in answer.text
    assert kept(db, resource)["revision"] == 1


@pytest.mark.parametrize(
    ("name", "theirs", "mine", "said"),
    [
        ("seating", "chairs", "tatami", "いす席"),
        ("pick_up", "yes", "no", "送迎あり"),
        ("participants", "12", "13", "12人"),
        ("host", "はな", "太郎", "はな"),
        ("fragility", ["", "single_host"], ["", "no_successor"], "世話人が1人だけ"),
        ("consent_web_answer", "yes", "no", "載せてよい"),
        ("started_on", "2020-04-01", "2021-04-01", "令和2年4月1日"),
        ("do_not_list", "yes", "no", "載せない（本人の希望）"),
    ],
)
def test_a_conflict_on_a_newer_field_shows_both_values(sign_in_as, db, name, theirs, mine, said):
    client = sign_in_as(Role.OFFICIAL)
    values = {"do_not_list": True} if name == "do_not_list" else {}
    resource = make(db, **values)
    form = fields_of(client.get(f"/resources/{resource}/edit").text)
    first, second = (mine, theirs) if name == "do_not_list" else (theirs, mine)
    client.post(f"/resources/{resource}/edit", data=form | {name: first, "draft": str(uuid4())})
    if name == "do_not_list":  # two values only: who writes the same again clashes with nobody
        assert kept(db, resource)["do_not_list"] is False
        return
    answer = client.post(f"/resources/{resource}/edit", data=form | {name: second})
    assert answer.status_code == 409
    assert f"いまの内容：{said}" in answer.text or said in answer.text
    again = fields_of(answer.text)
    assert again[name] in (second, [code for code in second if code])
    assert client.post(f"/resources/{resource}/edit", data=again).status_code == 302


def test_how_a_place_was_captured_is_kept_as_the_device_claimed_it(sign_in_as, db):
    client = sign_in_as(Role.OFFICIAL)
    resource = make(db)
    stood = {"place_how": "gps", "place_accuracy_m": "12", "lat": "32.513"}
    client.post(f"/resources/{resource}/edit", data=filled(base="1", **stood))
    now = kept(db, resource)
    assert (now["place_level"], now["place_source"]["how"]) == ("surveyed", "gps")
    assert now["place_source"]["accuracy_m"] == 12
    typed = {"place_how": "teleported", "place_accuracy_m": "12", "lat": "32.514"}
    form = filled(base="2", **typed)
    client.post(f"/resources/{resource}/edit", data=form)
    assert kept(db, resource)["place_source"]["how"] == "typed"
    assert kept(db, resource)["place_source"]["accuracy_m"] is None


def test_who_is_not_to_be_listed_or_is_a_treasure_is_never_there_for_residents(client, db):
    for values in ({"do_not_list": True}, {"kind": "treasure"},
                   {"consents": [{"medium": "web", "answer": "no"}]}):  # fmt: skip
        assert client.get(f"/resources/{make(db, **values)}").status_code == 404


def test_the_round_of_a_van_is_a_line_of_the_halts_that_may_be_shown(client, db):
    halt = {"shown": "public", "arrives_at": "09:30"}
    stops = [halt | {"name": "公園前", "lon": 136.01, "lat": 32.51},
             {"name": "田中宅", "lon": 136.02, "lat": 32.52, "shown": "hidden"},
             {"name": "鈴木宅", "lon": 136.03, "lat": 32.52, "shown": "landmark", "landmark": "消防小屋"},
             halt | {"name": "神社", "lon": 136.04, "lat": 32.53}]  # fmt: skip
    page = client.get(f"/resources/{make(db, kind='mobile_shop', stops=stops)}").text
    data = json.loads(re.search(r'id="page-data">(.*?)</script>', page, flags=re.S)[1])
    assert [one["name"] for one in data["line"]] == ["公園前", "神社"]
    assert "136.02" not in page


def test_staff_are_told_which_desk_residents_are_sent_to(sign_in_as, db):
    db.execute(text("update municipality set desk = '町社協', desk_phone = '0000-22-0000' where code = :m"),
               {"m": TOWN})  # fmt: skip
    salon, shop = make(db), make(db, kind="grocery")
    client = sign_in_as(Role.OFFICIAL)
    assert "住民には「町社協」（0000-22-0000）" in client.get(f"/resources/{salon}").text
    assert "町社協" not in client.get(f"/resources/{shop}").text
    assert "「町社協」を案内します" in client.get(f"/resources/{salon}/edit").text


def test_staff_are_told_how_wide_a_blur_is_and_how_many_homes_it_holds(sign_in_as, client, db):
    resource = make(db, place_shown="blurred", public=True)
    assert "場所はおおよそです" in client.get(f"/resources/{resource}").text
    assert "メートル四方" not in client.get(f"/resources/{resource}").text
    db.execute(
        text(
            """update resource set blur = '{"size": 1, "cell": [1, 2], "homes": 34}' where id = :id"""
        ),
        {"id": resource},
    )
    page = sign_in_as(Role.OFFICIAL).get(f"/resources/{resource}").text
    assert "およそ1,000メートル四方" in page
    assert "家が34軒" in page
    db.execute(
        text(
            """update resource set blur = '{"size": 0, "cell": [1, 2], "homes": null}' where id = :id"""
        ),
        {"id": resource},
    )
    page = sign_in_as(Role.OFFICIAL).get(f"/resources/{resource}").text
    assert "およそ500メートル四方" in page
    assert "わかりません" in page


def test_of_one_that_was_merged_meanwhile_the_form_goes_on_with_the_one_that_stays(
    sign_in_as, db, scope_of
):
    gone = make(db, name="古い茶の間", fee="100円", phone="11-1111")
    stays = make(db, name="残る茶の間", fee="200円", phone="22-2222")
    seen = resources.load_values(db, house(TOWN), [stays, gone])
    wish = Wish(uuid4(), stays, gone, (seen[stays][0], seen[gone][0]), {}, "まとめた")
    merging.merge(db, scope_of(Role.OFFICIAL), wish, date(2026, 11, 30))
    client = sign_in_as(Role.OFFICIAL)
    db.commit()
    typed = filled(name="古い茶の間", base="1", fee="無料", phone="11-1111")
    answer = client.post(f"/resources/{gone}/edit", data=typed)
    assert answer.status_code == 409
    assert "直していた記録は「残る茶の間」にまとめられました" in answer.text
    assert f'action="/resources/{stays}/edit"' in answer.text
    shown = fields_of(answer.text)
    assert [shown[name] for name in ("name", "fee", "phone")] == ["残る茶の間", "無料", "22-2222"]
    assert client.post(f"/resources/{stays}/edit", data=shown).location == f"/resources/{stays}"
    assert (kept(db, stays)["fee"], kept(db, stays)["phone"]) == ("無料", "22-2222")
    assert kept(db, gone)["fee"] == "100円"


ELSEWHERE = ("closed_on", "closed_reason")  # fields of the form of an ending


def test_every_field_that_can_be_refused_is_answered_for_by_an_input_with_a_label(sign_in_as, db):
    client, texts = sign_in_as(Role.OFFICIAL), forms.shown(EMPTY)
    for address in (f"/resources/{make(db)}/edit", f"/resources/add/{TOWN}"):
        there = inputs_of(client.get(address).text)
        assert not {f"field-{name}" for name in texts} - there
        for field in FIELDS:
            name = forms.input_of(field, texts)
            assert bool(name) == (field not in ELSEWHERE)
            assert not name or f"field-{name}" in there


def test_the_summary_leads_to_what_is_wrong_in_groups_days_and_halts(sign_in_as, db):
    days = dict.fromkeys(("confirmed_on", "started_on", "consent_web_on"), "いつか")
    wrong = days | {"consent_paper_by": "会長", "lat": "x", "stop_0_name": "角", "stop_0_lat": "x"}
    client = sign_in_as(Role.OFFICIAL)
    for address in (f"/resources/{make(db)}/edit", f"/resources/add/{TOWN}"):
        form = fields_of(client.get(address).text)
        answer = client.post(address, data=form | wrong)
        assert answer.status_code == 422
        links = {id_.removeprefix("field-") for id_ in links_of(answer.text)}
        told = {
            "consent_paper_answer",
            "consent_web_answer",
            "lat",
            "stop_0_landmark",
            "stop_0_lon",
        }
        assert links == {*days, *told, "stop_0_lat"}
        assert not leading_nowhere(answer.text)


def test_a_place_that_two_moved_is_asked_about_once(sign_in_as, db):
    client, resource = sign_in_as(Role.OFFICIAL), make(db, place=list(WEST))
    place = {"place": list(EAST), "place_level": "surveyed", "place_source": {"how": "pin"}}
    edit = {"id": str(uuid4()), "resource": resource, "base": 1, "edits": place}
    registry.apply(db, house(TOWN), ResourceEdit.parse(edit))
    answer = client.post(f"/resources/{resource}/edit", data=filled(base="1"))
    assert answer.status_code == 409
    assert links_of(answer.text) == ["field-lat"]
