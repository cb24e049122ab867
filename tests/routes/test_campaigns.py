"""確認のお願い: opened by an official, printed, taken in from paper, followed to its end."""

import re
from uuid import uuid4

import pytest
from sqlalchemy import text

from geo import codes
from geo.records import campaigns as records
from geo.records import resources
from geo.records import suggestions as suggestion_records
from geo.scope import Role, house
from geo.sources.model_town import corner_lonlat
from routes._request import today
from tests.asking import begin, codes_of
from tests.conftest import FOREIGN, TOWN
from tests.living import fields_of
from tests.routes.making import make

OPEN = f"/campaigns/in/{TOWN}/open"


@pytest.fixture
def asked(app, db):
    """A campaign that runs, a resource of it and its code."""
    key = str(app.secret_key).encode()
    resource = make(db, name="茶の間 花", place=list(corner_lonlat(5, 5)))
    campaign = begin(db, TOWN, key=key, today=today(), answer_by=today())
    db.commit()
    return campaign, resource, codes_of(db, campaign, key)[resource]


def test_an_official_opens_a_campaign_once_and_a_job_waits_for_the_mails(sign_in_as, db):
    client = sign_in_as(Role.OFFICIAL)
    form = client.get(OPEN).text
    assert 'value="salon" checked' in form
    assert 'value="grocery" checked' not in form
    assert "メールのサーバーが設定されていない" in form
    sent = {"id": str(uuid4()), "kind": ["salon"], "answer_by": today().isoformat()}
    for _ in range(2):
        answer = client.post(OPEN, data=sent)
        assert answer.status_code == 303, answer.text
    running = records.find_running(db, house(TOWN))
    assert answer.location == f"/campaigns/{running.id}"
    assert (running.kinds, running.site) == (["salon"], "http://localhost")
    jobs = db.execute(text("select args from procrastinate_jobs where task_name = 'remind'")).all()
    assert [job.args["campaign"] for job in jobs] == [str(running.id)]
    again = client.post(OPEN, data=sent | {"id": str(uuid4())})
    assert again.status_code == 422
    assert "もう始まっています" in again.text


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"answer_by": ""}, "お答えの期日：入力してください"),
        ({"answer_by": "2020-01-01"}, "年度の終わり"),
        ({"kind": []}, "ひとつ以上えらんで"),
        ({"kind": ["nothing"]}, "一覧の中から"),
        ({"area": ["x"]}, "一覧の中から"),
        ({"id": "x"}, "画面を開き直して"),
    ],
)
def test_what_cannot_be_opened_is_said(sign_in_as, db, form, words):
    sent = {"id": str(uuid4()), "kind": ["salon"], "answer_by": today().isoformat()} | form
    answer = sign_in_as(Role.OFFICIAL).post(OPEN, data=sent)
    assert answer.status_code == 422
    assert words in answer.text
    assert records.find_running(db, house(TOWN)) is None


def test_progress_is_said_of_how_many(sign_in_as, asked):
    campaign, _, _ = asked
    page = sign_in_as(Role.OFFICIAL).get(f"/campaigns/{campaign.id}").text
    assert "件のうち）" in page
    assert "日常生活圏域" in page
    assert "メールのサーバーが設定されていない" in page


@pytest.mark.parametrize("form", ["postcard", "sheet"])
def test_papers_have_the_code_in_groups_its_square_and_where_to_return_it(
    sign_in_as, db, asked, form
):
    campaign, resource, code = asked
    db.execute(
        text("update municipality set desk = '社協 地域福祉係', desk_phone = '0778-00-0000'")
    )
    client = sign_in_as(Role.OFFICIAL)
    page = client.get(f"/campaigns/{campaign.id}/sheets?form={form}&resource={resource}").text
    assert page.count("<article") == 1
    assert codes.grouped(code) in page
    assert "<svg" in page.split("paper-square")[1]
    assert " style=" not in page
    assert "社協 地域福祉係" in page
    assert "0778-00-0000" in page
    everything = client.get(f"/campaigns/{campaign.id}/sheets?form={form}&all=yes").text
    assert everything.count("<article") == len(
        records.list_entries(db, house(TOWN), campaign, records.Asked())
    )


def test_an_entry_that_is_asked_about_leads_to_its_own_paper(sign_in_as, db, asked):
    campaign, resource, _ = asked
    client = sign_in_as(Role.OFFICIAL)
    for form in ("postcard", "sheet"):
        link = f"/campaigns/{campaign.id}/sheets?form={form}&amp;resource={resource}"
        assert link in client.get(f"/resources/{resource}").text
    client.post(f"/campaigns/{campaign.id}/end")
    assert "campaigns/" not in client.get(f"/resources/{resource}").text


def test_confirmed_entries_are_not_printed_again(sign_in_as, db, asked):
    campaign, resource, code = asked
    client = sign_in_as(Role.OFFICIAL)
    address = f"/campaigns/{campaign.id}/sheets"
    assert codes.grouped(code) in client.get(address).text
    client.post(f"/desk/{TOWN}/confirm/{resource}", data={"draft": str(uuid4())})
    assert codes.grouped(code) not in client.get(address).text
    for odd in ("?area=x", "?page=999", "?kind=%00", "?form=x", f"?area={uuid4()}"):
        assert client.get(address + odd).status_code in (200, 400)


def test_a_returned_paper_is_applied_by_one_press_after_its_code(sign_in_as, db, asked):
    campaign, resource, code = asked
    client, address = sign_in_as(Role.COORDINATOR_2), f"/campaigns/{campaign.id}/returned"
    sent = fields_of(client.get(address).text) | {"code": code.lower(), "answer": "still_running"}
    for _ in range(2):
        answer = client.post(address, data=sent)
        assert answer.status_code == 303
    assert "茶の間 花" in client.get(answer.location).text
    now = resources.load_values(db, house(TOWN), [resource])[resource]
    assert (now[0], now[1]["confirmed_on"]) == (2, today().isoformat())
    (row,) = suggestion_records.list_of(db, house(TOWN), [resource])
    assert row.state == "applied"


@pytest.mark.parametrize("answer", ["changed", "ended"])
def test_a_paper_with_a_change_leads_to_the_page_where_it_is_written(sign_in_as, db, asked, answer):
    campaign, _, code = asked
    client, address = sign_in_as(Role.OFFICIAL), f"/campaigns/{campaign.id}/returned"
    sent = {"id": str(uuid4()), "code": code, "answer": answer}
    told = client.post(address, data=sent)
    assert told.location == f"/suggestions/{sent['id']}"
    assert client.get(told.location).status_code == 200


def test_codes_that_are_none_and_those_of_others_are_said_in_words(sign_in_as, db, app, asked):
    campaign, _, code = asked
    key = str(app.secret_key).encode()
    elsewhere = make(db, name="よその会", place=list(corner_lonlat(35, 5)))
    foreign = begin(db, FOREIGN, key=key, today=today(), answer_by=today())
    strange = next(iter(codes_of(db, foreign, key).values()))
    db.commit()
    client, address = sign_in_as(Role.COORDINATOR_2), f"/campaigns/{campaign.id}/returned"
    for typed, answer, words in (
        ("7K3M", "still_running", "どこかの文字が違う"),
        (strange, "still_running", "このお願いの番号ではありません"),
        (code, "x", "一覧の中から"),
        (code, "was_closed", "一覧の中から"),
    ):
        told = client.post(address, data={"id": str(uuid4()), "code": typed, "answer": answer})
        assert told.status_code == 422
        assert words in told.text
    assert elsewhere not in codes_of(db, campaign, key)


def test_a_coordinator_takes_in_papers_of_her_areas_alone(sign_in_as, db, app):
    key = str(app.secret_key).encode()
    other = make(db, name="よその会", place=list(corner_lonlat(35, 5)))
    campaign = begin(db, TOWN, key=key, today=today(), answer_by=today())
    code = codes_of(db, campaign, key)[other]
    db.commit()
    sent = {"id": str(uuid4()), "code": code, "answer": "still_running"}
    told = sign_in_as(Role.COORDINATOR_2).post(f"/campaigns/{campaign.id}/returned", data=sent)
    assert told.status_code == 403
    assert "担当の区域の外" in told.text
    assert suggestion_records.list_of(db, house(TOWN), [other]) == []


def test_after_the_end_codes_open_nothing_and_the_page_says_so(sign_in_as, asked):
    campaign, _, code = asked
    client = sign_in_as(Role.OFFICIAL)
    assert client.post(f"/campaigns/{campaign.id}/end").status_code == 303
    assert "番号はもう使えません" in client.get(f"/campaigns/{campaign.id}").text
    assert client.get(f"/c/{code}").status_code == 404
    assert client.post(f"/campaigns/{campaign.id}/mail").status_code == 303
    listed = client.get(f"/campaigns/in/{TOWN}").text
    assert re.search(r"終わり（令和", listed)
