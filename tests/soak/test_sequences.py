"""Ten thousand random sequences in the field: each change in the register once, or on its device and shown there.

Printed (``./test tests/soak/test_sequences.py -m soak -s``): benchmarks/RESULTS.md keeps the last. The short version is
tests/routes/test_field_survives.py; whole browsers are walked by test_browsers.py.
"""

import os

import pytest

from tests.living import House
from tests.sequences import Field

pytestmark = pytest.mark.soak

SEED = 20261130
SEQUENCES = int(os.environ.get("ENGAWA_SEQUENCES", "10000"))
TOGETHER = 24  # three times as many as the server has threads


def test_ten_thousand_sequences_lose_nothing(house: House, tmp_path) -> None:
    field = Field(house, tmp_path, SEQUENCES)
    every = SEQUENCES // 10
    strikes = {every * n + every // 2: field.kill_server for n in range(10)}
    strikes |= {every * n: field.kill_database for n in (3, 6, 9)}
    told = field.play(SEED, TOGETHER, strikes)
    print(f"\n{told.counts}\n{told}")
    assert told.problems[:5] == []
