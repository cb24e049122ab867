"""Every hostile file, through the importer it fits and through another one: words or a report, never
anything else, and no change by what is refused.

The figures are printed (``./test tests/soak/test_hostile.py -m soak -s``): benchmarks/RESULTS.md keeps the last.
"""

from collections import Counter

import pytest

from tests.hostile import all_files, bases
from tests.hostile.campaign import Campaign

pytestmark = pytest.mark.soak


@pytest.fixture(scope="module")
def campaign(databases, tmp_path_factory):
    copy = databases.copy()
    campaign = Campaign(copy.application, copy.owner, tmp_path_factory.mktemp("hostile"))
    yield campaign
    campaign.close()
    copy.drop()


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
