"""./run and ./test themselves, on a checkout whose Python is a stand-in that does as it is told."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

WARM = "python -m geo.warm"  # the street engine, compiled for this machine
CHECKOUT = Path(__file__).parents[2]
STAND_IN = """#!/bin/sh
echo "$(basename "$0") $*" >>told
case "$*" in
-V) echo Python 3.11.2 ;;
$FAILING) exit "${CODE:-1}" ;;
esac
"""


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout in which everything is already set up."""
    for name in ("run", "test", "scripts/lib.sh", ".ci/run"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(CHECKOUT / name, tmp_path / name)
    for name in (
        "requirements.txt",
        "requirements-dev.txt",
        "package.json",
        "package-lock.json",
        ".npmrc",
    ):
        (tmp_path / name).write_text(name)
    programs = tmp_path / ".venv" / "bin"
    programs.mkdir(parents=True)
    for name in ("python", "ruff", "mypy"):
        (programs / name).write_text(STAND_IN)
        (programs / name).chmod(0o755)
    installer = tmp_path / "installer" / "apt-get"  # no test changes the machine it runs on
    installer.parent.mkdir()
    installer.write_text("#!/bin/sh\n")
    installer.chmod(0o755)
    (tmp_path / "node_modules").mkdir()
    told = shell(
        tmp_path,
        ". scripts/lib.sh; pins run >.venv/ready-to-run; pins test >.venv/ready-to-test;"
        " cat package-lock.json package.json .npmrc | cksum >node_modules/.ready",
    )
    assert told.returncode == 0, told.stderr
    (tmp_path / "told").unlink()
    return tmp_path


def shell(folder: Path, command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    surroundings = os.environ | {"FAILING": "nothing", "DATABASE_URL": "elsewhere"} | environment
    surroundings["PATH"] = f"{folder / 'installer'}:{surroundings['PATH']}"
    return subprocess.run(
        ["sh", "-c", command],
        check=False,
        cwd=folder,
        env=surroundings,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )


def told(folder: Path) -> list[str]:
    return [line for line in (folder / "told").read_text().splitlines() if line != "python -V"]


def test_run_brings_tables_and_demo_up_to_date_and_serves(checkout: Path) -> None:
    assert shell(checkout, "./run").returncode == 0
    database, engine, serve = told(checkout)
    assert database == "python -m scripts.commands db upgrade demo load --if-empty"
    assert engine == WARM
    assert serve.startswith("python -m scripts.serve --since ")


def test_run_setup_does_all_but_serve(checkout: Path) -> None:
    assert shell(checkout, "./run --setup").returncode == 0
    assert told(checkout) == [
        "python -m scripts.commands db upgrade demo load --if-empty",
        WARM,
    ]


@pytest.mark.parametrize("choice", [{"HOST": "192.0.2.1"}, {"ENGAWA_DEMO": "no"}])
def test_a_server_for_others_gets_no_demo(checkout: Path, choice: dict[str, str]) -> None:
    assert shell(checkout, "./run --setup", **choice).returncode == 0
    assert told(checkout) == ["python -m scripts.commands db upgrade", WARM]


def test_a_database_that_cannot_be_made_stops_the_run_with_a_sentence(checkout: Path) -> None:
    done = shell(checkout, "./run", FAILING="*upgrade*")
    assert done.returncode == 1
    assert "database could not be brought up to date" in done.stderr
    assert told(checkout) == ["python -m scripts.commands db upgrade demo load --if-empty"]


def test_all_four_stages_are_run_and_timed(checkout: Path) -> None:
    done = shell(checkout, ".ci/run")
    assert done.returncode == 0, done.stdout
    said = told(checkout)
    said.remove("python -m pytest -m early")  # beside the linters, and perhaps beside pytest
    assert said == [
        WARM,
        "ruff check",
        "ruff format --check",
        "mypy ",
        "python -m pytest -n 2 --dist loadfile --no-loadscope-reorder -m not walk and not soak",
        "python -m pytest -n 2 --dist loadfile --no-loadscope-reorder -m walk tests/walks",
        "python -m tests.sharing",
    ]
    table = done.stdout.split("== Minutes\n")[1].splitlines()
    assert [line.split()[0] for line in table] == ["set-up", "linters", "pytest", "walks", "total"]


@pytest.mark.parametrize(
    ("failing", "code", "stage"),
    [
        ("format --check", "1", "linters and node"),
        ("*not*walk*", "2", "pytest"),
        ("*-m walk tests/walks", "5", "walks"),  # 5: no test was found
    ],
)
def test_a_stage_that_fails_is_named_after_the_table(
    checkout: Path, failing: str, code: str, stage: str
) -> None:
    done = shell(checkout, "./test", FAILING=failing, CODE=code)
    assert done.returncode != 0
    assert done.stdout.endswith(f"== FAILED at: {stage}\n")
    assert "== Minutes" in done.stdout


def test_other_arguments_go_to_pytest_and_so_does_its_answer(checkout: Path) -> None:
    done = shell(checkout, "./test tests/geo -k 'two words'", FAILING="*two*words*", CODE="3")
    assert done.returncode == 3
    assert told(checkout) == ["python -m pytest tests/geo -k two words"]


def test_a_half_made_environment_is_not_taken_for_a_whole_one(checkout: Path) -> None:
    (checkout / "requirements.txt").write_text("other pins")
    done = shell(
        checkout,
        ". scripts/lib.sh; environment_ready run || environment_ready test || echo not ready",
    )
    assert done.stdout == "not ready\n"


def test_without_root_the_missing_packages_are_named_for_the_administrator(checkout: Path) -> None:
    done = shell(
        checkout,
        ". scripts/lib.sh; id() { echo 1000; }; have() { [ $1 != npm ] && command -v $1 >/dev/null; }; packages run",
    )
    assert done.returncode == 1
    assert done.stderr.strip().endswith("apt-get install --no-install-recommends nodejs npm")


@pytest.mark.parametrize("script", ["run", "test", ".ci/run", "scripts/lib.sh"])
def test_the_scripts_keep_to_plain_sh(script: str) -> None:
    strict = shutil.which("dash") or "sh"
    assert subprocess.run([strict, "-n", CHECKOUT / script], check=False).returncode == 0
