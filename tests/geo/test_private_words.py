"""書かないほうがよいこと: numbers of people are refused, dates are not; names are pointed at."""

import time

import pytest

from geo.private_words import has_site, names, refused


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("会長は090-1234-5678", "has_phone"),
        ("電話 0778532213 へ", "has_phone"),
        ("（0778）53-2213", "has_phone"),
        ("０７７８ー５３ー２２１３", "has_phone"),
        ("連絡は 53-2213", "has_phone"),
        ("+81 90 1234 5678", "has_phone"),
        ("yamada@example.jp まで", "has_mail"),
        ("ｙａｍａｄａ＠example.jp", "has_mail"),
        ("松葉町12番地の家", "has_block"),
        ("三丁目五番地", "has_block"),
        ("松葉町二丁目3番5号", "has_block"),
        ("松葉町3-5", "has_block"),
        ("丁目は2丁目14-3", "has_block"),
        ("1-12-3のお宅", "has_block"),
        ("五番八号", "has_block"),
    ],
)
def test_what_leads_to_a_person_is_refused(text, code):
    assert refused(text) == code


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-20に行った。次は12/4",
        "R8-11-20 の会議、10-12時、13:00-15:30",
        "一番人気は体操。一番一生懸命。3番目の会場",
        "参加 12人（男3・女9）、75歳以上 8人、100円",
        "10番バスで来る人が3人",
        "一番地域に根づいている",
        "サロンー茶話会",
        "第2・第4火曜 10:00〜11:30",
        "300-400m、2-3人、2025-2026年",
        "",
    ],
)
def test_days_and_numbers_of_people_are_not(text):
    assert refused(text) is None


def test_what_looks_like_a_name_is_pointed_at_and_roles_are_not():
    assert names("民生委員さんと山田さん、スズキ様。小林町の様子。皆さん元気。自治会長さん") == [
        "山田さん",
        "スズキ様",
    ]
    assert names("佐藤さんが佐藤さんに") == ["佐藤さん"]


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("https://x", True),
        ("見て WWW.example", True),
        ("ｅｘａｍｐｌｅ．ｃｏｍ", True),
        ("a-b.co.jp です", True),
        ("3.5kmくらい", False),
        ("No.2の部屋", False),
        ("10.30から", False),
        ("P.S.です", False),
        ("例え.jp", True),
        ("10時。体操です", False),
        ("体操.10時から", False),
        ("", False),
    ],
)
def test_a_page_of_the_web_is_known_when_it_is_named(text, is_one):
    assert has_site(text) is is_one


@pytest.mark.parametrize("piece", ["あ", "a", "a-", "1", "a.", "a@", "0-", "1番1"])
def test_a_long_text_is_read_in_no_time(piece):
    began = time.process_time()
    refused(piece * 20_000)
    has_site(piece * 20_000)
    assert time.process_time() - began < 3
