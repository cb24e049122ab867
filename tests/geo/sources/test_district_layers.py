"""Editions of the ministry's data, told apart by their property names."""

import pytest

from geo.errors import Unreadable
from geo.sources.district_layers import DistrictLayer, recognise

A27_OLD = {"A27_005", "A27_006", "A27_007", "A27_008"}
A27_NEW = {"A27_001", "A27_002", "A27_003", "A27_004", "A27_005"}
A32_OLD = {"A32_006", "A32_007", "A32_008", "A32_009", "A32_010"}
A32_NEW = {"A32_001", "A32_002", "A32_003", "A32_004", "A32_005"}
N03 = {"N03_001", "N03_002", "N03_003", "N03_004", "N03_007"}


@pytest.mark.parametrize(
    ("present", "expected"),
    [
        (A27_OLD, ("a27", "2010-2016", "A27_005", "", "A27_007", "A27_008")),
        (A27_NEW, ("a27", "2021-2023", "A27_001", "A27_003", "A27_004", "A27_005")),
        (A32_OLD, ("a32", "2013-2016", "A32_006", "", "A32_008", "A32_009")),
        (A32_NEW, ("a32", "2021-2023", "A32_001", "A32_003", "A32_004", "A32_005")),
        (N03, ("n03", "", "N03_007", "N03_007", "N03_004", "")),
        ({"名称", "コード"}, ("generic", "", "", "コード", "名称", "")),
    ],
)
def test_each_edition_keeps_its_fields_elsewhere(present, expected):
    """Layer, edition, and the properties for municipality, code, name and address."""
    assert recognise(present, "", None) == DistrictLayer(*expected)


def test_the_real_estate_library_writes_its_names_with_ja():
    present = (A32_NEW - {"A32_004"}) | {"A32_004_ja"}
    assert recognise(present, "", None).name == "A32_004_ja"


@pytest.mark.parametrize(
    ("present", "named", "edition"),
    [
        (A27_OLD, "A27-10_18.geojson", "2010"),
        (A32_OLD, "A32-16_18207 school.geojson", "2016"),
        (A32_NEW, "a32-23_18.geojson", "2023"),
        (N03, "N03-20240101_18.geojson", "2024"),
        (N03, "N03-190101_18.geojson", "2019"),
        (N03, "N03-19_18_190101.geojson", "2019"),
        (A32_NEW, "中学校区.geojson", "2021-2023"),
    ],
)
def test_the_year_is_read_from_the_name_where_it_says_one(present, named, edition):
    assert recognise(present, named, None).edition == edition


def test_the_person_who_imports_may_say_which_property_is_the_name():
    assert recognise({"name", "圏域"}, "", "圏域").name == "圏域"
    assert recognise(A32_OLD, "", "A32_007").name == "A32_007"


def test_a_name_property_that_is_not_there_is_refused():
    with pytest.raises(Unreadable) as error:
        recognise({"name"}, "", "圏域")
    assert error.value.facts == {"reason": "name_field_missing", "field": "圏域"}
