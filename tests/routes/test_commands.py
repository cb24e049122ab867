"""The same answers from a terminal: what stands on stdout, what on stderr, how it ends."""

import json
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

HOUSE = Path(__file__).parents[2]
A32 = str(HOUSE / "data/boundaries/99001/A32-21_99001.geojson")


@pytest.fixture
def run(own_house):
    """run("import", "districts", …) -> the result of the command."""
    runner = own_house.test_cli_runner()
    return lambda *words: runner.invoke(args=list(words))


def count(app, table):
    with Session(app.extensions["engine"]) as db:
        return db.scalar(text(f"select count(*) from {table}"))


def test_an_import_ends_with_one_json_line_and_words_on_stderr(run):
    done = run("import", "districts", A32, "--municipality", "99001", "--level", "junior_high")
    assert done.exit_code == 0
    outcome = json.loads(done.stdout.strip().splitlines()[-1])
    report = outcome.pop("report")
    assert outcome == {
        "rows": 2, "added": 0, "changed": 0, "unchanged": 2, "missing": 0, "refused": 0,
    }  # fmt: skip
    assert len(report) == 36
    assert "区域" in done.stderr


def test_a_refused_import_says_why_and_changes_nothing(run, own_house, tmp_path):
    bad = tmp_path / "bad.geojson"
    bad.write_text('{"type": "FeatureCollection", "features": [')
    before = count(own_house, "intake")
    done = run("import", "districts", str(bad), "--municipality", "99001", "--level", "junior_high")
    assert done.exit_code == 1
    assert done.stdout == ""
    assert "途中で切れています" in done.stderr
    assert "Traceback" not in done.stderr
    assert count(own_house, "intake") == before


@pytest.mark.parametrize(
    "words",
    [
        (
            "import",
            "districts",
            "no_such_file",
            "--municipality",
            "99001",
            "--level",
            "junior_high",
        ),
        ("import", "districts", A32, "--municipality", "77777", "--level", "junior_high"),
        ("import", "districts", A32, "--municipality", "99001", "--level", "no level"),
        ("import", "resources", A32, "--municipality", "99001"),
        ("import", "resources", A32, "--municipality", "99001", "--kind", "no_such_kind"),
        ("account", "add", "x@example.jp", "--role", "official"),
    ],
)
def test_a_wrong_word_ends_in_a_sentence(run, words, monkeypatch):
    monkeypatch.setenv("ENGAWA_PASSWORD", "縁側でお茶を飲みましょう")
    done = run(*words)
    assert done.exit_code == 1
    assert "Traceback" not in done.output
    assert len(done.stderr.strip()) > 10


def test_an_export_is_the_document_and_nothing_else(run):
    done = run("export", "districts", "--municipality", "99001", "--format", "geojson")
    assert len(json.loads(done.stdout)["features"]) == 9
    assert done.stderr == ""


def test_an_export_goes_into_a_file(run, tmp_path):
    out = tmp_path / "resources.csv"
    done = run(
        "export", "resources", "--municipality", "99001", "--format", "csv", "--out", str(out)
    )
    assert done.stdout == ""
    assert out.read_bytes().startswith(b"\xef\xbb\xbfid,municipality,")
    assert out.read_bytes().count(b"\r\n") == 26


def test_an_account_is_made_with_the_password_of_the_environment(run, monkeypatch):
    monkeypatch.setenv("ENGAWA_PASSWORD", "縁側でお茶を飲みましょう")
    done = run("account", "add", "a@example.jp", "--role", "official", "--municipality", "99001")
    assert json.loads(done.stdout)["role"] == "official"
    again = run("account", "add", "a@example.jp", "--role", "official", "--municipality", "99001")
    assert again.exit_code == 1
    assert "すでに使われています" in again.stderr


def test_a_common_password_is_refused(run, monkeypatch):
    monkeypatch.setenv("ENGAWA_PASSWORD", "password1234")
    done = run("account", "add", "a@example.jp", "--role", "official", "--municipality", "99001")
    assert (done.exit_code, "推測されやすい" in done.stderr) == (1, True)


def test_the_demo_is_there_once_and_can_be_taken_away(run, own_house):
    assert run("demo", "load").exit_code == 0
    before = count(own_house, "resource")
    assert run("demo", "load").exit_code == 0
    assert count(own_house, "resource") == before
    assert run("demo", "remove").exit_code == 0
    assert (count(own_house, "resource"), count(own_house, "account")) == (0, 0)
    assert count(own_house, "audit") > 0
    told = Path(own_house.extensions["settings"].var) / "demo_accounts.json"
    assert not told.exists()
    assert run("demo", "load").exit_code == 0
    assert len(json.loads(told.read_text())) == 8
    assert told.stat().st_mode & 0o077 == 0


def test_the_demo_does_not_come_back_to_a_real_municipality(run, own_house, tmp_path):
    run("demo", "remove")
    salon = tmp_path / "list.csv"
    salon.write_text("名称,住所,種別\n茶の間,松葉1,サロン\n", encoding="utf-8")
    assert run("import", "resources", str(salon), "--municipality", "18207").exit_code == 0
    assert run("demo", "load", "--if-empty").exit_code == 0
    assert (count(own_house, "municipality"), count(own_house, "account")) == (1, 0)


def test_the_tables_can_be_brought_up_to_date_again(run):
    assert run("db", "upgrade").exit_code == 0
