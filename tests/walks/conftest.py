"""A browser for the session; for each walk a town of its own and people to walk through it."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, sync_playwright
from sqlalchemy.orm import Session

from routes._guard import limiter
from tests.conftest import Databases
from tests.walks.telephones import BROWSER, CALM, STANDING, Telephone
from tests.walks.walking import TELEPHONE, Person, served


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    assert BROWSER, "no Chromium: name it by CHROMIUM, or run ./test --setup"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=BROWSER, args=CALM)
        yield browser
        browser.close()


@pytest.fixture
def address(own_house: Flask) -> Iterator[str]:
    """Where the house of this walk answers."""
    limiter.reset()
    with served(own_house) as address:
        yield address


@pytest.fixture
def account(databases: Databases) -> Callable[[str], dict[str, str]]:
    """account("official") -> the e-mail address and password of that account of 碁盤町."""
    return lambda role: next(row for row in databases.accounts if row["role"] == role)


@pytest.fixture
def someone(browser: Browser, own_house: Flask, address: str) -> Iterator[Callable[..., Person]]:
    """someone(…) -> a person with a browser of their own; every page they see is watched."""
    people: list[Person] = []

    def arrive(**choices: Any) -> Person:
        people.append(Person(browser, address, own_house, **choices))
        return people[-1]

    yield arrive
    assert [line for person in people for line in person.leave()] == []


@pytest.fixture
def telephone(browser: Browser, address: str, tmp_path: Path) -> Iterator[Callable[[], Person]]:
    """telephone() -> her telephone, switched on; the same one each time."""
    switched_on: list[Person] = []

    def on() -> Person:
        lon, lat = STANDING
        person = Person(
            Telephone(browser, tmp_path / "telephone"),  # type: ignore[arg-type]
            address,
            viewport=TELEPHONE,
            has_touch=True,
            is_mobile=True,
            permissions=["geolocation"],
            geolocation={"longitude": lon, "latitude": lat, "accuracy": 12},
        )
        switched_on.append(person)
        return person

    yield on
    said = [line for person in switched_on for line in person.leave()]
    # a conflict and a refusal are answers, too: the page words them, the browser notes them
    met = re.compile(r"/field/drafts|/field/token|ERR_INTERNET_DISCONNECTED")
    assert [line for line in said if not met.search(line)] == []


@pytest.fixture
def office(own_house: Flask) -> Iterator[Session]:
    """The office's own desk: the same register, written and read from elsewhere."""
    with Session(own_house.extensions["engine"]) as db:
        yield db
