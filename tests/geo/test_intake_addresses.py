"""住所の一覧の取り込み: several gazetteers make one dictionary, and rows without coordinates find a place."""

import pytest

from geo import intake
from geo.intake import Delivery
from geo.scope import house

SABAE, ECHIZEN = "18207", "18209"


@pytest.fixture
def towns_of_sabae(real, db, tmp_path):
    """鯖江市 with its outline and Geolonia's towns; gives the folder of originals."""
    originals, scope = tmp_path / "originals", house(SABAE)
    outline = real / "sabae/boundary/boundary_from_A32_18207.geojson"
    intake.run_districts(db, scope, Delivery(outline, originals), "municipality")
    towns = real / "sabae/geocode/japanese-addresses_鯖江市.json"
    run = intake.run_addresses(db, scope, Delivery(towns, originals))
    assert (run.rows, run.added, run.refused) == (153, 153, 0)
    return originals


def test_shops(real, db, towns_of_sabae):
    shops = Delivery(real / "sabae/resource_list/sabae_store.csv", towns_of_sabae)
    run = intake.run_resources(db, house(SABAE), shops, kind="grocery")
    from collections import Counter

    print(Counter(l["reason"] for l in run.report["rows"]), run.report["assumptions"])
    print(run.report["rows"][:5], run.rows, run.added)
    assert 0
