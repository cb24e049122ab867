"""鯖江市と越前市: the open data of two real cities, read by the importers and drawn."""

import json
import re

import pytest
from playwright.sync_api import expect

from tests.walks.walking import look

pytestmark = pytest.mark.walk

CITIES = {
    "18207": ("鯖江市", "sabae", {"junior_high": 3, "elementary": 12}),
    "18209": ("越前市", "echizen", {"junior_high": 8, "elementary": 17}),
}
LAYERS = {"junior_high": "A32", "elementary": "A27"}


@pytest.mark.parametrize("code", CITIES)
def test_a_city_loads_its_school_districts_and_sees_each_of_them(someone, own_house, real, code):
    name, folder, counts = CITIES[code]
    for level, layer in LAYERS.items():
        (path,) = (real / folder / "school_district").glob(f"{layer}-*_{code}.geojson")
        told = own_house.test_cli_runner().invoke(
            args=["import", "districts", str(path), "--municipality", code, "--level", level]
        )
        assert told.exit_code == 0, told.output
        assert json.loads(told.stdout.splitlines()[-1])["added"] == counts[level]

    page = someone().page
    page.goto("/")
    page.get_by_role("link", name=re.compile(f"地図と一覧を見る.*{name}")).click()
    for level, count in counts.items():
        page.get_by_label("区域の分け方").select_option(level)
        page.get_by_role("button", name="この条件で見る").click()
        expect(page).to_have_url(re.compile(f"level={level}"))
        expect(page.locator(".map path.area")).to_have_count(count)
        expect(page.locator(".districts a")).to_have_count(count)
        features = json.loads(page.locator("#page-data").inner_text())["districts"]["features"]
        names = page.locator(".districts a").all_inner_texts()
        assert sorted(names) == sorted(feature["properties"]["name"] for feature in features)
        expect(page.locator(".sources")).to_contain_text("（国土交通省）を加工して作成")
        look(page, f"{folder}-{level}")

    page.locator(".districts a").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(name)
    expect(page.locator(".map path.area:not(.is-neighbour)")).to_have_count(1)
    expect(page.locator(".map path.area").last).not_to_have_class(re.compile("is-neighbour"))
    look(page, f"{folder}-district")
