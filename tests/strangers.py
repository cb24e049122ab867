"""Somebody without an account who sends anything to every door that is open to everybody.

What is sent is drawn from a fixed seed: true values of 碁盤町, and words that no form sends, in any part of an address,
of a query and of a form. An answer may refuse in words; it never breaks, never says what the database said, and never
hands back a mark of ours as it was sent.
"""

import ast
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from flask import Flask

from geo.scope import Role
from geo.wishes import TICKED

MARK = "<zq'\"&>"  # if it comes back like this, somebody could have sent a script
STRANGE = (
    *(MARK, "", " ", "　", "\x00", "\x07", "\ud7ff", "\U0001f600", "a" * 5000, "あ" * 3000, "-1", "0", "1e999", "nan"),
    *("inf", "9" * 40, "0x10", "１２", "null", "true", "[]", "{}", "%", "%00", "../../etc/passwd", "..\\..", "//x.example"),
    *("' or '1'='1", "'; drop table resource; --", "\") union select 1,2,3 --", "${7*7}", "{{7*7}}", "{name}", "%s", "\r\nX: y"),
    *("https://x.example/", "javascript:alert(1)", "136.0,32.5", "136,32,1", "5235000011", "2026-02-30", "mon", "tue,tue"),
    *("00000000-0000-0000-0000-000000000000", "99001", "13101", "salon", "bench", "on_foot", "district", "1,2,3,4,5"),
)  # fmt: skip
_DATABASE = re.compile(r"psycopg|sqlalchemy|Traceback|syntax error at|SQLSTATE|relation \"", re.I)
_CALLS = re.compile(r"^(request\.(args|form|values)|args|form)\.(get|getlist)$")


@dataclass(frozen=True, slots=True)
class Sent:
    """One request."""

    endpoint: str
    method: str
    path: str
    words: dict[str, str]


def names(routes: Path) -> list[str]:
    """Every name by which a door asks for a part of a query or of a form; those that it asks in a loop stand here."""
    found = {
        *TICKED,
        "topic",
        "kind",
        "day",
        "from",
        "resource",
        "district",
        "profile",
        "minutes",
        "modifiers",
    }
    for path in sorted(routes.glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.Call) and _CALLS.match(ast.unparse(node.func))):
                continue
            if node.args and isinstance(node.args[0], ast.Constant):
                found.add(str(node.args[0].value))
    return sorted(found)


def doors(app: Flask) -> list[tuple[str, str, str]]:
    """(endpoint, method, rule) of what is open to everybody, in order."""
    return sorted(
        (rule.endpoint, method, rule.rule)
        for rule in app.url_map.iter_rules()
        for method in rule.methods & {"GET", "POST"}
        if Role.RESIDENT in getattr(app.view_functions[rule.endpoint], "allowed_roles", ())
    )


def requests(
    app: Flask, known: dict[str, object], asked: list[str], seed: int, each: int
) -> Iterator[Sent]:
    """So many requests for every open door."""
    chance = random.Random(seed)  # noqa: S311
    for endpoint, method, rule in doors(app):
        for _ in range(each):
            path = _path(rule, known, chance)
            some = chance.sample(asked, min(len(asked), chance.randint(0, 6)))
            yield Sent(endpoint, method, path, {name: _word(known, chance) for name in some})


def wrong(status: int, text: str, *, is_page: bool) -> str:
    """What is wrong with an answer; "" for nothing."""
    if status >= 500:
        return f"status {status}"
    if said := _DATABASE.search(text):
        return f"says {said[0]}"
    return "hands back what was sent" if is_page and MARK in text else ""


def _path(rule: str, known: dict[str, object], chance: random.Random) -> str:
    """An address of a rule; every third part of it is strange."""

    def part(found: re.Match[str]) -> str:
        name = found[1].rpartition(":")[2]
        value = str(known.get(name, "x"))
        if chance.random() < 0.33:
            value = chance.choice(STRANGE)
        return quote(value.encode("utf-8", "surrogatepass"), safe="")

    return re.sub(r"<([^>]+)>", part, rule)


def _word(known: dict[str, object], chance: random.Random) -> str:
    if chance.random() < 0.3:
        return str(chance.choice(list(known.values())))
    return chance.choice(STRANGE)
