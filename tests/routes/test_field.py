"""現地から: what devices send is taken in once, refused in words, and never answered by a page."""

import io
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest
from PIL import Image
from sqlalchemy import text

from geo import merging, second_step, sign_in
from geo.merging import Wish
from geo.records import accounts, audit, resources
from geo.scope import Role, house
from geo.sources.model_town import corner_lonlat
from tests.conftest import FOREIGN, TOWN
from tests.routes.making import make

WEST, EAST = list(corner_lonlat(5, 5)), list(corner_lonlat(35, 5))


@pytest.fixture
def device(sign_in_as, db):
    """device(Role.…) -> somebody's telephone, signed in."""
    return lambda role=Role.OFFICIAL: Device(sign_in_as(role), db, role)


class Device:
    def __init__(self, client, db, role):
        self.client, self.id, self.seq = client, str(uuid4()), 0
        row = next(one for one in accounts.list_all(db, house(TOWN)) if one.role == role)
        self.account = str(row.id)
        db.commit()  # a refused request undoes only itself

    def draft(self, kind="edit", **said):
        self.seq += 1
        common = {"id": str(uuid4()), "seq": self.seq, "device": self.id, "kind": kind}
        return {
            **common,
            "account": self.account,
            "written_at": "2026-11-30T09:00:00+09:00",
            **said,
        }

    def send(self, draft):
        return self.client.post("/field/drafts", json=draft)

    def edit(self, resource, base, **edits):
        return self.draft(resource=str(resource), base=base, edits=edits)


def kept(db, resource):
    db.expire_all()
    return resources.load_values(db, house(TOWN), [resource])[resource][1]


def test_a_draft_is_taken_in_once_however_often_it_comes(device, db):
    sakura, resource = device(), make(db, fee="100円")
    draft = sakura.edit(resource, 1, fee="50円")
    answers = [sakura.send(draft) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200] * 3
    assert answers[0].json == {"state": "gone", "revision": 2}
    assert (kept(db, resource)["fee"], kept(db, resource)["revision"]) == ("50円", 2)


def test_a_draft_that_comes_again_after_others_is_still_gone(device, db):
    sakura, resource = device(), make(db)
    draft = sakura.edit(resource, 1, fee="50円")
    assert sakura.send(draft).status_code == 200
    assert sakura.send(sakura.edit(resource, 2, fee="0円")).status_code == 200
    again = sakura.send(draft)
    assert (again.status_code, again.json["state"]) == (200, "gone")
    assert kept(db, resource)["fee"] == "0円"


def test_a_new_entry_whose_first_answer_was_lost_is_there_once(device, db):
    sakura, resource = device(), uuid4()
    draft = sakura.edit(resource, None, kind="salon", name="畑の立ち話", place=WEST)
    assert [sakura.send(draft).status_code for _ in "ab"] == [200, 200]
    assert kept(db, resource)["revision"] == 1


def test_ones_own_earlier_drafts_do_not_stand_in_ones_way(device, db):
    """Two changes of one field, written without a network on the same revision."""
    sakura, resource = device(), make(db, fee="100円")
    first = sakura.edit(resource, 1, fee="50円")
    second = sakura.edit(resource, 1, fee="60円") | {"own": [first["id"]]}
    assert [sakura.send(draft).status_code for draft in (first, second)] == [200, 200]
    assert kept(db, resource)["fee"] == "60円"


def test_but_what_others_wrote_in_between_does(device, db):
    sakura, resource = device(Role.COORDINATOR_1), make(db, fee="100円", phone="")
    first = sakura.edit(resource, 1, fee="50円")
    second = sakura.edit(resource, 1, fee="60円", phone="1") | {"own": [first["id"]]}
    sakura.send(first)
    office = device(Role.OFFICIAL)
    assert office.send(office.edit(resource, 2, fee="0円")).status_code == 200
    answer = device(Role.COORDINATOR_1).send(second)
    assert answer.status_code == 409
    assert answer.json["theirs"] == {"fee": "0円"}


def test_nobody_makes_others_changes_her_own(device, db):
    office, resource = device(Role.OFFICIAL), make(db, fee="100円")
    theirs = office.edit(resource, 1, fee="0円")
    office.send(theirs)
    sakura = device(Role.COORDINATOR_1)
    draft = sakura.edit(resource, 1, fee="60円") | {"own": [theirs["id"]]}
    assert sakura.send(draft).status_code == 409


def test_a_conflict_has_both_values_and_is_kept_once(device, db):
    sakura, resource = device(), make(db, fee="100円", booking="")
    sakura.send(sakura.edit(resource, 1, fee="50円"))
    draft = sakura.edit(resource, 1, fee="60円", booking="電話で")
    for _ in range(2):
        answer = sakura.send(draft)
        assert answer.status_code == 409
        assert answer.json["theirs"] == {"fee": "50円"}
        assert (answer.json["revision"], answer.json["conflict"]) == (2, draft["id"])
        assert "先に同じ項目" in answer.json["message"]
    row = db.execute(text("select * from conflict")).one()
    assert (row.ours, row.theirs) == ({"fee": "60円", "booking": "電話で"}, {"fee": "50円"})
    assert (row.base, row.revision, row.settled_at) == (1, 2, None)
    assert row.written_at == datetime(2026, 11, 30, tzinfo=UTC)
    assert len(audit.list_of(db, house(TOWN), "conflict", draft["id"])) == 1
    assert kept(db, resource)["booking"] == ""


def test_a_conflict_is_settled_by_sending_again_with_both_values_seen(device, db):
    sakura, resource = device(), make(db, fee="100円")
    sakura.send(sakura.edit(resource, 1, fee="50円"))
    old = sakura.edit(resource, 1, fee="60円")
    sakura.send(old)
    new = sakura.edit(resource, 2, fee="60円") | {"settles": old["id"]}
    assert [sakura.send(new).status_code for _ in "ab"] == [200, 200]
    assert kept(db, resource)["fee"] == "60円"
    told = sakura.client.get("/field/conflicts").json["conflicts"]
    assert [(row["id"], row["settled_how"]) for row in told] == [(old["id"], "resent")]


@pytest.mark.parametrize("by_draft", [True, False])
def test_a_conflict_may_be_given_up(device, db, by_draft):
    sakura, resource = device(), make(db, fee="100円")
    sakura.send(sakura.edit(resource, 1, fee="50円"))
    old = sakura.edit(resource, 1, fee="60円")
    sakura.send(old)
    for _ in range(2):
        if by_draft:
            answer = sakura.send(sakura.draft("drop", settles=old["id"]))
        else:
            answer = sakura.client.post(f"/field/conflicts/{old['id']}/drop")
        assert answer.json == {"state": "gone"}
    assert db.scalar(text("select settled_how from conflict")) == "dropped"
    assert kept(db, resource)["fee"] == "50円"
    assert (
        device(Role.COORDINATOR_1).client.post(f"/field/conflicts/{old['id']}/drop").status_code
        == 403
    )


def test_a_draft_of_somebody_else_is_not_sent_under_ones_own_name(device, db):
    sakura = device()
    draft = sakura.edit(make(db), 1, fee="1円") | {"account": str(uuid4())}
    answer = sakura.send(draft)
    assert (answer.status_code, answer.json["action"]) == (403, "other_account")


def test_what_cannot_be_kept_is_refused_field_by_field(device, db):
    sakura, resource = device(), make(db)
    answer = sakura.send(sakura.edit(resource, 1, url="nowhere", capacity="many"))
    assert answer.status_code == 422
    assert answer.json["fields"] == {"capacity": "not_a_number", "url": "not_a_url"}
    assert answer.json["problems"]["capacity"] == "数字で入力してください。"


@pytest.mark.parametrize(
    "raw",
    [None, [], "x", {}, {"kind": "edit"}, {"kind": "burn", "id": str(uuid4())}],
)
def test_what_is_no_draft_is_refused_in_words(device, raw):
    answer = device().client.post("/field/drafts", json=raw)
    assert (answer.status_code, answer.json["fields"]) == (422, {"draft": "incomplete"})


def test_a_coordinator_writes_nothing_outside_her_area_and_nobody_in_another_town(device, db):
    outside, foreign = make(db, place=EAST), make(db, FOREIGN)
    sakura = device(Role.COORDINATOR_2)
    refused = sakura.send(sakura.edit(outside, 1, fee="1円"))
    assert (refused.status_code, refused.json["action"]) == (403, "outside_areas")
    assert sakura.send(sakura.edit(foreign, 1, fee="1円")).status_code == 404
    on = "2026-11-01"
    assert sakura.send(sakura.draft("confirm", resource=str(outside), on=on)).status_code == 403


@pytest.fixture
def merged(db, scope_of):
    """merged() -> (gone, stays): two entries that the office has made one; both said 100円 and 200円."""

    def of():
        gone, stays = make(db, fee="100円", booking=""), make(db, fee="200円", booking="")
        merge(db, scope_of(Role.OFFICIAL), stays, gone)
        return gone, stays

    return of


def merge(db, scope, stays, gone):
    seen = resources.load_values(db, scope, [stays, gone])
    wish = Wish(uuid4(), stays, gone, (seen[stays][0], seen[gone][0]), {}, "まとめた")
    merging.merge(db, scope, wish, datetime.now(UTC).date())
    db.commit()


def test_what_meets_nobody_goes_on_to_the_entry_that_stays(device, db, merged):
    sakura, (gone, stays) = device(Role.COORDINATOR_1), merged()
    draft = sakura.edit(gone, 1, booking="前の日まで")
    answers = [sakura.send(draft) for _ in "ab"]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].json["merged_into"] == str(stays)
    assert (kept(db, stays)["booking"], kept(db, gone)["booking"]) == ("前の日まで", "")


def test_what_meets_another_value_is_asked_and_sent_again_to_the_entry_that_stays(
    device, db, merged
):
    """Once, with the base that belongs there: what the office changes meanwhile is met again."""
    sakura, (gone, stays) = device(Role.COORDINATOR_1), merged()
    old = sakura.edit(gone, 1, fee="無料")
    answer = sakura.send(old)
    assert (answer.status_code, answer.json["theirs"]) == (409, {"fee": "200円"})
    assert (answer.json["merged_into"], answer.json["revision"]) == (
        str(stays),
        kept(db, stays)["revision"],
    )
    office = device(Role.OFFICIAL)
    office.send(office.edit(stays, answer.json["revision"], fee="300円"))
    sakura = device(Role.COORDINATOR_1)
    again = sakura.edit(stays, answer.json["revision"], fee="無料") | {"settles": old["id"]}
    met = sakura.send(again)
    assert (met.status_code, met.json["theirs"]) == (409, {"fee": "300円"})
    last = sakura.edit(stays, met.json["revision"], fee="無料") | {"settles": again["id"]}
    assert [sakura.send(last).status_code for _ in "ab"] == [200, 200]
    assert kept(db, stays)["fee"] == "無料"
    assert set(db.scalars(text("select settled_how from conflict"))) == {"resent"}
    assert set(db.scalars(text("select resource from conflict"))) == {stays}


def test_her_second_change_of_the_entry_that_is_gone_does_not_meet_her_first(device, db, merged):
    sakura, (gone, stays) = device(Role.COORDINATOR_1), merged()
    first = sakura.edit(stays, kept(db, stays)["revision"], fee="無料")
    second = sakura.edit(gone, 1, fee="10円") | {"own": [first["id"]]}
    assert [sakura.send(draft).status_code for draft in (first, second)] == [200, 200]
    assert kept(db, stays)["fee"] == "10円"
    other = device(Role.OFFICIAL)
    assert other.send(other.edit(gone, 1, fee="5円") | {"own": [first["id"]]}).status_code == 409


def test_visits_and_confirmations_of_an_entry_that_is_gone_come_in(device, db, merged):
    sakura, (gone, stays) = device(Role.COORDINATOR_1), merged()
    assert sakura.send(sakura.draft("confirm", resource=str(gone), on="2026-11-01")).json == {
        "state": "gone",
        "revision": kept(db, stays)["revision"],
        "merged_into": str(stays),
    }
    assert kept(db, stays)["confirmed_on"] == "2026-11-01"


def test_a_confirmation_and_a_visit_come_in_once(device, db):
    sakura, resource = device(), make(db)
    confirm = sakura.draft("confirm", resource=str(resource), on="2026-11-01")
    said = {"resource": str(resource), "visited_on": "2026-11-02", "activity": "visit"}
    visit = sakura.draft("visit", resource=str(resource), visit=said | {"note": "お茶をいただいた"})
    for draft in (confirm, visit):
        answers = [sakura.send(draft) for _ in "ab"]
        assert [answer.status_code for answer in answers] == [200, 200], answers[0].json
    assert kept(db, resource)["confirmed_on"] == "2026-11-01"
    assert db.scalar(text("select count(*) from visit")) == 1


def test_the_token_tells_who_is_signed_in_and_how_far_she_may_write(device):
    told = device(Role.COORDINATOR_2).client.get("/field/token").json
    assert told["role"] == "coordinator_2"
    assert [area["name"] for area in told["areas"]] == ["山の手圏域"]
    assert (told["municipality"], told["name"]) == (TOWN, "第二層 さくら")
    assert told["csrf"]
    assert told["server_now"]
    assert device(Role.OFFICIAL).client.get("/field/token").json["areas"] is None


DOORS = [
    *(("GET", f"/field/{name}") for name in ("token", "conflicts", "pack", "map", "tiles.pmtiles")),
    *(("POST", f"/field/{name}") for name in ("drafts", "photos", f"conflicts/{uuid4()}/drop")),
]


@pytest.mark.parametrize(("method", "path"), DOORS, ids=lambda part: part.rsplit("/", 1)[-1][:12])
def test_who_is_not_signed_in_is_told_so_and_never_sent_to_a_page(client, method, path):
    answer = client.open(path, method=method)
    assert (answer.status_code, answer.json) == (401, {"code": "sign_in", "revoked": False})


def test_who_has_to_get_a_second_step_first_is_told_so_and_loses_nothing(device, db):
    """A town began to ask for it while her drafts lay on the telephone."""
    sakura, resource = device(Role.OFFICIAL), make(db)
    second_step.ask_roles(db, house(), TOWN, ["official"])
    db.commit()
    for method, path in DOORS:
        answer = sakura.client.open(path, method=method)
        assert (answer.status_code, answer.json) == (401, {"code": "second_step", "revoked": False})
    draft = sakura.edit(resource, 1, fee="50円")
    assert sakura.send(draft).status_code == 401
    second_step.ask_roles(db, house(), TOWN, [])
    db.commit()
    assert sakura.send(draft).status_code == 200


def test_without_its_token_a_draft_of_an_expired_session_is_told_to_sign_in(client, app):
    app.config["WTF_CSRF_ENABLED"] = True
    try:
        assert client.post("/field/drafts", json={}).status_code == 401
    finally:
        app.config["WTF_CSRF_ENABLED"] = False


def test_a_device_that_was_signed_out_from_elsewhere_is_told_so(device, db):
    sakura = device()
    accounts.save_ended(db, house(TOWN), datetime.now(UTC), UUID(sakura.account))
    for _ in range(2):
        answer = sakura.client.get("/field/token")
        assert (answer.status_code, answer.json["revoked"]) == (401, True)


def test_a_session_that_ran_out_was_not_taken_away(device, db):
    sakura = device()
    db.execute(text("update account_session set seen_at = seen_at - interval '1 day'"))
    assert sakura.client.get("/field/token").json == {"code": "sign_in", "revoked": False}
    assert sign_in.IDLE.days == 0


def picture(form="JPEG", size=(2400, 1200), mode="RGB", **more):
    out = io.BytesIO()
    Image.new(mode, size, "white").save(out, form, **more)
    return out.getvalue()


def photo(device, resource, data=None, **said):
    device.seq += 1
    form = {"id": str(uuid4()), "seq": device.seq, "device": device.id, "account": device.account}
    form |= {"resource": str(resource), "has_faces": "no", "caption": "入口"} | said
    form["file"] = (io.BytesIO(picture() if data is None else data), "a.jpg")
    return device.client.post("/field/photos", data=form)


def test_a_photo_comes_in_once_and_without_its_metadata(device, db):
    sakura, resource = device(), make(db)
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 6, "Camera"  # turned, and who made it
    exif.get_ifd(0x8825)[1] = "N"
    id_ = str(uuid4())
    data = picture(exif=exif)
    said = {"id": id_, "taken_at": "2026-11-30T09:00:00+09:00", "lon": "136.01", "lat": "32.51"}
    for _ in range(2):
        answer = photo(sakura, resource, data, **said)
        assert (answer.status_code, answer.json) == (200, {"state": "gone", "photo": id_})
    row = db.execute(text("select * from photo join photo_file using (sha256)")).one()
    assert (row.width, row.height) == (800, 1600)
    with Image.open(io.BytesIO(row.bytes)) as written:
        assert (written.format, written.size) == ("JPEG", (800, 1600))
        assert not written.getexif()
        assert set(written.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
    assert b"Camera" not in row.bytes
    assert row.place_source == {"lon": 136.01, "lat": 32.51, "accuracy_m": None}
    assert (row.is_public, row.has_faces) == (False, "no")
    assert len(audit.list_of(db, house(TOWN), "photo", id_)) == 1


@pytest.mark.parametrize("form", ["PNG", "WEBP"])
def test_other_forms_become_jpeg(device, db, form):
    assert photo(device(), make(db), picture(form, (20, 10))).status_code == 200
    assert db.scalar(text("select encode(bytes, 'hex') from photo_file")).startswith("ffd8ff")


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (lambda: b"", "not_a_photo"),
        (lambda: b"GIF89a" + b"\0" * 40, "not_a_photo"),
        (lambda: b"<svg xmlns='http://www.w3.org/2000/svg'/>", "not_a_photo"),
        (lambda: b"\xff\xd8\xff" + b"\0" * 100, "not_a_photo"),
        (lambda: picture()[:500], "not_a_photo"),
        (lambda: picture("PNG", (9000, 9000), "1"), "too_many_pixels"),
        (lambda: picture("PNG", (20000, 10000), "1"), "too_many_pixels"),
    ],
    ids=["nothing", "gif", "svg", "only its head", "cut off", "81 million", "a bomb"],
)
def test_what_is_no_photo_is_refused_in_words(device, db, data, code):
    answer = photo(device(), make(db), data())
    assert (answer.status_code, answer.json["fields"]) == (422, {"photo": code})
    assert db.scalar(text("select count(*) from photo")) == 0


def test_a_photo_that_is_too_large_is_told_so(device, db):
    length = {"CONTENT_LENGTH": "9500000", "CONTENT_TYPE": "multipart/form-data; boundary=x"}
    answer = device().client.post("/field/photos", environ_overrides=length)
    assert answer.status_code == 413
    assert "8MB" in answer.json["hint"]


def test_a_photo_belongs_to_an_entry_of_ones_own_area(device, db):
    sakura = device(Role.COORDINATOR_2)
    assert photo(sakura, make(db, place=EAST)).status_code == 403
    assert photo(sakura, uuid4()).status_code == 404
    assert photo(sakura, make(db, place=WEST), id="x").status_code == 422
    assert photo(sakura, make(db, place=WEST), lon="999").json["fields"] == {"lon": "unreadable"}
