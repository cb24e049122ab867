"""Every hostile file, through the importer it fits and through another one: words or a report, never
anything else, and no change by what is refused.

The figures are printed (``./test tests/soak/test_hostile.py -m soak -s``): benchmarks/RESULTS.md keeps the last.
"""

import json
import subprocess
import sys
import unicodedata
from collections import Counter

import pytest

from tests.hostile import all_files, bases
from tests.hostile.campaign import CHECKOUT, Campaign, campaign_over
from tests.hostile.worker import SAID

pytestmark = pytest.mark.soak


@pytest.fixture(scope="module")
def campaign(databases, tmp_path_factory):
    with campaign_over(databases, tmp_path_factory.mktemp("hostile")) as campaign:
        yield campaign


def test_every_file_ends_in_words_or_in_a_report(campaign, tmp_path_factory):
    written = bases(tmp_path_factory.mktemp("healthy"))
    families: Counter[str] = Counter()
    for number, file in enumerate(all_files(written)):
        families[file.family] += 1
        campaign.try_out(number, file)
    tell(families, campaign)
    assert campaign.problems() == []
    assert families.total() >= 300


def tell(families: Counter[str], campaign: Campaign) -> None:
    """The figures."""
    ends = Counter(answer["outcome"] for _, _, answer in campaign.told)
    print(
        f"\n{families.total()} files in {len(families)} families, {len(campaign.told)} readings: {dict(ends)}"
    )
    for name in ("cpu_s", "child_s", "wall_s", "peak_mb"):
        file, dataset, answer = max(campaign.told, key=lambda told: told[2][name])
        print(f"most {name}: {answer[name]} by {file.family} / {file.name} as {dataset}")


def test_the_command_says_of_one_file_of_each_family_how_it_ended(house, tmp_path):
    """As a person types it: a sentence and 1, or remarks, a line of JSON and 0."""
    seen: Counter[str] = Counter()
    ends: Counter[int] = Counter()
    for number, file in enumerate(all_files(bases(tmp_path / "healthy"))):
        seen[file.family] += 1
        if seen[file.family] > 1:
            continue
        ends[command(house, file, file.write(tmp_path / str(number)))] += 1
    print(f"\n{ends.total()} commands: {dict(ends)}")
    assert ends.total() >= 30
    assert ends.keys() == {0, 1}


def command(house, file, path) -> int:
    """The exit status; what it printed is looked at."""
    options = [
        word for name, said in SAID.get(file.fits, {}).items() for word in (f"--{name}", said)
    ]
    done = subprocess.run(
        [sys.executable, "-m", "flask", "import", file.fits, path, "--municipality", "99001", *options],
        cwd=CHECKOUT,
        env=house.environment(),
        capture_output=True,
        check=False,
    )  # fmt: skip
    said, out = done.stderr.decode(), done.stdout.decode()
    assert done.returncode in (0, 1), (file, said)
    assert "Traceback" not in said
    assert "取り込んでいます" in said
    assert [
        sign for sign in said + out if unicodedata.category(sign) in ("Cc", "Cf") and sign != "\n"
    ] == []
    if done.returncode:
        assert out == ""
        assert len(said.splitlines()) >= 2, "a sentence says why"
    else:
        assert "report" in json.loads(out.splitlines()[-1])
    return done.returncode
