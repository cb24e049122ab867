"""In which order tests are run, and by whom; what they are given is in ``tests/town.py``, and read by that name or this."""

import gc
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

pytest.register_assert_rewrite("tests.town")  # a conftest further in may open it before we do

# The files that take longest, begun first: one of them begun last would keep one process busy alone.
LONGEST = (
    *("routes/test_matrix.py", "geo/test_survives.py", "geo/sources/test_hostile.py"),
    *("scripts/test_serve.py", "routes/test_commands.py", "geo/test_backups.py"),
    *("routes/test_field_survives.py", "geo/test_year.py", "scripts/test_cluster.py"),
    *("geo/test_possible_homes.py", "geo/intake/test_resources.py", "routes/test_resources.py"),
    *("geo/test_twins_measured.py", "routes/test_backup_commands.py", "geo/test_workbook.py"),
    *("routes/test_strangers.py", "routes/test_gap_areas.py", "geo/test_printing.py"),
    *("routes/test_scenarios.py", "routes/test_attack.py"),
    *("walks/test_coordinator.py", "walks/test_mihon.py", "walks/test_office.py"),
    *("walks/test_gaps.py", "walks/test_field.py", "walks/test_resident.py"),
    *("walks/test_entry.py", "walks/test_field_keeping.py", "walks/test_imports.py"),
    *("walks/test_visits.py", "walks/test_accounts.py", "walks/test_field_mending.py"),
    *("walks/test_campaign.py", "walks/test_twins.py"),
)


def pytest_configure(config: pytest.Config) -> None:
    """A process that hands tests out to others (pytest-xdist) needs nothing of the house: they would wait for it."""
    if hasattr(config, "workerinput") or not config.getoption("numprocesses", None):
        config.pluginmanager.import_plugin("tests.town")


def __getattr__(name: str) -> Any:
    if name.startswith(("__", "pytest_")):
        raise AttributeError(name)
    return getattr(import_module("tests.town"), name)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest files first, the others as they stand."""
    place = {Path(__file__).parent / name: number for number, name in enumerate(LONGEST)}
    items.sort(key=lambda item: place.get(item.path, len(place)))


def pytest_collection_finish() -> None:
    """What all modules and tests hold stays until the end: nothing in it need be looked for again and again, nor so
    often for what a test leaves behind."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)
