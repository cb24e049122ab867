"""The house read as text: what its rules look at."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

HOUSE = Path(__file__).parents[2]
ROOMS = ("geo", "routes", "scripts")
VERSIONS = HOUSE / "geo/records/migrations/versions"


def python_files(*rooms: str) -> list[Path]:
    """Every Python file of the given rooms (all rooms and app.py when none is given)."""
    files = [path for room in rooms or ROOMS for path in sorted((HOUSE / room).rglob("*.py"))]
    return files if rooms else [HOUSE / "app.py", *files]


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


@cache
def imported(path: Path) -> tuple[str, ...]:
    """Names a file imports, a.b for ``from a import b``."""
    return tuple(_imported(path))


def _imported(path: Path) -> Iterator[str]:
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def short(path: Path) -> str:
    return str(path.relative_to(HOUSE))


def functions(path: Path) -> Iterator[ast.FunctionDef]:
    """Every function and method of a file."""
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.FunctionDef):
            yield node


def has_japanese(text: str) -> bool:
    """Whether a text has kana or kanji."""
    return any("\u3040" <= sign <= "\u30ff" or "\u4e00" <= sign <= "\u9fff" for sign in text)
