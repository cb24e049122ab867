"""What the papers say is so: commands, files, colours; and nothing of a machine or a host is named."""

import re
import subprocess

from geo import kinds
from tests.house.source import HOUSE


def test_every_flask_command_of_the_readme_exists(app):
    text = (HOUSE / "README.md").read_text(encoding="utf-8")
    named = set(re.findall(r"flask ([a-z]+(?: [a-z]+)?)(?= |\n|`)", text))
    known = set()
    for name, command in app.cli.commands.items():
        known.add(name)
        known |= {f"{name} {sub}" for sub in getattr(command, "commands", {})}
    unknown = {name for name in named if name not in known and name.split()[0] not in _alone(app)}
    assert named, "the README names no command"
    assert unknown == set()


def _alone(app):
    """Commands without subcommands: their next word is an argument."""
    return {name for name, command in app.cli.commands.items() if not hasattr(command, "commands")}


def test_every_data_file_is_registered():
    register = (HOUSE / "data/README.md").read_text(encoding="utf-8")
    files = [path.name for path in (HOUSE / "data").rglob("*") if path.is_file()]
    assert [name for name in files if name not in register and name != "README.md"] == []


def test_the_sheet_has_the_colours_of_the_kinds():
    sheet = (HOUSE / "static/site.css").read_text(encoding="utf-8").lower()
    colours = {kind.element: kind.colour for kind in kinds.defaults()}
    written = {
        element: re.search(rf"--{element.replace('_', '-')}:\s*(#[0-9a-f]{{6}})", sheet)
        for element in colours
    }
    assert {element: match and match[1] for element, match in written.items()} == colours


def test_nothing_names_a_host_or_a_path_of_one_machine():
    tracked = subprocess.run(
        ["git", "ls-files"], cwd=HOUSE, capture_output=True, text=True, check=True
    ).stdout.split()
    host = re.compile(
        r"cdn\.|cdnjs|unpkg|jsdelivr|googleapis|pypi\.org|registry\.npmjs|files\.pythonhosted"
    )
    named = [
        f"{name}: {match[0]}"
        for name in tracked
        if (HOUSE / name).is_file() and not name.startswith("tests/house/")
        if (match := host.search((HOUSE / name).read_text(encoding="utf-8", errors="ignore")))
    ]
    assert named == []
