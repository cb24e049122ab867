"""One file of each family of tests/hostile, as tests/soak/test_hostile.py reads all of them."""

import pytest

from tests.hostile import all_files, bases
from tests.hostile.campaign import campaign_over

# As sharp as the others of their family, and quicker.
CHOSEN = {
    "2 GB of nothing": "sparse.geojson",
    "absurd workbook": "last.xlsx",
    "areas over one another": "onename.geojson",
    "too many parts": "nulls.geojson",
    "ways and relations in a tangle": "coast.osm",
    "long lines": "brackets.csv",
    "odd GeoJSON": "nulname.geojson",
    "lying blobs": "seek.osm.pbf",
}


@pytest.fixture(scope="module")
def campaign(databases, tmp_path_factory):
    with campaign_over(databases, tmp_path_factory.mktemp("hostile")) as campaign:
        yield campaign


def test_one_file_of_each_family_ends_in_words_or_in_a_report(campaign, city, tmp_path_factory):
    """Through the importer it fits, and every third through one that it does not."""
    seen: set[str] = set()
    healthy = bases(tmp_path_factory.mktemp("healthy"), city)
    for number, file in enumerate(all_files(healthy)):
        if file.family in seen or file.name != CHOSEN.get(file.family, file.name):
            continue
        seen.add(file.family)
        campaign.try_out(number, file, also_elsewhere=len(seen) % 3 == 0)
    assert campaign.problems() == []
    assert len(seen) >= 40
    assert {answer["outcome"] for _, _, answer in campaign.told} == {"refused", "taken"}
