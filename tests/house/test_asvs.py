"""tests/ASVS.md: every promise names tests that are there, and no item stands in both tables."""

import ast
import re

from tests.house.source import HOUSE

REGISTER = (HOUSE / "tests/ASVS.md").read_text(encoding="utf-8")
KEPT, NOT_MET = REGISTER.split("## Not met")
# What design/TRUST asks of us by number.
ASKED = [
    "6.2.1",
    "6.2.4",
    "6.2.5",
    "6.2.9",
    "6.2.10",
    "7.2.3",
    "7.2.4",
    "7.4.1",
    "7.4.2",
    "8.2.1",
    "8.2.2",
    "8.2.3",
    "8.3.1",
    "8.4.1",
    "14.3.1",
    "14.3.2",
    "14.3.3",
    "16.3.1",
    "16.3.2",
    "16.5.1",
    "5.2.1",
    "5.2.2",
    "5.2.3",
    "13.1.1",
    "13.2.4",
]


def rows(text):
    return [line for line in text.splitlines() if re.match(r"\| \d", line)]


def items(row):
    return re.findall(r"\d+\.\d+\.\d+", row.split("|")[1])


def test_every_test_of_the_register_exists():
    named = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", KEPT)
    missing = []
    for path, name in named:
        file = HOUSE / path
        tree = ast.parse(file.read_text(encoding="utf-8")) if file.exists() else ast.parse("")
        if name not in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}:
            missing.append(f"{path}::{name}")
    assert len(named) > 60, "the test looks at nothing"
    assert missing == []


def test_every_item_has_a_test():
    assert [row for row in rows(KEPT) if "`tests/" not in row.split("|")[-2]] == []


def test_every_item_that_was_asked_for_is_kept_or_said_not_to_be():
    said = {item for row in rows(REGISTER) for item in items(row)}
    assert [item for item in ASKED if item not in said] == []


def test_no_item_is_claimed_twice():
    claimed = [item for row in rows(KEPT) for item in items(row)]
    assert len(claimed) == len(set(claimed))
