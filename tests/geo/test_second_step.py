"""2段階のログイン: who gets in by a telephone's digits, and what no code is good for twice."""

from copy import copy
from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from geo import second_step, sign_in
from geo.errors import Invalid, LinkEnded, NotAllowed, NotFound, TooManyTries, WrongCode
from geo.records import accounts, audit, second_steps
from geo.scope import Role, Scope, house
from geo.sign_in import Caller
from tests.conftest import FOREIGN, TOWN, undone

NOW = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)
HERE = Caller("192.0.2.1", "test browser", b"key")
PASSWORD = "縁側でお茶を飲みましょう"


class Hanako:
    """Somebody with a telephone; ``at`` moves the clock."""

    def __init__(self, db, mail):
        self.db, self.mail = db, mail
        self.id = sign_in.add(
            db, house(), email=mail, name="花子", role="official", municipality=TOWN,
            password=PASSWORD,
        ).id  # fmt: skip
        self.scope = Scope(TOWN, Role.OFFICIAL, account=self.id)
        self.session = sign_in.find_signed_in(db, self.password().token, NOW).session

    def seen_by(self, db):
        """The same woman in a test's own session, whatever another did to her."""
        other = copy(self)
        other.db = db
        return other

    def password(self, now=NOW):
        return sign_in.sign_in(self.db, self.mail, PASSWORD, HERE, now)

    def switch_on(self, now=NOW):
        begun = second_step.begin(self.db, self.scope, PASSWORD, HERE, now)
        self.telephone = pyotp.TOTP(begun.secret)
        self.address = begun.address
        code = self.telephone.at(now)
        self.codes = second_step.confirm(self.db, self.scope, code, HERE, self.session, now)
        self.db.flush()
        return begun

    def enter(self, code, now, half=None):
        half = half or self.password(now).token
        return second_step.enter(self.db, half, code, HERE, now)


@pytest.fixture(scope="module")
def women(engine):
    """Two of them, of whom the second has switched it on, on a connection that all tests here share:
    argon2 takes its time, and no test sees what another wrote."""
    with engine.connect() as connection, connection.begin() as outer:
        with Session(connection, join_transaction_mode="create_savepoint") as db:
            both = Hanako(db, "h@example.jp"), Hanako(db, "careful@example.jp")
            both[1].switch_on()
            db.commit()
        yield connection, *both
        outer.rollback()


@pytest.fixture
def db(women):
    with undone(women[0]) as session:
        yield session


@pytest.fixture
def hanako(women, db):
    return women[1].seen_by(db)


@pytest.fixture
def careful(women, db):
    return women[2].seen_by(db)


def later(seconds):
    return NOW + timedelta(seconds=seconds)


def test_after_the_password_alone_nobody_is_signed_in(careful, db):
    entered = careful.password(later(60))
    assert entered.half
    assert sign_in.find_signed_in(db, entered.token, later(60)) is None


def test_password_and_digits_open_a_session(careful, db):
    token = careful.enter(careful.telephone.at(later(60)), later(60))
    assert sign_in.find_signed_in(db, token, later(60)).account == careful.id


def test_until_it_is_confirmed_it_is_not_asked_for(hanako, db):
    second_step.begin(db, hanako.scope, PASSWORD, HERE, NOW)
    assert not hanako.password().half


def test_the_secret_is_not_kept_in_plain_words(careful, db):
    step = second_steps.take(db, house(), careful.id)
    assert careful.telephone.secret not in step.sealed


@pytest.mark.parametrize(("off_s", "lets_in"), [(-30, True), (59, True), (-31, False), (60, False)])
def test_a_clock_may_be_half_a_minute_off_and_no_more(careful, off_s, lets_in):
    now = later(600)
    code = careful.telephone.at(now + timedelta(seconds=off_s))
    if lets_in:
        assert careful.enter(code, now)
    else:
        with pytest.raises(WrongCode):
            careful.enter(code, now)


def test_a_code_counts_once(careful):
    code = careful.telephone.at(later(60))
    careful.enter(code, later(60))
    with pytest.raises(WrongCode):
        careful.enter(code, later(65))


def test_after_a_later_code_an_earlier_one_counts_no_more(careful):
    careful.enter(careful.telephone.at(later(90)), later(60))
    with pytest.raises(WrongCode):
        careful.enter(careful.telephone.at(later(60)), later(61))


def test_the_code_that_switched_it_on_does_not_sign_in(careful):
    with pytest.raises(WrongCode):
        careful.enter(careful.telephone.at(NOW), later(10))


def test_half_a_sign_in_is_good_for_five_minutes_and_once(careful):
    half = careful.password(later(60)).token
    with pytest.raises(LinkEnded):
        careful.enter(careful.telephone.at(later(400)), later(400), half)
    half = careful.password(later(60)).token
    careful.enter(careful.telephone.at(later(60)), later(60), half)
    with pytest.raises(LinkEnded):
        careful.enter(careful.telephone.at(later(120)), later(120), half)


def test_wrong_codes_count_as_wrong_passwords_do(careful, db):
    half = careful.password(later(60)).token
    for _ in range(5):
        sign_in.count_failure(db, careful.mail, HERE, later(60), "code")
    with pytest.raises(TooManyTries):
        careful.enter(careful.telephone.at(later(60)), later(60), half)
    with pytest.raises(TooManyTries):
        careful.password(later(60))


def test_each_of_ten_codes_on_paper_stands_in_once(careful, db):
    assert len(set(careful.codes)) == 10
    code = careful.codes[3]
    assert careful.enter(code.lower().replace("-", " "), later(60))
    with pytest.raises(WrongCode):
        careful.enter(code, later(70))
    assert second_steps.find_state(db, careful.scope, careful.id).codes_left == 9


def test_codes_on_paper_are_kept_only_as_what_cannot_be_read_back(careful, db):
    kept = list(db.scalars(select(second_steps.RecoveryCode.code_hash)))
    assert len(kept) == 10
    assert all(len(hash_) == 64 for hash_ in kept)
    assert not any(code.replace("-", "") in hash_ for code in careful.codes for hash_ in kept)


def test_new_codes_end_the_old_ones(careful, db):
    new = second_step.renew_codes(
        db, careful.scope, PASSWORD, careful.telephone.at(later(60)), HERE, later(60)
    )
    assert set(new).isdisjoint(careful.codes)
    with pytest.raises(WrongCode):
        careful.enter(careful.codes[0], later(90))
    assert careful.enter(new[0], later(90))


def test_with_another_key_of_the_server_only_the_paper_counts(careful, db):
    moved = Caller("192.0.2.1", "test browser", b"another key")
    half = careful.password(later(60)).token
    with pytest.raises(WrongCode):
        second_step.enter(db, half, careful.telephone.at(later(60)), moved, later(60))
    assert second_step.enter(db, half, careful.codes[0], moved, later(60))


def test_switching_on_signs_every_other_device_out(hanako, db):
    other = hanako.password().token
    hanako.switch_on()
    assert sign_in.was_ended(db, other)
    assert len(accounts.list_sessions(db, hanako.scope, NOW)) == 1


def test_the_password_is_asked_again_before_it_begins(hanako, db):
    with pytest.raises(Invalid):
        second_step.begin(db, hanako.scope, "ちがう", HERE, NOW)


@pytest.mark.parametrize("work", [second_step.renew_codes, second_step.switch_off])
def test_the_password_is_asked_again(careful, db, work):
    code = careful.telephone.at(later(60))
    with pytest.raises(Invalid):
        work(db, careful.scope, "ちがう", code, HERE, later(60))


def test_it_is_switched_off_by_password_and_code(careful, db):
    with pytest.raises(WrongCode):
        second_step.switch_off(db, careful.scope, PASSWORD, "000000", HERE, later(60))
    code = careful.telephone.at(later(60))
    second_step.switch_off(db, careful.scope, PASSWORD, code, HERE, later(60))
    assert not careful.password(later(90)).half


def test_a_running_one_is_not_begun_anew_over_itself(careful, db):
    with pytest.raises(NotAllowed):
        second_step.begin(db, careful.scope, PASSWORD, HERE, NOW)


def test_an_administrator_takes_it_away_for_who_lost_the_telephone(careful, db, scope_of):
    admin = scope_of(Role.ADMINISTRATOR)
    link = second_step.switch_off_for(db, admin, careful.id, NOW)
    assert accounts.list_sessions(db, careful.scope, NOW) == []
    sign_in.use_reset_link(db, link, "新しい長いパスワードです", NOW)
    entered = sign_in.sign_in(db, careful.mail, "新しい長いパスワードです", HERE, NOW)
    assert not entered.half
    newest = audit.list_of(db, admin, "account", careful.id)
    assert "switch_off_second_step" in [
        row.action for row in newest if row.account == admin.account
    ]


def test_nobody_but_an_administrator_of_the_town_may(careful, db, scope_of):
    with pytest.raises(NotAllowed):
        second_step.switch_off_for(db, scope_of(Role.OFFICIAL), careful.id, NOW)
    stranger = Scope(FOREIGN, Role.ADMINISTRATOR)
    with pytest.raises(NotFound):
        second_step.switch_off_for(db, stranger, careful.id, NOW)


def test_a_new_password_by_a_link_does_not_take_the_second_step_away(careful, db):
    link = sign_in.make_reset_link(db, house(TOWN), careful.id, NOW)
    sign_in.use_reset_link(db, link, "新しい長いパスワードです", NOW)
    assert sign_in.sign_in(db, careful.mail, "新しい長いパスワードです", HERE, NOW).half


def test_a_town_asks_a_role_for_it_and_who_has_none_owes_it(hanako, db, scope_of):
    token = hanako.password().token
    second_step.ask_roles(db, scope_of(Role.ADMINISTRATOR), TOWN, ["official"])
    db.flush()
    assert sign_in.find_signed_in(db, token, NOW).owes_second_step
    hanako.session = sign_in.find_signed_in(db, token, NOW).session
    hanako.switch_on()
    assert not sign_in.find_signed_in(db, token, NOW).owes_second_step


def test_only_roles_that_may_be_asked_are(db, scope_of):
    with pytest.raises(Invalid):
        second_step.ask_roles(db, scope_of(Role.ADMINISTRATOR), TOWN, ["viewer"])
    with pytest.raises(NotAllowed):
        second_step.ask_roles(db, scope_of(Role.ADMINISTRATOR), FOREIGN, [])


def test_from_the_servers_terminal_the_last_administrator_is_helped(careful, db):
    second_step.switch_off_by_house(db, house(), careful.mail, NOW)
    assert not careful.password(later(60)).half
    with pytest.raises(Invalid):
        second_step.switch_off_by_house(db, house(), "nobody@example.jp", NOW)


def test_what_was_begun_and_left_goes_after_a_day(hanako, db):
    second_step.begin(db, hanako.scope, PASSWORD, HERE, NOW)
    db.flush()
    assert second_steps.sweep(db, house(), NOW + timedelta(days=1)) == 1


def test_who_signs_in_hears_of_the_last_time_and_of_failures_since(hanako, db):
    db.flush()
    sign_in.count_failure(db, hanako.mail, HERE, NOW)
    sign_in.count_failure(db, hanako.mail.upper(), HERE, NOW)
    token = hanako.password(later(60)).token
    db.flush()
    last = sign_in.last_time(db, token)
    assert (last.at, last.failed) == (NOW, 2)
