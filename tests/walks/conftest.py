"""A browser for the session; for each walk a town of its own and people to walk through it."""

import os
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, sync_playwright

from routes._guard import limiter
from tests.conftest import Databases
from tests.walks.walking import Person, served

CALM = (  # a browser that asks nobody but us
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    program = os.environ.get("CHROMIUM") or shutil.which("chromium")
    assert program, "no Chromium: name it by CHROMIUM, or run ./test --setup"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=CALM)
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
def someone(browser: Browser, address: str) -> Iterator[Callable[..., Person]]:
    """someone(…) -> a person with a browser of their own; every page they see is watched."""
    people: list[Person] = []

    def arrive(**choices: Any) -> Person:
        people.append(Person(browser, address, **choices))
        return people[-1]

    yield arrive
    assert [line for person in people for line in person.leave()] == []
