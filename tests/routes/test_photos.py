"""写真: staff see all of their town; everybody what is published; what is taken away is gone."""

import pytest
from sqlalchemy import text

from geo.records import audit
from geo.scope import Role, house
from geo.sources.model_town import corner_lonlat
from tests.conftest import FOREIGN, TOWN
from tests.routes.making import make, make_photo

EAST = list(corner_lonlat(35, 5))


@pytest.fixture
def photo(db):
    return make_photo(db, house(TOWN), make(db))


def change(client, photo, **form):
    return client.post(f"/photos/{photo}", data={"has_faces": "no", "caption": "入口", **form})


def test_a_photo_is_for_staff_until_it_is_published(client, sign_in_as, photo):
    assert client.get(f"/photos/{photo}.jpg").status_code == 404
    official = sign_in_as(Role.OFFICIAL)
    seen = official.get(f"/photos/{photo}.jpg")
    assert (seen.status_code, seen.content_type) == (200, "image/jpeg")
    assert seen.data.startswith(b"\xff\xd8\xff")
    assert seen.headers["X-Content-Type-Options"] == "nosniff"
    assert change(official, photo, is_public="1").status_code == 303
    with official.session_transaction() as cookie:
        cookie.clear()
    assert client.get(f"/photos/{photo}.jpg").status_code == 200


def test_a_picture_that_has_not_changed_is_not_sent_again(sign_in_as, photo):
    client = sign_in_as(Role.OFFICIAL)
    seen = client.get(f"/photos/{photo}.jpg")
    again = client.get(f"/photos/{photo}.jpg", headers={"If-None-Match": seen.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


@pytest.mark.parametrize("faces", ["yes", "unknown"])
def test_a_face_is_never_published(sign_in_as, db, photo, faces):
    client = sign_in_as(Role.OFFICIAL)
    db.commit()  # a refused request undoes only itself
    answer = change(client, photo, has_faces=faces, is_public="1")
    assert answer.status_code == 422
    assert "顔が写っていないと確かめた写真だけ" in answer.text
    assert change(client, photo, is_public="1").status_code == 303
    assert change(client, photo, has_faces=faces).status_code == 303
    assert db.scalar(text("select is_public from photo")) is False


def test_a_published_photo_of_what_nobody_may_see_is_seen_by_nobody(client, db):
    hidden = make(db, public=False)
    photo = make_photo(db, house(TOWN), hidden, is_public=True)
    assert client.get(f"/photos/{photo}.jpg").status_code == 404


def test_what_is_taken_away_is_gone_with_its_bytes(client, sign_in_as, db):
    resource = make(db)
    photo, same = (make_photo(db, house(TOWN), resource) for _ in "ab")
    assert db.scalar(text("select count(*) from photo_file")) == 1
    client = sign_in_as(Role.OFFICIAL)
    assert client.post(f"/photos/{photo}/remove").status_code == 303
    assert client.get(f"/photos/{photo}.jpg").status_code == 404
    assert client.get(f"/photos/{same}.jpg").status_code == 200
    client.post(f"/photos/{same}/remove")
    assert db.scalar(text("select count(*) from photo_file")) == 0
    assert client.post(f"/photos/{photo}/remove").status_code == 404
    actions = [row.action for row in audit.list_of(db, house(TOWN), "photo", photo)]
    assert actions == ["remove", "add"]


def test_staff_write_about_photos_of_their_own_town_and_areas(sign_in_as, db):
    outside = make_photo(db, house(TOWN), make(db, place=EAST))
    foreign = make_photo(db, house(FOREIGN), make(db, FOREIGN))
    client = sign_in_as(Role.COORDINATOR_2)
    db.commit()  # a refused request undoes only itself
    assert change(client, outside).status_code == 403
    assert client.post(f"/photos/{outside}/remove").status_code == 403
    assert change(client, foreign).status_code == 404
    assert client.get(f"/photos/{foreign}.jpg").status_code == 404


def test_the_page_of_an_entry_shows_its_photos_and_lets_staff_say_more(client, sign_in_as, db):
    resource = make(db)
    photo = make_photo(db, house(TOWN), resource)
    assert "/photos/" not in client.get(f"/resources/{resource}").text
    page = sign_in_as(Role.OFFICIAL).get(f"/resources/{resource}").text
    assert f'src="/photos/{photo}.jpg"' in page
    assert f'action="/photos/{photo}/remove"' in page
    assert "職員だけが見ています" in page
