"""みほん市, written once for every test that looks at it."""

from pathlib import Path

import pytest

from geo.sources import mihon


@pytest.fixture(scope="session")
def city(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("mihon")
    mihon.write(folder)
    return folder
