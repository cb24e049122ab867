"""Which list a delivery is a new edition of: told by its rows."""

import pytest

from geo import intake
from geo.intake import Delivery
from geo.scope import house
from tests.conftest import TOWN

HEADER = "ID,名称,住所,種別\n"


@pytest.fixture
def bring(db, tmp_path):
    """bring(name of the file, row, …) -> the run."""

    def make(name, *rows):
        path = tmp_path / name
        path.write_text(HEADER + "\n".join(rows) + "\n", encoding="utf-8")
        return intake.run_resources(db, house(TOWN), Delivery(path, tmp_path / "o"))

    return make


SALONS = ("1,茶話会,松葉1,サロン", "2,なかよし,松葉2,サロン", "3,ひだまり,松葉3,サロン")
SHOPS = ("1,まるよし,緑丘1,食料品店", "2,みどり,緑丘2,食料品店")


def counts(run):
    return run.target, run.added, run.changed, run.unchanged, run.missing


def test_two_lists_that_number_from_one_do_not_write_over_each_other(bring):
    assert counts(bring("salons.csv", *SALONS)) == ("other", 3, 0, 0, 0)
    assert counts(bring("shops.csv", *SHOPS)) == ("other/2", 2, 0, 0, 0)
    assert counts(bring("salons.csv", *SALONS)) == ("other", 0, 0, 3, 0)


def test_two_lists_of_one_file_name_are_told_apart(bring):
    bring("list.csv", *SALONS)
    assert counts(bring("list.csv", *SHOPS)) == ("other/2", 2, 0, 0, 0)


def test_a_new_edition_under_another_name_is_the_same_list(bring):
    bring("R8.csv", *SALONS)
    later = bring("R9.csv", *SALONS[:2], "4,あたらしい会,松葉4,サロン")
    assert counts(later) == ("other", 1, 0, 2, 1)


def test_a_list_that_was_renewed_from_top_to_bottom_is_known_by_its_file_name(bring):
    bring("salons.csv", *SALONS)
    renewed = bring("salons.csv", "7,あかり,松葉7,サロン", "8,みなみ,松葉8,サロン")
    assert counts(renewed) == ("other", 2, 0, 0, 3)
