"""持っていく: the handbook is asked for and handed out, calendars and posters say what everybody may know."""

import re
from uuid import uuid4

import icalendar
import pytest
from sqlalchemy import text

from geo import handbook, printing
from geo.records import districts
from geo.scope import Role, Scope, house
from geo.sources.model_town import corner_lonlat
from routes._request import today
from tests.conftest import TOWN
from tests.papers import sheets_of
from tests.routes.making import make

WEST = list(corner_lonlat(5, 5))
EVERYBODY = Scope(TOWN, Role.RESIDENT)
TUESDAYS = {"rrule": "FREQ=WEEKLY;BYDAY=TU", "opens_at": "10:00", "closes_at": "11:30"}
NO_PAPER = [{"medium": "paper", "answer": "no", "by": "", "on": None}]


@pytest.fixture
def area(db):
    return districts.list_at_level(db, house(TOWN), "junior_high")[0]


@pytest.fixture
def folder(app):
    """Where files lie, empty before and after."""
    folder = app.extensions["settings"].var / "prints"

    def clear():
        for path in folder.glob("*"):
            path.unlink()

    clear()
    yield folder
    clear()


@pytest.fixture
def salon(db):
    """salon(name, …) → its id: opens on Tuesdays from ten."""
    return lambda name="火曜の会", **values: make(
        db, name=name, place=WEST, openings=[TUESDAYS], **values
    )


def events(answer):
    assert answer.status_code == 200
    assert answer.mimetype == "text/calendar"
    return icalendar.Calendar.from_ical(answer.get_data()).events


def test_a_handbook_is_asked_for_made_and_opened(client, db, area, folder):
    address = f"/prints/{TOWN}/{area.id}"
    month = f"{today():%Y-%m}"
    page = client.get(address)
    assert page.status_code == 200
    assert page.text.count("作る<") == 4
    answer = client.post(address, data={"size": "a4", "month": month})
    assert answer.status_code == 303
    page = client.get(answer.location)
    assert "手引きを作っています" in page.text
    state = re.search(r'"url": "([^"]+)"', page.text)[1].replace("\\u0026", "&")
    assert client.get(state).json == {"state": "waiting"}
    copy = printing.read_copy(area.id, "a4", month, "http://localhost", today())
    told = handbook.load(db, EVERYBODY, area.id, copy.month, today())
    printing.keep(folder / f"{printing.name_of(copy, told)}.pdf", b"%PDF-")  # made in test_printing
    db.execute(text("delete from procrastinate_jobs"))
    assert client.get(state).json == {"state": "ready"}
    page = client.get(answer.location)
    link = re.search(r'href="([^"]+handbook\.pdf[^"]*)"', page.text)[1].replace("&amp;", "&")
    file = client.get(link)
    assert (file.status_code, file.mimetype) == (200, "application/pdf")
    assert file.get_data().startswith(b"%PDF-")
    make(db, name="新しい会", place=WEST)
    assert client.get(link).status_code == 302  # never from yesterday


def test_a_file_that_nobody_made_leads_to_where_it_is_asked_for(client, area, folder):
    answer = client.get(f"/prints/{TOWN}/{area.id}/handbook.pdf")
    assert answer.status_code == 302
    assert answer.location.startswith(f"/prints/{TOWN}/{area.id}?")


@pytest.mark.parametrize(
    "query", ["?size=b5", "?month=2020-01", "?month=x", "?size=a4&month=9999-99"]
)
def test_what_there_is_not_is_refused_in_words(client, area, query):
    for ending in ("", "/handbook.pdf"):
        assert client.get(f"/prints/{TOWN}/{area.id}{ending}{query}").status_code == 422


def test_too_many_that_wait_are_told_to_come_later(client, area, folder, monkeypatch):
    monkeypatch.setattr(printing, "MOST_WAITING", 0)
    answer = client.post(f"/prints/{TOWN}/{area.id}", data={"size": "a3"})
    assert answer.status_code == 429
    assert "1分ほどおいて" in answer.text


def test_an_area_with_more_than_a_booklet_holds_leads_to_its_parts(client, db, monkeypatch):
    monkeypatch.setattr("geo.handbook.MOST_ENTRIES", 3)
    whole = districts.list_at_level(db, house(TOWN), "municipality")[0]
    page = client.get(f"/prints/{TOWN}/{whole.id}")
    assert "もっと小さな区域" in page.text
    parts = re.findall(rf'href="/prints/{TOWN}/([^"]+)"', page.text)
    assert len(parts) > 1
    assert client.post(f"/prints/{TOWN}/{whole.id}").status_code == 429


def test_an_area_of_another_town_is_not_found(client, area):
    for ending in ("", "/state?name=x", "/handbook.pdf"):
        assert client.get(f"/prints/13101/{area.id}{ending}").status_code == 404
    assert client.get(f"/prints/{TOWN}/{uuid4()}").status_code == 404


def test_every_area_is_listed_with_its_handbook(client, db, area):
    page = client.get(f"/prints/{TOWN}").text
    assert f'href="/prints/{TOWN}/{area.id}"' in page
    assert client.get("/prints/99999").status_code == 404


def test_an_area_offers_the_calendar_of_what_people_join_there(client, area, salon):
    salon()
    page = client.get(f"/prints/{TOWN}/{area.id}").text
    link = re.search(r'href="([^"]*selection\.ics[^"]*)"', page)[1].replace("&amp;", "&")
    assert "火曜の会（予定）" in {event["SUMMARY"] for event in events(client.get(link))}


def test_the_page_of_an_area_leads_to_its_handbook(client, area):
    page = client.get(f"/districts/{area.id}")
    assert f'href="/prints/{TOWN}/{area.id}"' in page.text


def test_a_calendar_has_the_planned_days_with_whom_to_ask(client, salon):
    id_ = salon(
        address="松葉町1-2", phone="0776-00-0001", contact="社協", confirmed_on="2026-05-12"
    )
    found = events(client.get(f"/prints/{id_}.ics"))
    assert len(found) in (26, 27)
    assert {event.start.weekday() for event in found} == {1}
    first = found[0]
    assert first["SUMMARY"] == "火曜の会（予定）"
    assert "0776-00-0001" in first["DESCRIPTION"]
    assert "令和8年5月12日" in first["DESCRIPTION"]
    assert first["LOCATION"] == "松葉町1-2"
    assert first["URL"].endswith(f"/resources/{id_}")


@pytest.mark.parametrize("shown", ["blurred", "hidden"])
def test_a_calendar_does_not_tell_a_place_that_is_not_public(client, salon, shown):
    id_ = salon(address="松葉町1-2", place_shown=shown)
    body = client.get(f"/prints/{id_}.ics").text
    assert "松葉町" not in body
    assert "GEO:" not in body
    assert events(client.get(f"/prints/{id_}.ics"))


def test_what_has_ended_has_no_days_and_what_is_not_public_no_calendar(client, salon):
    ended = salon(closed_on="2026-03-31")
    assert events(client.get(f"/prints/{ended}.ics")) == []
    secret = salon(public=False)
    for ending in (".ics", "/poster.pdf"):
        assert client.get(f"/prints/{secret}{ending}").status_code == 404


def test_a_selection_has_each_of_what_was_chosen_and_none_that_was_withdrawn(client, salon):
    ids = [salon("一の会"), salon("二の会"), salon("内の会", public=False), uuid4()]
    query = "&".join(f"resource={id_}" for id_ in ids)
    found = events(client.get(f"/prints/{TOWN}/selection.ics?{query}"))
    assert {event["SUMMARY"] for event in found} == {"一の会（予定）", "二の会（予定）"}
    assert len({event["UID"] for event in found}) == len(found)
    assert events(client.get(f"/prints/{TOWN}/selection.ics")) == []


def test_a_selection_that_cannot_be_read_is_refused(client):
    address = f"/prints/{TOWN}/selection.ics"
    assert client.get(f"{address}?resource=x").status_code == 422
    many = "&".join(f"resource={uuid4()}" for _ in range(31))
    assert client.get(f"{address}?{many}").status_code == 422


def test_a_poster_is_one_page_and_kept(client, salon, folder):
    id_ = salon("とても長い名前の火曜日の午前中のお茶と体操とおしゃべりの会", address="松葉町1-2")
    answer = client.get(f"/prints/{id_}/poster.pdf")
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    assert sheets_of(answer.get_data()) == 1
    (kept,) = folder.glob("poster-*")
    at = kept.stat().st_mtime_ns
    client.get(f"/prints/{id_}/poster.pdf")
    assert kept.stat().st_mtime_ns == at


def test_there_is_no_poster_of_who_wants_no_paper_or_has_ended(client, salon):
    for id_ in (salon(consents=NO_PAPER), salon(closed_on="2026-03-31")):
        assert client.get(f"/prints/{id_}/poster.pdf").status_code == 404
        assert f"/prints/{id_}/poster.pdf" not in client.get(f"/resources/{id_}").text


def test_a_page_says_what_can_be_taken_along(client, salon):
    id_ = salon(phone="0776-00-0001", fee="100円")
    page = client.get(f"/resources/{id_}").text
    assert f'href="/prints/{id_}.ics"' in page
    assert f'href="/prints/{id_}/poster.pdf"' in page
    assert 'href="tel:0776000001"' in page
    copied = re.search(r"<textarea[^>]*>(.*?)</textarea>", page, re.S)[1].splitlines()
    assert copied[0] == "火曜の会 サロン・茶話会"
    assert "料金：100円" in copied
    assert copied[-1].endswith(f"/resources/{id_}")
    assert "" not in copied


def test_what_staff_alone_see_is_taken_along_by_nobody(sign_in_as, salon):
    official = sign_in_as(Role.OFFICIAL)
    assert 'id="taking-title"' in official.get(f"/resources/{salon()}").text
    hidden = official.get(f"/resources/{salon(public=False)}").text
    assert 'id="taking-title"' not in hidden


def test_what_is_handed_on_is_japanese_whatever_the_page_is_read_in(client, salon):
    id_ = salon(fee="100円", confirmed_on="2026-05-12")
    plain = client.get(f"/prints/{id_}.ics").text
    in_japanese = re.search(r"<textarea[^>]*>(.*?)</textarea>", client.get(f"/resources/{id_}").text, re.S)  # fmt: skip
    for language in ("en", "ja@easy"):
        client.set_cookie("language", language)
        page = client.get(f"/resources/{id_}").text
        assert re.search(r"<textarea[^>]*>(.*?)</textarea>", page, re.S)[1] == in_japanese[1]
        answer = client.get(f"/prints/{id_}.ics").text
        stamp = re.compile(r"DTSTAMP:.*")
        assert stamp.sub("", answer) == stamp.sub("", plain)
