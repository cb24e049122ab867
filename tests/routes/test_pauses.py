"""休止: wherever an entry is told of, it is told that it rests, since when, until when, and that one should ring."""

import re
from datetime import timedelta

import pytest
from flask import g

from geo import squares
from geo.days import era_words
from geo.records import municipalities, shelf
from geo.scope import EVERYBODY, Role, Scope
from geo.sources.model_town import corner_lonlat
from routes import _printing, _taking, near_sheets
from routes._lists import kinds_by_code
from routes._request import today
from tests.conftest import TOWN
from tests.living import fields_of
from tests.routes.making import make

SQUARE = squares.square_of(corner_lonlat(8, 8))
PAGE = f"/near/{TOWN}/{SQUARE}"
SINCE, UNTIL = today() - timedelta(days=40), today() + timedelta(days=40)
LATER = today() + timedelta(days=10)
NOW = f"{era_words(SINCE)}から休止中です。"
AGAIN = f"{era_words(UNTIL)}に再開する予定です。"
NOBODY_KNOWS = "いつ再開するかは、わかっていません。"
RING = "出かける前に、電話でたずねてください。"
SPANS = [
    (SINCE, UNTIL, NOW + AGAIN + RING),
    (SINCE, None, NOW + NOBODY_KNOWS + RING),
    (LATER, None, f"{era_words(LATER)}から休止する予定です。" + RING),
    (LATER, UNTIL, f"{era_words(LATER)}から休止する予定です。" + AGAIN + RING),
]


@pytest.fixture
def resting(db):
    """resting(since, until, …) -> the id of a group that opens every day, at the corner of the square."""

    def add(since=SINCE, until=None, **values):
        edits = {"name": "休む会", "kind": "open_house", "place": list(corner_lonlat(8, 8))}
        edits |= {
            "openings": [{"rrule": "FREQ=DAILY", "opens_at": "10:00"}],
            "phone": "0000-00-0001",
        }
        edits |= {"paused_on": since.isoformat(), "resumes_on": until and until.isoformat()}
        return make(db, **{"public": True} | edits | values)

    return add


def plain(html):
    return re.sub(r"<.*?>|\s", "", html)


@pytest.mark.parametrize(("since", "until", "words"), SPANS)
def test_a_resident_reads_it_wherever_the_entry_is_told_of(client, resting, since, until, words):
    id_ = resting(since, until)
    answer = f"{PAGE}?kind=open_house"
    pages = (answer, f"/map/{TOWN}?kind=open_house", f"/resources/{id_}", f"/tell/{id_}")
    for page in (*pages, f"{PAGE}/to/{id_}"):
        assert words in plain(client.get(page).text), page


@pytest.mark.parametrize(("since", "until", "rests"), [(SINCE, UNTIL, True), (LATER, None, False)])
def test_while_it_rests_its_days_are_those_of_before_and_none_is_promised(
    client, resting, db, since, until, rests
):
    make(db, name="開く会", kind="open_house", public=True, place=list(corner_lonlat(9, 8)))
    page = client.get(f"{PAGE}?kind=open_house").text
    before = int(re.search(r"歩いて30分までに(\d+)件", page)[1])
    resting(since, until)
    page = client.get(f"{PAGE}?kind=open_house").text
    card = plain(page[page.index("休む会") :].split("card-foot")[0])
    assert ("休む前の予定：毎日10:00" in card) is rests
    assert ("きょうは開く日の予定です" in card) is not rests
    assert int(re.search(r"歩いて30分までに(\d+)件", page)[1]) == before + (not rests)
    assert ("ほかに、いま休止中のものが1件あります" in page) is rests
    assert f"次は{UNTIL.month}月{UNTIL.day}日" in card or not rests
    assert ("休む会" in client.get(f"{PAGE}?kind=open_house&day=today").text) is not rests


def test_where_all_that_is_near_rests_it_is_not_called_unregistered(client, resting):
    resting()
    page = client.get(f"{PAGE}?kind=open_house").text
    assert "歩いて30分までにある1件は、いまどれも休止中です。" in page
    assert "登録されたものは見つかりません" not in page
    assert "ほかに、いま休止中" not in page


def test_a_kind_of_which_all_rest_says_so_instead_of_a_number(client, db):
    def line():
        page = client.get(PAGE).text
        return plain(page[page.index("kind=rubbish_help") :].split("</li>")[0]).split(">")[-1]

    def add(name, **values):
        area = [{"name": "市内全域"}]
        make(db, name=name, kind="rubbish_help", public=True, service_areas=area, **values)

    add("休む雪かき", paused_on=SINCE.isoformat())
    assert line().endswith("休止中")
    add("雪かき")
    assert line().endswith("1件")


@pytest.mark.parametrize(
    ("language", "words"),
    [
        *(("en", "Onabreaksince"), ("ja@easy", "ずっと"), ("zh_Hans", "暂停中")),
        *(("ko", "쉬고있습니다"), ("pt_BR", "Empausadesde"), ("vi", "Đangtạmnghỉtừ")),
    ],
)
def test_it_is_said_in_every_language(client, resting, language, words):
    client.set_cookie("language", language)
    page = client.get(f"/resources/{resting()}")
    assert words in plain(page.text)


def test_the_mark_on_the_map_says_it_too(client, resting):
    resting()
    for page in (f"/map/{TOWN}?kind=open_house", f"{PAGE}?kind=open_house"):
        told = client.get(page).text
        assert '"paused": true' in told
        assert "休止中" in told
    assert '"paused": true' not in client.get(f"/map/{TOWN}?kind=salon").text


def test_papers_say_it(app, db, desk, resting):
    id_ = resting(SINCE, UNTIL)
    with app.test_request_context(f"/near/{TOWN}/{SQUARE}/sheet.pdf?kind=open_house"):
        g.db = db
        try:
            row = shelf.get(db, EVERYBODY, id_)
            scope = Scope(TOWN, EVERYBODY.role)
            here, kinds = municipalities.get(db, scope, TOWN), kinds_by_code(db, scope)
            pages = [
                near_sheets.pages_of(TOWN, SQUARE)[0][0],
                *_printing.poster(row, kinds, here, today())[:1],
                _taking.taking(row, kinds, today())["text"],
            ]
        finally:
            g.pop("db")
    for page in pages:
        assert NOW + AGAIN + RING in plain(page)
        assert "休む前の予定" in page


def test_staff_read_it_on_their_lists(sign_in_as, resting):
    resting(SINCE, UNTIL)
    client = sign_in_as(Role.OFFICIAL)
    marked = f"休止中（{era_words(SINCE)}から）"
    assert marked in client.get(f"/desk/{TOWN}/unconfirmed").text
    assert f"{era_words(SINCE)}から休止中" in client.get("/visits/morning").text
    assert NOW + AGAIN + RING in plain(client.get(f"/map/{TOWN}?kind=open_house").text)


def test_the_window_reads_it_out_where_one_is_asked_for_by_name(sign_in_as, resting):
    resting(SINCE, UNTIL, name="名を言われる会")
    client = sign_in_as(Role.OFFICIAL)
    said = plain(client.post(f"/window/{TOWN}", data={"words": "名を言われる会"}).text)
    assert NOW + AGAIN + RING + "休む前の予定は、" in said


def test_it_is_written_down_where_days_are(sign_in_as, db, resting):
    id_ = resting()
    client = sign_in_as(Role.OFFICIAL)
    page = client.get(f"/resources/{id_}/edit").text
    assert page.index('name="months"') < page.index('name="paused_on"') < page.index('name="lat"')
    for days in ({"resumes_on": SINCE.isoformat()}, {"paused_on": "", "resumes_on": "2099-01-01"}):
        refused = client.post(f"/resources/{id_}/edit", data=fields_of(page) | days)
        assert refused.status_code == 422
        assert "「休止した日」よりあとの日を書いてください" in refused.text
    typed = fields_of(page) | {"resumes_on": UNTIL.isoformat()}
    assert client.post(f"/resources/{id_}/edit", data=typed).status_code == 302
    typed = fields_of(client.get(f"/resources/{id_}/edit").text) | {"paused_on": ""}
    assert client.post(f"/resources/{id_}/edit", data=typed).status_code == 302
    row = shelf.get(db, EVERYBODY, id_)
    assert (row.paused_on, row.resumes_on) == (None, None)


def test_the_range_of_a_kind_leaves_out_what_rests(client, resting, db):
    page = f"/reach/{TOWN}?kind=open_house&minutes=15"
    first = resting(SINCE)
    assert "いまどれも休止中です" in client.get(page).text
    assert NOW + NOBODY_KNOWS in plain(client.get(f"/reach/{TOWN}?resource={first}").text)
    make(db, name="開く会", kind="open_house", public=True, place=list(corner_lonlat(20, 20)))
    answer = plain(client.get(page).text)
    assert "いちばん近い" in answer
    assert "休止中の1件は、入れていません。" in answer


def test_the_list_of_a_range_marks_what_rests(client, resting):
    lon, lat = corner_lonlat(8, 8)
    resting()
    page = client.get(f"/reach/{TOWN}/near?from={lon},{lat}&minutes=15&profile=on_foot").text
    line = plain(page[page.index("休む会") :].split("</li>")[0])
    assert "・休止中" in line


def test_hard_to_reach_says_beside_the_number_what_it_left_out(sign_in_as, db):
    official = sign_in_as(Role.OFFICIAL)
    for since in (SINCE, LATER):
        make(db, name="茶の間", kind="salon", place=list(corner_lonlat(0, 3)), paused_on=since.isoformat(), openings=[{"rrule": "FREQ=DAILY"}])  # fmt: skip
    page = plain(official.get(f"/gaps/{TOWN}/salon?age=0").text)
    assert "数えた日に休止している1件は、ないものとして数えています。" in page
    assert "数える日の一部が休止" not in page
    for path in ("salon?age=0&day=weekly", "salon/week?age=0"):
        page = plain(official.get(f"/gaps/{TOWN}/{path}").text)
        assert "数える日のどれもが休止の間になる1件は、ないものとして数えています。" in page, path
        assert "数える日の一部が休止の間になる1件は、その日を除いて数えています。" in page, path
    page = plain(official.get(f"/gaps/{TOWN}/salon/if-closed?age=0").text)
    assert "休止中" in page
    assert "数える日に休止しているものは" in plain(official.get(f"/gaps/{TOWN}").text)
