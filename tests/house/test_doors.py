"""Every door says who may enter; every page and its script name each other."""

import ast
import re

import pytest

from geo.scope import Role
from tests.house.source import HOUSE, functions, python_files, short

PAGES = sorted((HOUSE / "static/js/pages").glob("*.js"))
VERBS = {"get", "post", "put", "delete", "route"}


def test_every_view_says_who_may_open_it(app):
    silent = [
        name
        for name, view in app.view_functions.items()
        if name != "static" and not hasattr(view, "allowed_roles")
    ]
    assert silent == []


def test_every_view_says_so_right_under_its_address():
    """The AST, so that a view that is never registered does not escape."""
    silent = []
    for path in python_files("routes"):
        for function in functions(path):
            marks = [ast.unparse(mark) for mark in function.decorator_list]
            is_view = any(re.match(r"bp\.(get|post|put|delete|route)\(", mark) for mark in marks)
            if is_view and not any(mark.startswith("allow(") for mark in marks):
                silent.append(f"{short(path)}:{function.name}")
    assert silent == []


def test_a_writing_view_is_never_open_to_everybody_but_for_signing_in(app):
    """And for asking with an address, which must stand in no log; it writes nothing. By the code of a
    campaign, and by telling what one saw, one only proposes: the register stays as it is until a person applies it. Asking
    for a handbook writes a job of the queue, one for each state of an area, and no more than may wait."""
    open_writers = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if "POST" in rule.methods
        and Role.RESIDENT in app.view_functions[rule.endpoint].allowed_roles
    }
    signing_in = {"accounts.sign_in", "accounts.sign_out", "accounts.use_reset_link"}
    signing_in |= {"second_step.enter"}
    assert open_writers == signing_in | {
        "reach.find",
        "residents.ask",
        "confirmations.look_up",
        "confirmations.answer",
        "telling.send",
        "telling.send_new",
        "prints.make",
    }


@pytest.mark.parametrize("script", PAGES, ids=lambda path: path.name)
def test_a_page_script_and_its_template_name_each_other(script):
    first_line = script.read_text(encoding="utf-8").splitlines()[0]
    named = re.match(r"// Page: (\S+\.html)\.", first_line)
    assert named, f"{script.name} does not name its template"
    assert f"js/pages/{script.name}" in (HOUSE / named[1]).read_text(encoding="utf-8")


def test_every_page_has_a_test_of_its_door():
    doors = {path.stem for path in python_files("routes") if not path.stem.startswith("_")}
    tests = {path.stem.removeprefix("test_") for path in (HOUSE / "tests/routes").glob("test_*.py")}
    assert doors - tests == set()


def test_every_template_is_shown_or_used():
    templates = {
        short(path).removeprefix("templates/") for path in (HOUSE / "templates").rglob("*.html")
    }
    text = "".join(path.read_text(encoding="utf-8") for path in python_files("routes"))
    text += "".join(
        path.read_text(encoding="utf-8") for path in (HOUSE / "templates").rglob("*.html")
    )
    assert {name for name in templates if f'"{name}"' not in text} == set()
