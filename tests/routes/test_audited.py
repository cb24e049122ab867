"""Whoever writes is written down: every POST of the role matrix, and whether a line of the audit came of it."""

import re

import pytest
from sqlalchemy import event

from geo.scope import Role
from tests.routes.test_matrix import ask, cookies, doors, named_by, places

__all__ = ["cookies", "places"]

# What is no state of the register or of an account: a session kept awake, a counted failure, a version.
_ASIDE = {"audit", "sign_in_try", "version", "half_sign_in", "procrastinate_jobs"}
_WRITES = re.compile(r'^\s*(?:insert into|update|delete from)\s+"?(\w+)"?', re.I)
# Doors that write and leave no line, each with its reason.
UNAUDITED = {
    "previews.again": "a file that waits, and is nobody's yet; taking it in is audited (intake)",
    "previews.say_columns": "as above", "previews.say_edition": "as above",
    "wiping.wipe": "its line is written by the owner's function wipe_history (tests/geo/test_wiping.py)",
    "previews.say_kinds": "as above", "previews.stop": "as above", "previews.apply": "as above",
}  # fmt: skip


@pytest.fixture
def written(engine):
    tables: list[str] = []

    def listen(_connection, _cursor, statement, *_):
        if match := _WRITES.match(statement):
            tables.append(match[1].lower())

    event.listen(engine, "before_cursor_execute", listen)
    yield tables
    event.remove(engine, "before_cursor_execute", listen)


@pytest.mark.parametrize("everybody", [False, pytest.param(True, marks=pytest.mark.soak)])
def test_every_view_that_writes_leaves_a_line(
    app, db, desk, places, cookies, written, capsys, everybody
):
    """By the first of three roles who gets in, whether it writes or its form is refused; in the long suite by
    all of them."""
    silent, wrote, entered = {}, set(), set()
    for rule, method in doors(app):
        if method != "POST":
            continue
        for role in (Role.OFFICIAL, Role.ADMINISTRATOR, Role.COORDINATOR_2):
            if not (role in named_by(app, rule) and (everybody or rule.endpoint not in entered)):
                continue
            written.clear()
            status = ask(app, db, desk, rule, method, cookies[role], places[0])
            entered |= {rule.endpoint} if status not in (403, 404) else set()
            changed = set(written) - _ASIDE
            if changed and status < 400:
                wrote.add(rule.endpoint)
                if "audit" not in written:
                    silent[rule.endpoint] = sorted(changed)
    with capsys.disabled():
        print(
            f"\nPOST views that wrote, each with a line: {', '.join(sorted(wrote - set(silent)))}"
        )
    assert {name: tables for name, tables in silent.items() if name not in UNAUDITED} == {}
    assert len(wrote - set(silent)) >= 12
