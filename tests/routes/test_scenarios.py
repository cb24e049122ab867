"""検討案: what the page says is what the file and the drag say; nothing of it touches the register; rights as at the table."""

import csv
import io
import json
import re
from datetime import UTC, datetime
from html import unescape
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from geo.records import audit, scenarios, shelf
from geo.records.shelf import Wanted
from geo.scope import Role, house
from geo.sources.model_town import corner_lonlat
from tests.conftest import TOWN
from tests.geo.planning import close_all, write
from tests.living import fields_of
from tests.routes.making import make, make_scenario
from tests.summaries import links_of

ALL = f"/scenarios/{TOWN}"
THIS_YEAR = datetime.now(UTC).date().isoformat()
LON, LAT = (f"{degrees:.6f}" for degrees in corner_lonlat(0, 3))
TUESDAYS = [{"rrule": "FREQ=WEEKLY;BYDAY=TU", "opens_at": "10:00", "closes_at": "11:30"}]


@pytest.fixture
def official(sign_in_as):
    return sign_in_as(Role.OFFICIAL)


@pytest.fixture
def register(db):
    """register(x, y, …) -> a salon at a corner; there are no others. Corner (0, 3) is within thirteen minutes of the
    forty of the south-west alone (tests/geo/test_gap_map.py)."""
    close_all(db)

    def add(x, y, **values):
        usual = {"eligibility": "anyone", "confirmed_on": THIS_YEAR, "place_level": "building"}
        return make(db, place=list(corner_lonlat(x, y)), **(usual | values))

    return add


@pytest.fixture
def plan(db, scope_of):
    """plan(*steps, …) -> the address of a plan of the official's."""

    def begin(*steps, name="茶の間がもうひとつ", role=Role.OFFICIAL, **words):
        return f"{ALL}/{make_scenario(db, scope_of(role), name, *steps, **words)}"

    return begin


def step(do, **values):
    usual = {"kind": "salon", "name": "新しい茶の間"} if do == "add" else {}
    return {"id": str(uuid4()), "do": do} | usual | values


def here(**values):
    return step("add", place=[float(LON), float(LAT)], **values)


def said(page):
    """The answer in words, without tags."""
    part = re.search(r'<section class="gap-answer.*?</section>', page.text, re.S)[0]
    return unescape(re.sub(r"\s+", "", re.sub(r"<[^>]+>", "", part)))


def rows_of(answer):
    return list(csv.DictReader(io.StringIO(answer.get_data(as_text=True).lstrip("\ufeff"))))


def page_data(page):
    return json.loads(re.search(r'id="page-data">(.*?)</script>', page.text, re.S)[1])


def test_a_plan_is_begun_with_a_name_a_kind_and_a_question(official, register, db):
    register(39, 39)
    form = official.get(f"{ALL}/new?kind=salon&age=65&day=tue")
    assert 'value="サロン・茶話会の検討案"' in form.text
    sent = {"id": str(uuid4()), "name": "浜の茶の間", "kind": "salon", "level": "elementary"}
    answer = official.post(f"{ALL}/new", data=sent | {"age": "65", "minutes": "20", "day": "tue"})
    assert answer.status_code == 302
    page = official.get(answer.location)
    assert "まだ何も変えていません。" in said(page)
    assert "ゆっくり歩いて20分以内に毎週火曜に開く予定のサロン・茶話会がある人は" in said(page)
    again = official.post(f"{ALL}/new", data=sent)
    assert again.location == answer.location
    assert scenarios.count_all(db, house(TOWN)) == 1


def test_a_new_place_says_who_comes_within_reach_and_that_the_area_decides(
    official, register, plan
):
    register(39, 39)
    page = official.get(plan(here()))
    words = said(page)
    assert (
        "歩いて13分以内にサロン・茶話会がある人が、およそ40人ふえます（全部の年齢1,002人のうち、推計）。"
        in words
    )
    assert "足りないかどうかは、この地区の話し合いで決めます。" in words
    assert "届くことは、来ていることではありません。" in words
    assert "減り" not in words
    assert "％" not in words


def test_what_closes_says_who_is_no_longer_reached_and_how_many_came(official, register, plan):
    salon = register(0, 3, participants=14, counted_on="2026-09-30")
    page = official.get(plan(step("close", resource=str(salon))))
    assert "この案では届かなくなる人は、およそ40人です（全部の年齢1,002人のうち、推計）。" in said(
        page
    )
    assert "いま来ている人：14人（令和8年9月30日に数えた）" in unescape(page.text)


def test_the_file_holds_what_the_page_shows(official, register, plan):
    salon = register(0, 3)
    address = plan(
        step("move", resource=str(salon), place=list(corner_lonlat(20, 20))), level="elementary"
    )
    page, rows = official.get(address), rows_of(official.get(f"{address}.csv"))
    table = re.search(r'<table class="counts counts-tight gap-table.*?</table>', page.text, re.S)[0]
    shown = {
        name: tuple(
            int(one.replace(",", ""))
            for one in re.findall(r'data-people="[^"]*leading\.(?:gained|lost)">([\d,]+)', line)
        )
        for name, line in re.findall(
            r'<th scope="row">(?:<a[^>]*>)?(.*?)(?:</a>)?</th>(.*?)</tr>', table, re.S
        )
    }
    assert {
        row["区域"]: (int(row["届くようになる"]), int(row["届かなくなる"])) for row in rows
    } == shown
    for row in rows:
        for when in ("いま", "この案で"):
            states = [int(row[f"{when}{state}"]) for state in ("届く", "届きにくい", "わからない")]
            assert sum(states) == int(row["全体の人数"])
    assert rows[-1]["区域"] == "全体"
    assert "「茶の間」の場所を移す" in rows[-1]["変えるところ"]
    assert all(rows[-1][name] for name in ("問い", "数えた日", "人数のもと", "資料"))


def test_a_drag_says_what_the_page_says_once_it_is_kept(official, register, plan, db):
    register(39, 39)
    address = plan(level="elementary")
    asked = {"do": "add", "kind": "salon", "name": "浜の茶の間", "lon": LON, "lat": LAT}
    told = official.get(f"{address}/moved", query_string=asked).json
    assert told["total"]["leading"]["gained"] == 40
    assert "およそ40人ふえます" in told["said"]
    assert scenarios.get(db, house(TOWN), UUID(address[-36:])).steps == []
    assert official.post(f"{address}/steps", data=asked).status_code == 302
    page = official.get(address)
    assert told["said"].replace(" ", "") in said(page)
    shown = page_data(page)["gaps"]["steps"]
    for id_, line in told["rows"].items():
        if not id_:  # nobody lives in no area
            continue
        for name in ("gained", "lost"):
            assert (
                f'data-people="rows.{id_}.leading.{name}">{line["leading"][name]:,}<' in page.text
            )
        assert shown[id_] == told["steps"][id_]


def test_a_place_far_from_every_street_is_unknown_and_says_so(official, register, plan):
    register(39, 39)
    address = plan()
    lon, lat = corner_lonlat(-10, -10)  # in the sea
    sent = {"do": "add", "kind": "salon", "lon": str(lon), "lat": str(lat)}
    told = official.get(f"{address}/moved", query_string=sent).json
    assert told["problem"].startswith("200メートル以内に通れる道がない")
    assert told["total"]["leading"]["gained"] == 0
    official.post(f"{address}/steps", data=sent)
    assert told["problem"] in official.get(address).text
    near = official.get(f"{address}/moved", query_string=sent | {"lon": LON, "lat": LAT}).json
    assert near["problem"] is None


def test_nothing_of_a_plan_touches_the_register(official, register, plan, db):
    salon = register(0, 3, openings=TUESDAYS)
    before = db.execute(text("select count(*), max(at) from resource_revision")).one()
    address = plan()
    official.post(f"{address}/steps", data={"do": "close", "resource": str(salon)})
    official.post(
        f"{address}/steps", data={"do": "open", "resource": str(salon), "days": "毎週水曜"}
    )
    official.post(f"{address}/steps", data={"do": "add", "kind": "salon", "lon": LON, "lat": LAT})
    assert len(scenarios.get(db, house(TOWN), UUID(address[-36:])).steps) == 3
    assert db.execute(text("select count(*), max(at) from resource_revision")).one() == before
    assert [row.id for row in shelf.list_open(db, house(TOWN), Wanted(kind="salon"))] == [salon]


def test_a_change_is_edited_and_taken_back(official, register, plan, db):
    register(39, 39)
    one = here(openings=TUESDAYS)
    address = plan(one)
    form = official.get(f"{address}?step={one['id']}")
    assert "毎週火曜" in re.search(r'name="days" value="(.*?)"', form.text)[1]
    days = unescape(re.search(r'name="days" value="(.*?)"', form.text)[1])
    sent = {"do": "add", "kind": "salon", "step": one["id"], "lon": LON, "lat": LAT, "days": days}
    official.post(f"{address}/steps", data=sent | {"name": "別の名前"})
    (kept,) = scenarios.get(db, house(TOWN), UUID(address[-36:])).steps
    assert (kept["name"], kept["openings"][0]["rrule"]) == ("別の名前", "FREQ=WEEKLY;BYDAY=TU")
    assert kept["openings"][0]["opens_at"] == "10:00"
    assert official.post(f"{address}/steps/{one['id']}/remove").status_code == 302
    assert scenarios.get(db, house(TOWN), UUID(address[-36:])).steps == []


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"do": "add", "kind": "salon"}, "入力してください。"),
        ({"do": "add", "kind": "salon", "lon": "x", "lat": "1"}, "数字で入力してください。"),
        ({"do": "add", "kind": "salon", "lon": "0", "lat": "0"}, "日本の外の座標です。"),
        ({"do": "add", "kind": "nonsense", "lon": LON, "lat": LAT}, "一覧の中から選んでください。"),
        ({"do": "add", "kind": "salon", "lon": LON, "lat": LAT, "days": "てきとうに"}, "開く日のくり返しを読みとれません。"),
        ({"do": "add", "kind": "salon", "address": "どこでもない町9丁目"}, "この住所は見つかりませんでした。"),
        ({"do": "move", "lon": LON, "lat": LAT}, "ひとつ以上えらんでください。"),
        ({"do": "close", "resource": str(UUID(int=7))}, "一覧の中から選んでください。"),
        ({"do": "close", "resource": "x"}, "一覧の中から選んでください。"),
        ({"do": "erase"}, "一覧の中から選んでください。"),
        ({}, "一覧の中から選んでください。"),
    ],
)  # fmt: skip
def test_a_change_that_makes_no_sense_is_refused_in_words(official, register, plan, sent, words):
    register(0, 3)
    answer = official.post(f"{plan()}/steps", data=sent)
    assert answer.status_code == 422
    assert words in unescape(answer.text)


def test_a_place_is_found_by_its_address(official, register, plan):
    register(39, 39)
    address = plan()
    sent = {"do": "add", "kind": "salon", "address": "碁盤町松葉1丁目1番"}
    answer = official.post(f"{address}/steps", data=sent)
    assert answer.status_code in (302, 422)
    if answer.status_code == 422:  # several places are called so: one is chosen
        place = re.search(r'name="place" value="([\d.,]+)"', answer.text)[1]
        assert official.post(f"{address}/steps", data=sent | {"place": place}).status_code == 302


def test_a_question_about_days_needs_days(official, register, plan):
    register(39, 39)
    address = plan(day="tue")
    sent = {"do": "add", "kind": "salon", "lon": LON, "lat": LAT}
    assert official.post(f"{address}/steps", data=sent).status_code == 422
    assert official.get(f"{address}/moved", query_string=sent).status_code == 422
    told = official.get(f"{address}/moved", query_string=sent | {"days": "毎週火曜"}).json
    assert told["total"]["leading"]["gained"] == 40


def test_what_the_register_closed_meanwhile_is_said(official, register, plan, db):
    register(39, 39)
    salon = register(0, 3)
    address = plan(step("close", resource=str(salon)))
    write(db, salon, {"closed_on": "2026-11-01"})
    page = official.get(address)
    assert page.status_code == 200
    assert "「茶の間」は、台帳で令和8年11月1日に終わりました。" in unescape(page.text)
    assert "この案の1番は、数に入れていません。" in unescape(page.text)
    assert "いまと同じ" in said(page)


def test_a_copy_is_another_plan(official, register, plan, db):
    register(39, 39)
    address = plan(here())
    answer = official.post(f"{address}/copy", data={"id": str(uuid4()), "name": "もうひとつの案"})
    assert answer.status_code == 302
    copy = scenarios.get(db, house(TOWN), UUID(answer.location[-36:]))
    assert (copy.name, str(copy.copied_from), len(copy.steps)) == (
        "もうひとつの案",
        address[-36:],
        1,
    )
    official.post(f"{answer.location}/steps/{copy.steps[0]['id']}/remove")
    assert len(scenarios.get(db, house(TOWN), UUID(address[-36:])).steps) == 1


def test_plans_stand_side_by_side(official, register, plan):
    register(39, 39)
    one, other = (
        plan(here(), name="浜"),
        plan(step("add", place=list(corner_lonlat(12, 17))), name="丘"),
    )
    asked = f"plan={one[-36:]}&plan={other[-36:]}"
    page = official.get(f"{ALL}/compare?{asked}")
    assert page.status_code == 200
    rows = rows_of(official.get(f"{ALL}/compare.csv?{asked}"))
    whole = {row["検討案"]: int(row["届くようになる"]) for row in rows if row["区域"] == "全体"}
    assert whole["浜"] == 40
    assert f"{whole['丘']:,}" in page.text
    assert "1,002" in page.text


def test_plans_with_other_questions_are_asked_the_first_one_and_it_is_said(
    official, register, plan
):
    register(39, 39)
    one, other = plan(here(), name="浜"), plan(here(), name="丘", minutes="20")
    page = official.get(f"{ALL}/compare?plan={one[-36:]}&plan={other[-36:]}")
    assert "「丘」は、もとの問いが違います。" in page.text
    assert page.text.count("<td>40") >= 2


def test_comparing_nothing_is_no_mistake(official):
    assert "くらべる案がえらばれていません。" in official.get(f"{ALL}/compare").text
    assert official.get(f"{ALL}/compare?plan=nonsense&plan={uuid4()}").status_code == 200


def test_a_plan_is_put_away_and_taken_out_again(official, register, plan):
    register(39, 39)
    address = plan(here(), name="しまう案")
    assert "しまう案" in official.get(ALL).text
    official.post(f"{address}/close")
    assert "しまう案" not in official.get(ALL).text
    assert "しまう案" in official.get(f"{ALL}?closed=1").text
    assert "にしまいました。" in official.get(address).text
    assert official.post(f"{address}/steps", data={"do": "close"}).status_code == 403
    official.post(f"{address}/reopen")
    assert "しまう案" in official.get(ALL).text


def test_name_and_question_change_unless_somebody_was_there_first(official, register, plan, db):
    register(39, 39)
    address = plan(here())
    words = {"base": "1", "name": "新しい名前", "level": "municipality", "age": "0", "minutes": "1"}
    assert official.post(address, data=words | {"profile": "on_foot"}).status_code == 302
    assert "歩いて1分以内に" in said(official.get(address))
    late = official.post(address, data=words | {"name": "おそい名前"})
    assert late.status_code == 409
    assert scenarios.get(db, house(TOWN), UUID(address[-36:])).name == "新しい名前"
    assert official.post(address, data=words | {"base": "2", "name": ""}).status_code == 422
    assert official.post(address, data=words | {"base": "2", "minutes": "x"}).status_code == 422


def test_every_write_has_its_line_in_the_audit(official, register, plan, db):
    register(39, 39)
    address = plan(here())
    id_ = address[-36:]
    official.post(f"{address}/steps", data={"do": "add", "kind": "salon", "lon": LON, "lat": LAT})
    official.post(f"{address}/close")
    official.post(f"{address}/reopen")
    lines = audit.list_of(db, house(TOWN), "scenario", id_)
    assert [line.action for line in lines] == ["reopen", "close", "change", "add"]
    assert (len(lines[2].before["steps"]), len(lines[2].after["steps"])) == (1, 2)
    assert "<ins>2か所</ins>" in official.get(f"/audit/?thing=scenario&thing_id={id_}").text


def test_who_did_not_make_a_plan_reads_and_copies_it(sign_in_as, register, plan, db):
    register(39, 39)
    address = plan(here())
    coordinator = sign_in_as(Role.COORDINATOR_2)
    db.commit()  # a refused request undoes only itself
    page = coordinator.get(address)
    assert "この案を変えられるのは、つくった人と市の職員です。" in page.text
    assert 'data-do="add"' not in page.text
    sent = {"do": "add", "kind": "salon", "lon": LON, "lat": LAT}
    assert coordinator.post(f"{address}/steps", data=sent).status_code == 403
    copy = coordinator.post(f"{address}/copy", data={"id": str(uuid4()), "name": "わたしの案"})
    assert coordinator.post(f"{copy.location}/steps", data=sent).status_code == 302
    viewer = sign_in_as(Role.VIEWER)
    assert viewer.get(address).status_code == 200
    assert viewer.post(f"{address}/copy", data={"id": str(uuid4()), "name": "x"}).status_code == 403


def test_a_plan_of_another_town_is_not_found(official, sign_in_as):
    assert official.get("/scenarios/99002").status_code == 404
    assert official.get(f"{ALL}/{uuid4()}").status_code == 404
    assert official.get(f"{ALL}/{uuid4()}/moved?do=add").status_code == 404


def test_a_resident_is_asked_to_sign_in(client):
    for address in (ALL, f"{ALL}/new", f"{ALL}/{uuid4()}", f"{ALL}/compare"):
        assert client.get(address).status_code == 302


def test_staff_find_the_way_there(official, register):
    register(0, 3)
    assert f'href="{ALL}"' in official.get("/work/").text
    link = re.search(
        r'href="(/scenarios/\d+/new\?[^"]*)">検討する',
        official.get(f"/gaps/{TOWN}/salon?age=65").text,
    )
    form = official.get(unescape(link[1]))
    assert form.status_code == 200
    assert re.search(r'<option value="65" selected>', form.text)


def test_a_question_that_can_no_longer_be_read_is_said_in_words(official, plan, db):
    address = plan()
    db.execute(text('update scenario set question = question || \'{"profile": "gone"}\''))
    assert official.get(address).status_code == 422


def test_a_plan_of_no_kind_is_asked_for_one_and_the_summary_leads_there(official):
    form = fields_of(official.get(f"{ALL}/new").text)
    refused = official.post(f"{ALL}/new", data={n: v for n, v in form.items() if n != "kind"})
    assert refused.status_code == 422
    assert "field-kind" in links_of(refused.text)
