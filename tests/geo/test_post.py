"""メール: handed in to a real server on this machine, readable and known again."""

import pytest

from geo.errors import Invalid
from geo.post import COULD_NOT, Letter, PostOffice
from tests.asking import NOON
from tests.mailbox import mail_server

LETTER = Letter(
    "hana@example.jp", "確認のお願い：茶の間 花", "こんにちは。\n長い行です。" * 40, "a.b.c"
)


def test_a_letter_arrives_as_it_was_written():
    with mail_server() as box:
        PostOffice.parse(box.url, "えんがわ <engawa@city.example>").send(LETTER, NOON)
    (mail,) = box.mails
    assert (mail["To"], mail["Subject"]) == (LETTER.to, LETTER.subject)
    assert mail["From"].addresses[0].addr_spec == "engawa@city.example"
    assert mail["Message-ID"] == "<a.b.c@city.example>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail.get_content().replace("\r\n", "\n").strip() == LETTER.text


def test_what_a_server_refuses_and_a_server_that_is_away_are_told():
    with mail_server() as box:
        box.refused.add(LETTER.to)
        post = PostOffice.parse(box.url, "engawa@city.example")
        with pytest.raises(COULD_NOT):
            post.send(LETTER, NOON)
    with pytest.raises(COULD_NOT):
        post.send(LETTER, NOON)


def test_a_line_break_in_an_address_is_no_second_header():
    bad = Letter("a@example.jp\nBcc: b@example.jp", "s", "t", "n")
    with mail_server() as box:
        post = PostOffice.parse(box.url, "engawa@city.example")
        with pytest.raises(ValueError, match="linefeed"):
            post.send(bad, NOON)
    assert box.mails == []


@pytest.mark.parametrize(
    ("url", "sender", "field"),
    [
        ("http://mail.example", "a@b.example", "SMTP_URL"),
        ("mail.example", "a@b.example", "SMTP_URL"),
        ("smtp://mail.example", "えんがわ", "MAIL_FROM"),
    ],
)
def test_settings_that_name_no_server_or_sender_are_refused(url, sender, field):
    with pytest.raises(Invalid) as refused:
        PostOffice.parse(url, sender)
    assert list(refused.value.facts["fields"]) == [field]
