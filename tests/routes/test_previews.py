"""/imports/new and what follows: a file is sent, looked at, and imported or given up."""

import io
import json
import re
from uuid import UUID

import pytest
from sqlalchemy import text

from geo.scope import Role
from tests.geo.test_intake import SALON, SHOP, rows
from tests.routes.sending import preview_of, send, tried, work

BAD = "B1,,松葉1,32.51,136.01,サロン,,,,"
STRANGE = "B2,なぞの会,松葉1,32.51,136.01,宇宙旅行,,,,"


@pytest.fixture
def official(sign_in_as):
    return sign_in_as(Role.OFFICIAL)


def sha(page):
    return re.search(r'name="sha256" value="(\w{64})"', page)[1]


def test_the_page_offers_every_kind_of_file_with_its_limit(official):
    page = official.get("/imports/new").text
    for words in (
        "地域資源の一覧",
        "町名と区域の表",
        "区域の地図",
        "学校",
        "道と下地の図",
        "50MBまで",
        "300MBまで",
    ):
        assert words in page


def test_a_file_is_looked_at_then_imported_and_its_report_opens(app, db, official):
    address = tried(app, db, official, rows(SALON, SHOP, BAD, STRANGE))
    page = official.get(address).text
    assert "まだ何も変えていません" in page
    assert "みどり商店" in page
    assert "宇宙旅行（1行）" in page
    answer = official.post(f"{address}/apply", data={"sha256": sha(page)})
    assert answer.status_code == 303
    assert "取り込んでいます" in official.get(address).text
    work(app, db, preview_of(answer))
    after = official.get(address)
    assert (after.status_code, "/imports/" in after.location) == (303, True)
    assert "取り込めなかった行" in official.get(after.location).text


def test_a_word_that_means_no_kind_can_be_led_to_one(app, db, official):
    address = tried(app, db, official, rows(SALON, STRANGE))
    official.post(f"{address}/kinds", data={"word.1": "宇宙旅行", "kind.1": "salon"})
    work(app, db, UUID(address[-36:]))
    page = official.get(address).text
    assert "宇宙旅行（1行）" not in page
    assert re.search(r"<dt>加わる</dt><dd>2</dd>", page)
    assert "宇宙旅行" in official.get("/imports/mappings/").text


def test_columns_are_asked_for_and_wrong_answers_are_named(app, db, official):
    address = tried(app, db, official, "呼び名,どこで\n茶の間,松葉1\n花の間,松葉2\n")
    page = official.get(address).text
    assert "どの列が何ですか" in page
    refused = official.post(f"{address}/mapping", data={"column.name": "", "header_row": "x"})
    assert (refused.status_code, "数字で入力" in refused.text) == (422, True)
    said = {"header_row": "1", "column.name": "呼び名", "column.address": "どこで", "kind": "salon"}
    official.post(f"{address}/mapping", data=said)
    work(app, db, UUID(address[-36:]))
    assert re.search(r"<dt>加わる</dt><dd>2</dd>", official.get(address).text)


def test_a_colleagues_mapping_can_be_used_as_a_file(app, db, official):
    address = tried(app, db, official, "呼び名,どこで\n茶の間,松葉1\n")
    spec = {"columns": {"name": "呼び名"}, "kind": "salon"}
    for content, status in ((b"{", 422), (json.dumps(spec).encode(), 303)):
        data = {"file": (io.BytesIO(content), "m.json")}
        assert official.post(f"{address}/mapping", data=data).status_code == status
    work(app, db, UUID(address[-36:]))
    assert re.search(r"<dt>加わる</dt><dd>1</dd>", official.get(address).text)


def test_a_file_given_up_is_gone(app, db, official, var):
    address = tried(app, db, official, rows(SALON))
    folder = var / "waiting" / address[-36:]
    assert folder.is_dir()
    official.post(f"{address}/stop")
    assert not folder.exists()
    assert "やめました" in official.get(address).text


def test_how_far_the_worker_is_can_be_asked_for(db, official):
    address = send(official, rows(SALON)).location
    assert official.get(f"{address}/state").get_json() == {
        "state": "waiting", "done": 0, "total": 0, "before": 0,
    }  # fmt: skip
    assert "何が変わるかを調べています" in official.get(address).text
    db.execute(text("update preview set seen_at = seen_at - interval '2 minutes'"))
    assert "もう一度頼む" in official.get(address).text


@pytest.mark.parametrize(
    "name",
    [
        "../../etc/passwd",
        "<script>alert(1)</script>.csv",
        "a" * 4000 + ".csv",
        "C:\\x\\台帳.csv",
        "..",
        "\u202e.csv",
    ],
)
def test_no_name_of_a_file_does_harm(app, db, official, var, name):
    address = tried(app, db, official, rows(SALON), name=name)
    page = official.get(address)
    assert page.status_code == 200
    assert "<script>alert" not in page.text
    (kept,) = (var / "waiting" / address[-36:]).iterdir()
    assert len(kept.name.encode()) <= 120
    official.post(f"{address}/stop")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "空です"),
        (b"\x00" * 100, "文字のファイルではありません"),
        (b"PK\x03\x04" + b"x" * 100, "zip"),
        (b"\xd0\xcf\x11\xe0" + b"x" * 2000, "Excel"),
        (b'"a,b\n1', "引用符"),
    ],
    ids=["empty", "zeros", "zip", "xls", "quotes"],
)
def test_a_file_that_is_none_is_told_in_words(app, db, official, content, words):
    answer = send(official, content)
    if answer.status_code == 303:
        work(app, db, preview_of(answer))
        page = official.get(answer.location)
        assert page.status_code == 200
    else:
        page, status = answer, answer.status_code
        assert status == 422
    assert words in page.text


def test_what_is_missing_from_the_form_is_named(official):
    for form, words in (
        ({}, "ファイルを選んでください"),
        ({"dataset": "districts", "file": (io.BytesIO(b"{}"), "a")}, "入力してください"),
        ({"dataset": "weather"}, "一覧の中から"),
    ):
        answer = official.post("/imports/new", data={"dataset": "resources", **form})
        assert (answer.status_code, words in answer.text) == (422, True)


def test_too_large_a_file_is_refused_before_it_is_read_and_with_its_limit(official):
    read = []

    class Endless(io.RawIOBase):
        def read(self, size=-1):
            read.append(size)
            return b"x" * max(size, 1)

    answer = official.post(
        "/imports/new",
        environ_overrides={
            "wsgi.input": Endless(),
            "CONTENT_LENGTH": "2000000000",
            "CONTENT_TYPE": "multipart/form-data; boundary=x",
        },
    )
    assert (answer.status_code, "300MBまで" in answer.text, read) == (413, True, [])


def test_a_table_over_its_own_limit_is_told_so(official, monkeypatch):
    monkeypatch.setattr("geo.intake.datasets.DATASETS", _with_limit_of_a_byte())
    answer = send(official, rows(SALON))
    assert (answer.status_code, "大きすぎます（0MBまで）" in answer.text) == (422, True)


def _with_limit_of_a_byte():
    from dataclasses import replace  # noqa: PLC0415

    from geo.intake import datasets  # noqa: PLC0415

    return {"resources": replace(datasets.DATASETS["resources"], limit_mb=0)}


def test_who_may_not_send_is_sent_away_before_anything_is_read(client, sign_in_as):
    large = {"CONTENT_LENGTH": "250000000", "CONTENT_TYPE": "multipart/form-data; boundary=x"}
    assert client.post("/imports/new", environ_overrides=large).status_code == 302
    other = sign_in_as(Role.COORDINATOR_1)
    assert other.post("/imports/new", environ_overrides=large).status_code == 403


def test_more_than_ten_files_of_one_person_do_not_wait(official):
    statuses = [send(official, rows(SALON)).status_code for _ in range(11)]
    assert statuses == [303] * 10 + [422]


def test_another_persons_file_is_not_there(app, db, official, sign_in_as):
    address = tried(app, db, official, rows(SALON))
    other = sign_in_as(Role.ADMINISTRATOR)
    assert other.get(address).status_code == 404
    assert other.post(f"{address}/stop").status_code == 404
