"""ログイン: who gets in, for how long, and what ends it."""

from datetime import UTC, datetime, timedelta

import pytest

from geo import passwords, sign_in
from geo.errors import Invalid, LinkEnded, NotAllowed, NotFound, TooManyTries, WrongSignIn
from geo.records import accounts, audit, districts
from geo.scope import Role, Scope, house
from geo.sign_in import Caller
from tests.conftest import FOREIGN, TOWN, kept

NOW = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)
HERE = Caller("192.0.2.1", "test browser", b"key")
PASSWORD = "縁側でお茶を飲みましょう"


@pytest.fixture
def person(db):
    row = sign_in.add(
        db,
        house(),
        email="Hanako@Example.jp",
        name="花子",
        role="official",
        municipality=TOWN,
        password=None,
    )
    row.password_hash = kept(PASSWORD)
    db.flush()
    return row


def enter(db, password=PASSWORD, email="hanako@example.jp", now=NOW, caller=HERE):
    return sign_in.sign_in(db, email, password, caller, now).token


def fail(db, times, email="hanako@example.jp", caller=HERE, now=NOW):
    for _ in range(times):
        sign_in.count_failure(db, email, caller, now)


def test_who_knows_the_password_gets_a_session(db, person):
    token = enter(db)
    assert sign_in.find_signed_in(db, token, NOW).account == person.id


def test_the_token_itself_is_not_kept(db, person):
    token = enter(db)
    (session,) = accounts.list_sessions(db, Scope(TOWN, Role.OFFICIAL, account=person.id), NOW)
    assert token not in (session.token_hash, str(session.id))


@pytest.mark.parametrize(
    ("email", "password"),
    [("hanako@example.jp", "wrong password!"), ("nobody@example.jp", PASSWORD)],
)
def test_a_wrong_name_and_a_wrong_password_are_one_answer(db, person, email, password):
    with pytest.raises(WrongSignIn):
        enter(db, password, email)


def test_an_account_without_a_password_lets_nobody_in(db):
    sign_in.add(
        db,
        house(),
        email="new@example.jp",
        name="",
        role="viewer",
        municipality=TOWN,
        password=None,
    )
    with pytest.raises(WrongSignIn):
        enter(db, "", "new@example.jp")


def test_five_wrong_tries_close_the_account_for_fifteen_minutes(db, person):
    fail(db, 4)
    enter(db)
    fail(db, 1)
    with pytest.raises(TooManyTries):
        enter(db)
    enter(db, now=NOW + timedelta(minutes=15, seconds=1))


def test_tries_from_one_address_at_many_accounts_are_counted_together(db, person):
    for number in range(sign_in.TRIES_OF_ADDRESS):
        fail(db, 1, email=f"{number}@example.jp")
    with pytest.raises(TooManyTries):
        enter(db)
    enter(db, caller=Caller("192.0.2.2", "test", b"key"))


def test_what_is_counted_names_nobody(db, person):
    fail(db, 1)
    (row,) = db.query(accounts.SignInTry).all()
    assert "hanako" not in row.email_hash
    assert "192" not in row.address_hash


def test_a_session_ends_after_lying_idle_and_after_a_week(db, person):
    token = enter(db)
    signed_in = sign_in.find_signed_in(db, token, NOW + timedelta(hours=11, minutes=59))
    assert signed_in
    assert sign_in.find_signed_in(db, token, NOW + timedelta(hours=12, minutes=1)) is None
    for day in range(8):
        sign_in.note_seen(db, signed_in, NOW + timedelta(days=day))
    assert sign_in.find_signed_in(db, token, NOW + timedelta(days=7, seconds=1)) is None


def test_another_role_ends_every_session(db, person):
    token = enter(db)
    sign_in.change(db, house(TOWN), person.id, role="viewer", is_active=True, areas=[], now=NOW)
    assert sign_in.find_signed_in(db, token, NOW) is None


def test_a_closed_account_is_out_at_once(db, person):
    token = enter(db)
    sign_in.change(db, house(TOWN), person.id, role="official", is_active=False, areas=[], now=NOW)
    assert sign_in.find_signed_in(db, token, NOW) is None
    with pytest.raises(WrongSignIn):
        enter(db)


def test_a_reset_link_works_once_and_ends_every_session(db, person):
    token = enter(db)
    link = sign_in.make_reset_link(db, house(TOWN), person.id, NOW)
    sign_in.use_reset_link(db, link, "新しい長いパスワードです", NOW)
    assert sign_in.find_signed_in(db, token, NOW) is None
    assert enter(db, "新しい長いパスワードです")
    with pytest.raises(LinkEnded):
        sign_in.use_reset_link(db, link, "もうひとつ長いパスワード", NOW)


def test_a_reset_link_is_too_old_after_a_day(db, person):
    link = sign_in.make_reset_link(db, house(TOWN), person.id, NOW)
    with pytest.raises(LinkEnded):
        sign_in.use_reset_link(db, link, "新しい長いパスワードです", NOW + timedelta(hours=24))


def test_ones_own_new_password_signs_out_the_other_devices(db, person):
    here, there = enter(db), enter(db)
    own = sign_in.find_signed_in(db, here, NOW)
    scope = Scope(TOWN, Role.OFFICIAL, account=person.id)
    sign_in.change_password(db, scope, PASSWORD, "新しい長いパスワードです", own.session, HERE, NOW)
    db.flush()
    assert sign_in.find_signed_in(db, here, NOW)
    assert sign_in.find_signed_in(db, there, NOW) is None


def test_a_new_password_needs_the_old_one(db, person):
    token = sign_in.find_signed_in(db, enter(db), NOW)
    scope = Scope(TOWN, Role.OFFICIAL, account=person.id)
    with pytest.raises(Invalid) as error:
        sign_in.change_password(
            db, scope, "ちがいます", "新しい長いパスワードです", token.session, HERE, NOW
        )
    assert error.value.facts["fields"] == {"old": "wrong_password"}


@pytest.mark.parametrize(
    ("password", "problem"),
    [
        ("みじかい", "password_too_short"),
        ("あ" * 129, "password_too_long"),
        ("password1234", "password_common"),
        ("qwertyuiopqwertyuiop", "password_common"),
        ("aaaaaaaaaaaaaaaa", "password_common"),
        ("hanako@example.jp", "password_common"),
        ("hanako2026!!!", "password_common"),
    ],
)
def test_a_password_that_anybody_would_try_is_refused(db, password, problem):
    assert passwords.problems(password, "hanako@example.jp", "花子") == {"password": problem}


@pytest.mark.parametrize("password", ["correct horse battery staple", PASSWORD, "x9-Kq2_vLm4wT"])
def test_any_long_password_will_do_whatever_its_signs(password):
    assert passwords.problems(password, "hanako@example.jp", "花子") == {}


def test_an_administrator_of_one_town_makes_no_accounts_elsewhere(db):
    here = Scope(TOWN, Role.ADMINISTRATOR)
    about = {"name": "x", "role": "viewer", "password": None}
    sign_in.add(db, here, email="a@example.jp", municipality=TOWN, **about)
    with pytest.raises(NotAllowed):
        sign_in.add(db, here, email="b@example.jp", municipality=FOREIGN, **about)
    with pytest.raises(NotAllowed):
        sign_in.add(
            db, here, email="c@example.jp", municipality=None, **about | {"role": "administrator"}
        )


def test_an_official_manages_no_accounts(db, person):
    with pytest.raises(NotAllowed):
        sign_in.make_reset_link(db, Scope(TOWN, Role.OFFICIAL), person.id, NOW)


def test_accounts_of_another_town_are_not_there(db, person):
    with pytest.raises(NotFound):
        sign_in.change(
            db,
            Scope(FOREIGN, Role.ADMINISTRATOR),
            person.id,
            role="viewer",
            is_active=True,
            areas=[],
            now=NOW,
        )


def test_an_account_may_be_limited_to_areas_of_its_own_town_only(db, person):
    area = districts.list_at_level(db, house(TOWN), "living_area")[0]
    sign_in.change(
        db, house(TOWN), person.id, role="coordinator_2", is_active=True, areas=[area.id], now=NOW
    )
    token = enter(db)
    assert sign_in.find_signed_in(db, token, NOW).areas == {area.id}
    stranger = sign_in.add(
        db,
        house(),
        email="s@example.jp",
        name="",
        role="viewer",
        municipality=FOREIGN,
        password=None,
    )
    with pytest.raises(Invalid):
        sign_in.change(
            db, house(FOREIGN), stranger.id, role="viewer", is_active=True, areas=[area.id], now=NOW
        )


def test_nobody_takes_the_keys_from_themselves(db):
    admin = sign_in.add(
        db,
        house(),
        email="admin@example.jp",
        name="",
        role="administrator",
        municipality=TOWN,
        password=None,
    )
    own = Scope(TOWN, Role.ADMINISTRATOR, account=admin.id)
    with pytest.raises(Invalid):
        sign_in.change(db, own, admin.id, role="viewer", is_active=True, areas=[], now=NOW)


def test_every_act_is_written_down_without_the_password(db, person):
    link = sign_in.make_reset_link(db, house(TOWN), person.id, NOW)
    sign_in.use_reset_link(db, link, "新しい長いパスワードです", NOW)
    db.flush()
    acts = audit.list_of(db, house(), "account", person.id)
    assert [act.action for act in acts] == ["use_reset_link", "make_reset_link", "add"]
    assert "新しい" not in str([(act.before, act.after) for act in acts])


def test_a_session_that_was_ended_differs_from_one_that_ran_out(db, person):
    ended, ran_out = enter(db), enter(db)
    scope = Scope(TOWN, Role.OFFICIAL, account=person.id)
    sign_in.sign_out(db, scope, sign_in.find_signed_in(db, ended, NOW).session, NOW)
    later = NOW + sign_in.LONGEST + timedelta(minutes=1)
    assert sign_in.find_signed_in(db, ran_out, later) is None
    assert sign_in.was_ended(db, ended) is True
    assert sign_in.was_ended(db, ran_out) is False
    assert sign_in.was_ended(db, "never was") is False


def test_the_sessions_of_a_closed_account_were_ended(db, person, scope_of):
    token = enter(db)
    sign_in.change(
        db, scope_of(Role.ADMINISTRATOR), person.id,
        role="official", is_active=False, areas=[], now=NOW,
    )  # fmt: skip
    db.flush()
    assert sign_in.was_ended(db, token) is True
