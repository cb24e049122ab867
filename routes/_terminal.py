"""What commands share: words on stderr, one JSON object on stdout, refusals as sentences."""

import json
import sys
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import Any

import click
from flask import current_app

from geo.area import Folders
from geo.errors import BackupRefused, GeoError, Invalid, Unreadable
from geo.intake import Delivery
from geo.records.intakes import Intake
from routes._errors import WORDS, field_words, reason_words
from routes._request import DATABASE_AWAY
from scripts.cluster import ClusterProblem

AWAY = "データベースにつながらないか、途中で切れました。もう一度実行しても、二重にはなりません。"


def in_words(command: Callable[..., Any]) -> Callable[..., Any]:
    """A refusal ends the command with a sentence on stderr and exit status 1."""

    @wraps(command)
    def spoken(*args: Any, **kwargs: Any) -> Any:
        try:
            return command(*args, **kwargs)
        except ClusterProblem as problem:
            say(str(problem))
            sys.exit(1)
        except DATABASE_AWAY as problem:
            say(f"{AWAY} ({str(getattr(problem, 'orig', problem)).splitlines()[0]})")
            sys.exit(1)
        except GeoError as error:
            say(WORDS[type(error)][1] + " ".join(_details(error)))
            sys.exit(1)

    return spoken


def folders() -> Folders:
    """Where originals and networks lie."""
    return Folders.under(current_app.extensions["settings"].var)


def delivery(path: Path) -> Delivery:
    return Delivery(path, folders().originals)


def outcome_of(run: Intake) -> dict[str, Any]:
    """A run as the last line of stdout, and its remarks on stderr."""
    for line in run.report["rows"][:50]:
        mark = "×" if line["refused"] else "・"
        detail = line["detail"] if isinstance(line["detail"], str) else ""
        sheet = f"{line['sheet']} " if line.get("sheet") else ""
        row = f"{line['row']}行目 " if line["row"] else ""
        say(f"{mark} {sheet}{row}{line['name']} {reason_words(line['reason'])} {detail}".rstrip())
    if len(run.report["rows"]) > 50:
        say(f"ほか {len(run.report['rows']) - 50} 件は、取り込み結果の画面にあります。")
    for assumption in run.report["assumptions"]:
        say(f"・前提 {reason_words(assumption)}")
    counts = ("rows", "added", "changed", "unchanged", "missing", "refused")
    return {name: getattr(run, name) for name in counts} | {"report": str(run.id)}


def _details(error: GeoError) -> Iterator[str]:
    if isinstance(error, Invalid):
        yield from (
            f" {field}: {words}" for field, words in field_words(error.facts["fields"]).items()
        )  # type: ignore[attr-defined]
    if isinstance(error, Unreadable | BackupRefused):
        yield reason_words(str(error.facts["reason"]))
        layers = error.facts.get("layers")
        if isinstance(layers, list):
            yield "、".join(map(str, layers))
    for name in ("found", "thing", "id"):
        if name in error.facts:
            yield f" {error.facts[name]}"


def tell(outcome: dict[str, Any]) -> None:
    click.echo(json.dumps(outcome, ensure_ascii=False))


def say(words: str) -> None:
    """One line on stderr. What a file brought may not steer the terminal: signs of control and of
    direction become marks of replacement."""
    click.echo("".join(_seen(sign) for sign in words), err=True)


def _seen(sign: str) -> str:
    if sign in "\n\t":
        return " "
    return "\ufffd" if unicodedata.category(sign) in ("Cc", "Cf", "Cs", "Zl", "Zp") else sign


@contextmanager
def waiting(words: str) -> Iterator[None]:
    say(f"{words}……")
    yield
