"""どこに開くか: from the form to the answer, its file, and what is said when there is none; staff only."""

import csv
import io
import re
from html import unescape
from uuid import uuid4

import pytest
from sqlalchemy.orm import Session

from geo import where_working
from geo.records import audit, shelf, siting_plans
from geo.records.shelf import Wanted
from geo.scope import Role, house
from geo.sources.model_town import corner_lonlat
from tests.conftest import TOWN
from tests.routes.making import make

WHERE = f"/gaps/{TOWN}/exercise_group/where"
FORM = {"most": "2", "age": "0", "minutes": "13", "profile": "on_foot", "level": "junior_high"}


@pytest.fixture
def official(sign_in_as):
    return sign_in_as(Role.OFFICIAL)


@pytest.fixture
def reckon(app, db, monkeypatch):
    """reckon(plan) -> what a worker does, within the test's transaction."""
    monkeypatch.setattr(where_working, "BEAT_S", 600)  # a second thread has no part in it

    def work(plan):
        def session():
            return Session(db.connection(), join_transaction_mode="create_savepoint")

        extensions = app.extensions
        where_working.work(session, extensions["areas"], extensions["residents"], plan)
        db.expire_all()

    return work


def brought(*corners):
    lines = [f"{x}の{y},{lat},{lon}" for x, y in corners for lon, lat in [corner_lonlat(x, y)]]
    text = "\n".join(["名称,緯度,経度", *lines, ""])
    return io.BytesIO(text.encode("cp932")), "候補.csv"


def send(official, *corners, **words):
    form = FORM | {"id": str(uuid4())} | words
    return official.post(WHERE, data=form | {"file": brought(*corners)})


def plan_of(answer):
    return answer.headers["Location"].rsplit("/", 1)[1]


def said(page):
    part = re.search(r'<section class="gap-answer".*?</section>', page.text, re.S)[0]
    return unescape(re.sub(r"\s+", "", re.sub(r"<[^>]+>", "", part)))


def test_from_the_form_to_the_answer_and_its_file(official, reckon, db):
    form = official.get(f"{WHERE}?minutes=13&age=0")
    assert "計算でわかるのは道のりだけです。" in form.text
    sent = send(official, (0, 3), (38, 38), (20, 20))
    assert sent.status_code == 303
    waiting = official.get(sent.headers["Location"])
    assert "順番を待っています。" in waiting.text
    assert '<noscript><meta http-equiv="refresh" content="3"></noscript>' in waiting.text
    state = official.get(f"{sent.headers['Location']}/state").get_json()
    assert (state["state"], state["value"], state["limit"]) == ("waiting", None, None)
    reckon(plan_of(sent))
    page = official.get(sent.headers["Location"])
    words = said(page)
    assert "ふえます。いま届きにくい人は" in words
    assert "この3か所の候補の中に、これより多くの人に届く選び方はありません" in words
    assert "どこに開くかは、地区の話し合いで決めます。" in words
    assert "％" not in words
    row = siting_plans.get(db, house(TOWN), plan_of(sent))
    table = official.get(f"{sent.headers['Location']}.csv")
    lines = list(csv.DictReader(io.StringIO(table.get_data(as_text=True).lstrip("\ufeff"))))
    places = [line for line in lines if line["行"] == "選んだ場所"]
    assert [line["場所"] for line in places] == [one["name"] for one in row.result["chosen"]]
    everybody = lines[-1]
    gains = int(everybody["へる人"])
    beyond = [int(everybody[name]) for name in ("いま届きにくい", "選んだあと届きにくい")]
    assert abs(beyond[0] - beyond[1] - gains) <= 1  # each is rounded once
    assert sum(int(line["前の場所に加えて届くようになる人"]) for line in places) == gains
    assert f"<strong>{gains:,}人</strong>" in page.text
    assert "歩いて13分以内に" in everybody["問い"]


def test_pressed_twice_it_is_one_plan_and_its_writer_is_written_down(official, db):
    id_ = str(uuid4())
    first, second = (send(official, (0, 3), id=id_) for _ in range(2))
    assert first.headers["Location"] == second.headers["Location"]
    assert siting_plans.count_open(db, house(TOWN)) == 1
    (line,) = audit.list_of(db, house(TOWN), "siting_plan", id_)
    assert (line.action, line.after["candidates"]) == ("add", 1)
    page = official.get("/audit/")
    assert "どこに開くかの案" in page.text


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        ({"most": ""}, "入力してください。"),
        ({"most": "99"}, "1から30までの数字で入力してください。"),
        ({"never": "火星"}, "候補にない名前が入っています。"),
        ({"must": "0の3", "never": "0の3"}, "両方に入っています。"),
        ({"kinds": "no_such"}, "一覧の中から選んでください。"),
        ({"least_share": "200"}, "0から100までの数字で入力してください。"),
        ({"age": "7"}, "一覧の中から選んでください。"),
    ],
)
def test_what_cannot_be_read_is_said_and_what_was_typed_stays(official, words, complaint):
    answer = send(official, (0, 3), **({"most": "4"} | words))
    assert answer.status_code == 422
    assert complaint in answer.text
    assert f'name="most" value="{words.get("most", "4")}"' in answer.text or words.get("most") == ""


def test_a_list_that_is_none_is_refused_in_words(official):
    broken = official.post(WHERE, data=FORM | {"file": (io.BytesIO(b"\0\1\2"), "a.csv")})
    assert broken.status_code == 422
    assert "field-file-problem" in broken.text


def test_no_candidates_at_all_are_said(official):
    none = official.post(WHERE, data=FORM)
    assert (none.status_code, "候補の場所がひとつもありません。" in none.text) == (422, True)


def test_candidates_of_the_register_lead_to_their_pages(official, reckon, db):
    make(db, kind="hall", name="浜の集会所", place=list(corner_lonlat(0, 3)))
    sent = official.post(WHERE, data=FORM | {"kinds": ["hall"], "most": "30"})
    reckon(plan_of(sent))
    row = siting_plans.get(db, house(TOWN), plan_of(sent))
    halls = [r for r in shelf.list_open(db, house(TOWN), Wanted(kind="hall")) if r.lon]
    assert len(row.candidates) == len(halls)
    page = official.get(sent.headers["Location"])
    assert "これ以上ふやしても、届く人はふえません。" in page.text
    for one in row.result["chosen"]:
        assert f"/resources/{one['resource']}" in page.text


def test_without_one_of_the_chosen_the_next_plan_keeps_the_list(official, reckon):
    sent = send(official, (0, 3), (38, 38))
    reckon(plan_of(sent))
    page = official.get(sent.headers["Location"])
    link = unescape(re.search(r'href="([^"]+without=[^"]+)"', page.text)[1])
    form = official.get(link)
    assert "前の案で送られた2か所" in form.text
    never = re.search(r'<textarea id="field-never"[^>]*>([^<]+)', form.text)[1]
    again = official.post(WHERE, data=FORM | {"from": plan_of(sent), "never": never})
    assert again.status_code == 303
    reckon(plan_of(again))
    chosen = official.get(again.headers["Location"])
    assert never not in [
        one[1] for one in re.findall(r'id="chosen-(\d+)".*?<strong>([^<]+)', chosen.text, re.S)
    ]


def test_a_plan_is_stopped_and_asked_for_again(official, reckon, db):
    sent = send(official, (0, 3))
    address = sent.headers["Location"]
    assert official.post(f"{address}/stop").status_code == 303
    assert "計算をやめました" in official.get(address).text
    assert official.post(f"{address}/stop").status_code == 303  # pressed twice
    assert official.get(f"{address}.csv").status_code == 404
    reckon(plan_of(sent))
    assert "計算をやめました" in official.get(address).text
    official.post(f"{address}/again")
    reckon(plan_of(sent))
    assert "選んだ場所" in official.get(address).text
    done = [line.action for line in audit.list_of(db, house(TOWN), "siting_plan", plan_of(sent))]
    assert done == ["again", "stop", "add"]


def test_why_it_failed_is_said_with_the_areas(official, reckon):
    sent = send(official, (0, 3), least_share="90")
    reckon(plan_of(sent))
    page = official.get(sent.headers["Location"])
    assert "候補を全部えらんでも、この人数に届かない区域があります。" in page.text
    assert "とどかない区域：" in page.text


def test_a_kind_that_goes_by_area_has_no_such_question(official):
    page = official.get(f"/gaps/{TOWN}/meal_delivery/where")
    assert "来てくれる地域や担当で決まります。" in page.text
    assert official.post(f"/gaps/{TOWN}/meal_delivery/where", data=FORM).status_code == 422


def test_the_map_of_the_kind_leads_here_with_its_question(official):
    page = official.get(f"/gaps/{TOWN}/exercise_group?minutes=13&age=85")
    assert f"{WHERE}?age=85&amp;minutes=13" in page.text or "/where?" in page.text


def test_who_only_looks_sees_plans_and_asks_for_none(sign_in_as):
    viewer = sign_in_as(Role.VIEWER)
    assert "書きこみのできる職員です" in viewer.get(WHERE).text
    assert viewer.post(WHERE, data=FORM).status_code == 403


def test_a_plan_of_another_kind_is_not_there(official):
    sent = send(official, (0, 3))
    other = sent.headers["Location"].replace("exercise_group", "salon")
    assert official.get(other).status_code == 404


def gained(page):
    """How many more a 検討案 says that something is within reach of."""
    return re.search(r"<strong[^>]*>([\d,]+)人</strong>ふえます", page.text)[1]


def test_the_answer_goes_on_as_a_plan_that_counts_the_same(official, reckon):
    """Also for a question about days: what it opens is open then."""
    for words in ({}, {"day": "tue", "at": "morning"}):
        sent = send(official, (0, 3), (38, 38), **words)
        reckon(plan_of(sent))
        address = sent.headers["Location"]
        answer = official.get(address).text
        gains = re.search(r"<strong>([\d,]+)人</strong>", answer)[1]
        first = re.search(r'id="chosen-1".*?<strong>(.*?)</strong>', answer, re.S)[1]
        kept = official.post(f"{address}/scenario", data={"name": "ふたつ開く"})
        assert kept.status_code == 303
        again = official.post(f"{address}/scenario", data={"name": "ふたつ開く"})
        assert again.headers["Location"] == kept.headers["Location"]
        page = official.get(kept.headers["Location"])
        assert page.status_code == 200
        assert (gains, first in page.text) == (gained(page), True)
