"""The watchers of the walks: what a page should not do is noticed."""

import pytest

from tests.walks.walking import Person, english, too_wide, violations

pytestmark = pytest.mark.walk


def test_a_walk_notices_what_a_page_should_not_do(browser, address):
    person = Person(browser, address)
    page = person.page
    page.goto("/accounts/sign-in")
    assert person.complaints() == []
    page.evaluate("console.warn('a warning')")
    page.evaluate("setTimeout(() => { throw new Error('an exception') })")
    page.evaluate("fetch('http://127.0.0.1:9/elsewhere').catch(() => {})")
    with page.expect_response(lambda answer: answer.status == 404):
        page.evaluate("fetch('/nowhere')")
    page.goto("/map/00000")
    told = "\n".join(person.leave())
    for part in ("a warning", "an exception", "Content Security Policy", "/nowhere", "/map/00000"):
        assert part in told


def test_a_refusal_that_was_expected_is_no_complaint(browser, address):
    person = Person(browser, address)
    with person.refused(404):
        person.page.goto("/map/00000")
    assert person.leave() == []


def test_a_walk_notices_english_and_what_sticks_out(someone):
    page = someone().page
    page.goto("/accounts/sign-in")
    assert (english(page), too_wide(page)) == ([], [])
    page.evaluate("document.querySelector('h1').textContent = 'Sign in'")
    page.evaluate("document.querySelector('h1').style.setProperty('width', '3000px')")
    assert english(page) == ["Sign in"]
    assert too_wide(page)[0] == "page 3036 > 1280"


def test_a_walk_notices_pale_letters_and_a_field_without_a_name(someone):
    page = someone().page
    page.goto("/accounts/sign-in")
    assert violations(page) == []
    page.evaluate("document.querySelector('h1').style.setProperty('color', '#bbb')")
    page.evaluate("document.querySelectorAll('label').forEach((one) => one.remove())")
    found = violations(page)
    assert {line.split()[0] for line in found} >= {"color-contrast", "label"}
    assert any(line.startswith("color-contrast at h1: ") for line in found)
