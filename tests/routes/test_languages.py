"""Pages in other languages: what is ours is translated, what is registered stays Japanese and says so."""

import json
import re
from html.parser import HTMLParser

import pytest

from geo import squares
from geo.scope import Role
from geo.sources.model_town import corner_lonlat
from routes._catalogues import OURS, THEIRS
from routes._finishing import finish
from routes._languages import EASY, JAPANESE, LANGUAGES
from tests.conftest import TOWN

PAGE_DATA = re.compile('id="page-data">(.*?)</script>', re.DOTALL)

OTHERS = [one for one in LANGUAGES.values() if one is not JAPANESE]
ABROAD = [one for one in OTHERS if one is not EASY]
CODE = TOWN
SIGNS = re.compile("[\u3040-\u30ff\u3400-\u9fff]")
KANA = re.compile("[\u3041-\u30fa\u30fc-\u30ff]")
VOID = {"meta", "link", "input", "img", "br", "wbr", "hr"}
TEXT_ALONE = ("script", "style", "title", "option", "textarea")  # nothing within can be marked


class Speech(HTMLParser):
    """The texts of a page, each with the language that the nearest element gives."""

    def __init__(self, page):
        super().__init__()
        self.at, self.said = [], []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        if tag not in VOID:
            before = self.at[-1][1] if self.at else ""
            self.at.append((tag, dict(attrs).get("lang", before)))

    def handle_endtag(self, tag):
        while self.at and self.at.pop()[0] != tag:
            pass

    def handle_data(self, data):
        if self.at and self.at[-1][0] not in TEXT_ALONE:
            self.said.append((self.at[-1][1], data.strip()))


def addresses(client):
    """The pages that residents open first, an error among them."""
    page = client.get(f"/map/{CODE}").text
    found = [
        re.search(rf'href="(/{kind}/[0-9a-f-]{{36}})"', page)[1]
        for kind in ("districts", "resources")
    ]
    answer = f"/near/{CODE}/{squares.square_of(corner_lonlat(8, 8))}"
    way = re.search(rf'href="({answer}/to/[0-9a-f-]{{36}})"', client.get(answer).text)[1]
    return [
        "/",
        f"/map/{CODE}",
        *found,
        f"/reach/{CODE}",
        f"/near/{CODE}",
        answer,
        way,
        f"/tell/new/{CODE}",
        found[1].replace("/resources/", "/tell/"),
        f"/prints/{CODE}",
        found[0].replace("/districts/", f"/prints/{CODE}/"),
        "/c/",
        "/nothing-here",
    ]


@pytest.mark.parametrize("one", OTHERS, ids=lambda one: one.code)
def test_japanese_stands_only_where_the_page_says_so(client, one):
    pages = addresses(client)
    client.set_cookie("language", one.code)
    for address in pages:
        page = client.get(address).text
        assert f'<html lang="{one.html}"' in page, address
        assert not re.search("[\ufdd0-\ufdef]|ufdd", page), address
        assert not re.search("&lt;(span|ruby)", page), address
        if one is EASY:
            continue
        signs = KANA if one.code == "zh_Hans" else SIGNS
        speech = Speech(page).said
        left = [text for lang, text in speech if lang == one.html and signs.search(text)]
        assert left == [], address
        assert [text for lang, text in speech if lang == one.html], address


def test_easy_japanese_shows_readings(client):
    client.set_cookie("language", EASY.code)
    page = client.get(f"/map/{CODE}").text
    assert "<ruby>地図<rt>ちず</rt></ruby>" in page
    without_data = re.sub("<script.*?</script>", "", page, flags=re.DOTALL)
    assert "《" not in without_data
    attributes = re.findall(r'aria-label="([^"]*)"', page)
    assert attributes
    assert not any("<" in words or "《" in words for words in attributes)


def test_the_data_of_an_easy_map_bring_readings_along_for_its_script(client):
    address = f"/map/{CODE}"
    client.set_cookie("language", EASY.code)
    data = json.loads(PAGE_DATA.search(client.get(address).text)[1])
    assert "｜見《み》" in data["words"]["open"]
    assert any("《" in one["kind"] for one in data["resources"])
    client.set_cookie("language", "ko")
    assert not re.search("《|u300a", PAGE_DATA.search(client.get(address).text)[1])


def test_a_choice_is_kept_and_leads_back_to_the_same_page(client):
    answer = client.get(f"/map/{CODE}?kind=salon&lang=en")
    assert (answer.status_code, answer.location) == (303, f"/map/{CODE}?kind=salon")
    assert "Choose what to see" in client.get(answer.location).text
    assert client.get("/?lang=ja").status_code == 303
    assert "見たいものをえらぶ" in client.get(f"/map/{CODE}").text


@pytest.mark.parametrize("code", ["xx", "", "../../etc", "en%00", "ja@easy@"])
def test_a_choice_that_is_none_is_passed_over(client, code):
    answer = client.get(f"/map/{CODE}?lang={code}")
    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers or "language=" not in answer.headers["Set-Cookie"]


@pytest.mark.parametrize("path", ["//elsewhere.example/", "/%5Celsewhere.example", "/%0d%0aX: y"])
def test_a_choice_never_leads_to_another_host(client, path):
    answer = client.get(f"{path}?lang=en")
    location = answer.headers.get("Location", "/")
    assert not location.startswith(("//", "/\\"))
    assert "elsewhere.example" not in location.split("/")[2:3]
    assert "X" not in answer.headers


@pytest.mark.parametrize(
    ("asked", "offer", "lang"),
    [
        ("en-US,en;q=0.9", "Read this page in English", "en"),
        ("zh-TW", "用中文阅读本页", "zh-Hans"),
        ("ne,en;q=0.5", "やさしいにほんごで よむ", "ja"),
    ],
)
def test_a_browser_is_offered_its_language_and_not_switched(client, asked, offer, lang):
    answer = client.get("/", headers={"Accept-Language": asked})
    assert '<html lang="ja"' in answer.text
    assert re.search(rf'<a href="[^"]*lang=[^"]*" lang="{lang}"[^>]*>[^<]*{offer}', answer.text)
    assert (
        "Accept-Language" in answer.headers.getlist("Vary")
        or "Accept-Language" in answer.headers["Vary"]
    )
    client.set_cookie("language", "ja")
    assert offer not in client.get("/", headers={"Accept-Language": asked}).text


def test_a_japanese_browser_is_offered_nothing(client):
    page = client.get("/", headers={"Accept-Language": "ja,en;q=0.8"}).text
    assert 'class="frame offer"' not in page


def test_each_language_is_named_in_itself(client):
    page = client.get("/").text
    for one, name in zip(
        LANGUAGES.values(),
        [
            "日本語",
            "やさしいにほんご",
            "English",
            "中文（简体）",
            "한국어",
            "Português",
            "Tiếng Việt",
        ],
        strict=True,
    ):
        assert re.search(rf'lang="{one.html}"[^>]*>{re.escape(name)}</a>', page), one.code


def test_who_signed_in_reads_japanese(sign_in_as):
    office = sign_in_as(Role.OFFICIAL)
    office.set_cookie("language", "en")
    page = office.get(f"/map/{CODE}").text
    assert '<html lang="ja"' in page
    assert "Choose what to see" not in page
    assert 'class="languages"' not in page


def test_a_file_to_hand_out_stays_japanese(client):
    district = next(page for page in addresses(client) if page.startswith("/districts"))
    client.set_cookie("language", "en")
    page = client.get(f"{district}/map.html").text
    assert '<html lang="ja">' in page
    assert "開く日は予定です" in page
    assert not re.search("[\ufdd0-\ufdef]|ufdd", page)


def test_a_calendar_and_a_text_to_copy_hold_no_elements(client):
    resource = next(page for page in addresses(client) if page.startswith("/resources"))
    client.set_cookie("language", EASY.code)
    text = re.search(r"<textarea[^>]*>([^<]*)</textarea>", client.get(resource).text)[1]
    assert "連絡するところ" in text or "場所" in text
    days = client.get(resource.replace("/resources/", "/prints/") + ".ics")
    assert not re.search("[\ufdd0-\ufdef]|<ruby|<span", days.text)


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("en", '<p><span>One. Two <span lang="ja">碁盤町</span> (x)</span></p>'),
        ("zh_Hans", '<p><span>One.Two <span lang="ja">碁盤町</span>（x）</span></p>'),
        ("ja@easy", "<p>One.Two 碁盤町（x）</p>"),
    ],
)
def test_the_last_hand_marks_what_is_registered_and_parts_sentences(code, said):
    page = f"<p>{OURS}One.{THEIRS}{OURS}Two {THEIRS}碁盤町（{OURS}x{THEIRS}）</p>"
    assert finish(page, LANGUAGES[code]) == said


def test_titles_and_choices_hold_words_alone():
    title = f"<title>{OURS}Map of {THEIRS}碁盤町{OURS}{THEIRS}｜{OURS}Engawa{THEIRS}</title>"
    assert finish(title, LANGUAGES["en"]) == "<title>Map of 碁盤町 | Engawa</title>"
    choice = '<option value="（">体操（朝）</option>'
    assert finish(choice, LANGUAGES["en"]) == '<option value="（" lang="ja">体操（朝）</option>'


def test_a_drawing_is_left_as_it_is(app):
    page = f'<p>{OURS}One.{THEIRS}</p><svg><text x="1">碁盤町 1</text></svg>'
    with app.test_request_context():
        assert '<svg><text x="1">碁盤町 1</text></svg>' in finish(page, LANGUAGES["en"])
