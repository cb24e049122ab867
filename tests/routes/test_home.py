"""はじめのページ."""

import re

from geo.scope import Role


def test_the_municipalities_are_listed_with_what_they_have(client):
    text = client.get("/").text
    assert "碁盤町" in text
    assert "千代田区" in text
    assert "25件" in text


def test_the_first_page_is_light(client):
    """Everything that it brings, counted as it is and not as it is sent: sheets, scripts and the icon too."""
    page = client.get("/")
    brought = re.findall(r'(?:href|src)="(/static/[^"]+)"', page.text)
    assert any(address.endswith("site.css") for address in brought), "the test looks at nothing"
    assert not any(address.endswith("work.css") for address in brought)
    size = len(page.data) + sum(len(client.get(address).data) for address in brought)
    assert size < 100_000


def test_the_house_says_that_it_stands(client):
    assert client.get("/healthz").get_json() == {"status": "ok"}


def test_the_page_has_an_icon(client):
    assert client.get("/favicon.ico", follow_redirects=True).mimetype == "image/svg+xml"


def test_a_prefecture_sees_what_everybody_sees(sign_in_as):
    assert sign_in_as(Role.PREFECTURE).get("/").status_code == 200
