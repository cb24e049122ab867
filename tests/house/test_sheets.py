"""Sheets: site.css for everybody, map.css beside each map, work.css for pages behind a sign-in; whoever has no account is
not sent the last."""

import re

from tests.house.source import HOUSE, short
from tests.house.test_words import RESIDENT

LARGEST = (
    40_000  # our choice: with its words and the sheet for paper a first page stays far below 100 kB
)
# Parts of pages for everybody that are there only for whoever signed in.
BEHIND_A_SIGN_IN = {"leaving", "inside", "papers", "revisions", "undo"}


def classes(sheet):
    text = re.sub(r"/\*.*?\*/", "", (HOUSE / "static" / sheet).read_text("utf-8"), flags=re.S)
    heads = re.findall(r"([^{}]+)\{", text)
    return {name for head in heads for name in re.findall(r"\.([a-z][\w-]*)", head)}


def used(path):
    """The classes a template writes; what Jinja puts between is left out."""
    text = re.sub(r"\{#.*?#\}", "", path.read_text("utf-8"), flags=re.S)
    attributes = re.findall(r'class="((?:\{\{.*?\}\}|\{%.*?%\}|[^"])*)"', text)
    return {
        name
        for words in attributes
        for name in re.split(r"\s+", re.sub(r"\{\{.*?\}\}|\{%.*?%\}", " ", words))
    }


def test_the_first_sheet_stays_small():
    assert (HOUSE / "static/site.css").stat().st_size <= LARGEST


def test_pages_for_everybody_need_nothing_of_the_sheet_for_the_work():
    only_for_work = (
        classes("work.css") - classes("site.css") - classes("map.css") - BEHIND_A_SIGN_IN
    )
    assert only_for_work, "the test looks at nothing"
    missing = [
        f"{short(path)}: {name}"
        for path in sorted((HOUSE / "templates").rglob("*.html"))
        if short(path).removeprefix("templates/").startswith(RESIDENT)
        for name in sorted(used(path) & only_for_work)
    ]
    assert missing == []


def test_the_sheet_for_the_work_comes_after_a_sign_in_only():
    base = (HOUSE / "templates/base.html").read_text("utf-8")
    line = next(line for line in base.splitlines() if "work.css" in line)
    assert line.strip().startswith("{% if current_user.is_authenticated %}")
