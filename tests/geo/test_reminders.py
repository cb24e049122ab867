"""お願いのメール: by step and role, to hosts whose address is known, once; no address is kept."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from geo import reminders
from geo.post import PostOffice
from geo.records import audit
from geo.records import reminders as records
from geo.reminders import Mailing
from geo.scope import house
from geo.sources.model_town import corner_lonlat
from routes._mailing import mailing as house_mailing
from tests.asking import KEY, SPRING, begin, codes_of, suggest
from tests.conftest import TOWN
from tests.mailbox import mail_server
from tests.routes.making import make

HERS = corner_lonlat(5, 5)


@pytest.fixture
def box():
    with mail_server() as box:
        yield box


@pytest.fixture
def send(app, db, box, monkeypatch):
    """send(campaign, day) -> state → mails, with the words that the house writes."""
    settings = app.extensions["settings"]
    with_mail = type(settings)(
        var=settings.var, database_url="x", smtp_url=box.url, mail_from="engawa@city.example"
    )
    monkeypatch.setitem(app.extensions, "settings", with_mail)
    write = house_mailing(app).write

    def at(campaign, day=SPRING):
        clock = datetime(day.year, day.month, day.day, tzinfo=UTC)
        post = PostOffice(box.url, "engawa@city.example")
        mailing = Mailing(post, write, KEY, lambda: clock)

        def own():
            return Session(db.connection(), join_transaction_mode="create_savepoint")

        db.flush()
        return reminders.send_due(own, mailing, campaign.id)

    return at


def test_a_host_gets_her_links_in_one_letter_and_who_has_no_address_none(db, box, send):
    contact = "090-1234-5678　hana@example.jp（午前中）"
    first, second = (make(db, name=f"花の会{n}", host_contact=contact) for n in "12")
    make(db, name="電話だけの会", host_contact="0778-53-2213")
    campaign = begin(db, TOWN)
    send(campaign)
    (mail,) = box.to("hana@example.jp")
    words = mail.get_content()
    codes = codes_of(db, campaign)
    for resource in (first, second):
        assert f"https://engawa.example/c/{codes[resource]}" in words
    assert "令和8年5月31日まで" in words
    assert "電話だけの会" not in words
    assert len([mail for mail in box.mails if "@gobancho" not in mail["To"]]) == 1


def test_an_account_of_a_provider_gets_the_links_of_its_own_entries_once(db, box, send):
    name = db.scalar(
        text("select name from account where role = 'provider' and municipality = :m"), {"m": TOWN}
    )
    group, mail = name.split()[0], "provider@gobancho.example"
    own = make(db, name="団体の会", provider=group)
    make(db, name="団体の会ふたつめ", provider=group, host_contact=mail)
    make(db, name="よその会", provider=f"{group}連合")
    campaign = begin(db, TOWN, kinds=("salon",))
    send(campaign)
    letters = [letter.get_content() for letter in box.to(mail)]
    assert len(letters) == 2, "one by the contact of an entry, one by the account for the rest"
    [hers] = [words for words in letters if "団体の会\n" in words]
    assert f"/c/{codes_of(db, campaign)[own]}" in hers
    assert "団体の会ふたつめ" not in hers
    assert not any("よその会" in words for words in letters)
    send(campaign)
    assert len(box.to(mail)) == 2


def test_coordinators_and_officials_get_what_is_theirs(db, box, send):
    make(db, name="山の手の会", place=list(HERS))
    make(db, name="浜の手の会", place=list(corner_lonlat(35, 5)))
    send(begin(db, TOWN, kinds=("salon",)))
    (hers,) = box.to("coordinator_2@gobancho.example")
    assert "山の手の会" in hers.get_content()
    assert "浜の手の会" not in hers.get_content()
    (summary,) = box.to("official@gobancho.example")
    assert "件のうち" in summary["Subject"]
    assert "まだ返事がない" in summary.get_content()
    assert {mail["To"] for mail in box.mails} == {
        "coordinator_2@gobancho.example",
        "official@gobancho.example",
    }


def test_nobody_gets_the_same_step_twice_and_the_next_step_comes(db, box, send):
    resource = make(db, host_contact="hana@example.jp")
    campaign = begin(db, TOWN)
    assert send(campaign) == {"sent": 3, "failed": 0}
    assert send(campaign) == {"sent": 0, "failed": 0}
    assert send(campaign, date(2026, 5, 7)) == {"sent": 0, "failed": 0}
    assert send(campaign, date(2026, 5, 8)) == {"sent": 3, "failed": 0}  # half of 46 days
    suggest(db, TOWN, resource, campaign=campaign.id)
    assert send(campaign, date(2026, 5, 24)) == {"sent": 2, "failed": 0}  # she has answered
    assert len(box.to("hana@example.jp")) == 2
    assert send(campaign, date(2026, 6, 1)) == {"sent": 0, "failed": 0}


def test_what_failed_is_told_and_tried_again(db, box, send):
    make(db, host_contact="hana@example.jp")
    campaign = begin(db, TOWN)
    box.refused.add("hana@example.jp")
    assert send(campaign) == {"sent": 2, "failed": 1}
    states = records.count_by_state(db, house(TOWN), campaign.id)
    assert [(row.reader, row.state, row.mails) for row in states] == [
        ("coordinator", "sent", 1),
        ("host", "failed", 1),
        ("official", "sent", 1),
    ]
    box.refused.clear()
    assert send(campaign) == {"sent": 1, "failed": 0}


def test_a_letter_that_was_claimed_when_the_worker_died_is_not_sent_again(db, box, send):
    resource = make(db, host_contact="hana@example.jp")
    campaign = begin(db, TOWN)
    now = datetime(2026, 4, 15, tzinfo=UTC)
    claim = (db, house(TOWN), campaign.id, "opening", "host", [resource], now)
    assert records.save_claims(*claim) == {resource}
    assert records.save_claims(*claim) == set()
    assert send(campaign)["sent"] == 2
    assert box.to("hana@example.jp") == []


def test_the_audit_knows_whom_by_id_and_no_table_knows_an_address(db, box, send):
    resource = make(db, host_contact="hana@example.jp")
    campaign = begin(db, TOWN)
    send(campaign)
    told = audit.list_of(db, house(TOWN), "campaign", campaign.id)
    host = next(row for row in told if row.action == "mail" and row.after["reader"] == "host")
    assert host.after["ids"] == [str(resource)]
    assert "hana@" not in str([row.after for row in told])
    assert "hana@" not in str(db.execute(text("select * from campaign_mail")).all())


def test_steps_of_a_short_campaign_are_one(db):
    short = begin(db, TOWN, answer_by=date(2026, 4, 25))
    assert reminders.steps(short) == {"opening": SPRING}
    assert reminders.step_due(short, date(2026, 4, 24)) == "opening"


@pytest.mark.parametrize(
    ("contact", "address"),
    [
        ("hana@example.jp", "hana@example.jp"),
        ("メール：hana.k+1@mail.example.co.jp。", "hana.k+1@mail.example.co.jp"),
        ("090-1234-5678", None),
        ("@example.jp", None),
        ("花＠example.jp", None),
        ("a@b", None),
        ("a@example.jp\nBcc: b@example.jp", "a@example.jp"),
    ],
)
def test_an_address_is_taken_only_where_one_is_written(contact, address):
    assert reminders.address_in(contact) == address
