"""Words for people: where they stand, and that none is missing."""

import ast
import re

from geo.errors import GeoError
from routes._errors import FIELD_WORDS, WORDS
from routes._reasons import REASON_WORDS
from tests.house.source import HOUSE, functions, has_japanese, parsed, python_files, short

RESIDENT = (
    "home",
    "confirmations",
    "maps",
    "public_gaps/show.html",
    "public_gaps/_table.html",
    "reach/_speed.html",
    "reach/near.html",
    "reach/show.html",
    "residents",
    "ways",
    "districts",
    "resources/show.html",
    "telling",
    "prints",
    "errors",
    "base.html",
    "_",
)
# Formats, calendars, vocabularies and the invented town: their words are data (HOUSE 6).
DATA = (
    "geo/days.py",
    "geo/openings/",
    "geo/opening_reading.py",
    "geo/opening_words.py",
    "geo/words.py",
    "geo/name_forms.py",
    "geo/kinds.py",
    "geo/fees.py",
    "geo/private_words.py",
    "geo/service_areas.py",
    "geo/demo.py",
    "geo/demo_campaign.py",
    "geo/addresses/",
    "geo/sources/",
    "geo/intake/",
)


def test_every_error_has_words():
    assert set(GeoError.__subclasses__()) == set(WORDS)


def test_every_field_code_has_words():
    codes = set()
    for path in [*python_files("geo"), *python_files("routes")]:
        for node in ast.walk(parsed(path)):
            if (
                isinstance(node, ast.keyword)
                and node.arg == "fields"
                and isinstance(node.value, ast.Dict)
            ):
                codes |= {v.value for v in node.value.values if isinstance(v, ast.Constant)}
    assert codes - set(FIELD_WORDS) == set()


def test_every_reason_code_of_the_gate_has_words():
    codes = set()
    for path in python_files("geo/sources", "geo/intake"):
        for node in ast.walk(parsed(path)):
            if (
                isinstance(node, ast.keyword)
                and node.arg == "reason"
                and isinstance(node.value, ast.Constant)
            ):
                codes.add(node.value.value)
            if isinstance(node, ast.Call) and ast.unparse(node.func).endswith((".say", "RowError")):
                position = 2 if ast.unparse(node.func).endswith(".say") else 0
                if len(node.args) > position and isinstance(node.args[position], ast.Constant):
                    codes.add(node.args[position].value)
    assert codes, "the test looks at nothing"
    assert codes - set(REASON_WORDS) - set(FIELD_WORDS) == set()


def test_no_sentence_for_people_stands_below_the_doors():
    sentences = [
        f"{short(path)}: {node.value[:40]}"
        for path in python_files("geo")
        if not short(path).startswith(DATA)
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
        if has_japanese(node.value) and not _is_docstring(parsed(path), node)
    ]
    assert sentences == []


def _is_docstring(tree, node):
    return any(
        isinstance(holder, ast.Module | ast.FunctionDef | ast.ClassDef)
        and holder.body
        and isinstance(holder.body[0], ast.Expr)
        and getattr(holder.body[0].value, "value", None) == node.value
        for holder in ast.walk(tree)
    )


def test_resident_pages_mark_every_word_for_translation():
    """Comments and tags aside, Japanese stands only inside _('…')."""
    unmarked = []
    for path in sorted((HOUSE / "templates").rglob("*.html")):
        if not short(path).removeprefix("templates/").startswith(RESIDENT):
            continue
        text = re.sub(r"\{#.*?#\}", "", path.read_text(encoding="utf-8"), flags=re.S)
        text = re.sub(
            r"(?:_|ja|in_language)\((?:\w+\.language,)?\s*'(?:[^'\\]|\\.)*'\s*\)", "", text
        )
        unmarked += [
            f"{short(path)}: {line.strip()[:60]}"
            for line in text.splitlines()
            if re.search(r"[ぁ-んァ-ヶ一-龠]", line)
        ]
    assert unmarked == []


def is_kernel(function) -> bool:
    """A compiled loop: what it would call it must be handed, array by array (DECISIONS)."""
    return any("compiled" in ast.unparse(decorator) for decorator in function.decorator_list)


def test_code_is_short_enough_to_hold_in_the_head():
    long = [
        f"{short(path)}:{function.name} {function.end_lineno - function.lineno + 1}"
        for path in python_files()
        if "versions" not in path.parts
        for function in functions(path)
        if function.end_lineno - function.lineno >= (70 if is_kernel(function) else 50)
    ]
    files = [
        f"{short(path)} {lines}"
        for path in python_files()
        if (lines := path.read_text(encoding="utf-8").count("\n")) > 400
        and "versions" not in path.parts
    ]
    scripts = [
        f"{short(path)} {lines}"
        for path in (HOUSE / "static/js").rglob("*.js")
        if (lines := path.read_text(encoding="utf-8").count("\n")) > 250
    ]
    assert (long, files, scripts) == ([], [], [])


def test_every_public_name_of_geo_says_what_it_is():
    silent = [
        f"{short(path)}:{node.name}"
        for path in python_files("geo")
        if "versions" not in path.parts
        for node in parsed(path).body
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
        and not node.name.startswith("_")
        and not ast.get_docstring(node)
    ]
    assert silent == []


def test_everything_that_is_written_down_has_words_on_the_page_of_the_audit():
    words = (HOUSE / "templates/audit/_words.html").read_text(encoding="utf-8")
    silent = []
    for path in python_files("geo", "routes"):
        for node in ast.walk(parsed(path)):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "audit.save":
                said = [arg.value for arg in node.args[2:4] if isinstance(arg, ast.Constant)]
                silent += [f"{short(path)}: {code}" for code in said if f"'{code}':" not in words]
    assert silent == []
