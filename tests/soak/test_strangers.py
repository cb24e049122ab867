"""Anything sent to every door that is open to everybody, ten thousand times (tests/strangers.py)."""

import pytest

from tests.routes.test_strangers import play
from tests.strangers import doors

pytestmark = pytest.mark.soak


def test_ten_thousand_strange_requests(app, client, db) -> None:
    each = -(-10_000 // len(doors(app)))
    assert play(app, client, db, 7, each)[:5] == []
