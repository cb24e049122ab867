"""A house of its own for each file of the long suite."""

from collections.abc import Iterator

import pytest

from tests.living import House, living_house


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    with living_house() as house:
        yield house
