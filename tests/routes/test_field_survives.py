"""Forty random sequences in the field, a server killed by kill -9 among them; tests/soak plays ten thousand."""

import pytest

from tests.sequences import Borrowed, Field


@pytest.fixture
def house(databases, tmp_path):
    copy = databases.copy()
    house = Borrowed(tmp_path / "var", copy)
    house.serve()
    yield house
    house.close()
    copy.drop()


def test_forty_sequences_lose_nothing(house, tmp_path) -> None:
    field = Field(house, tmp_path, 40)
    told = field.play(seed=5, together=8, strikes={20: field.kill_server})
    print(f"\n{told.counts}\n{told}")
    assert told.problems[:5] == []
