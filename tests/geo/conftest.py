"""みほん市, written once for every test that looks at it; 碁盤町 with one salon, and what it is asked."""

from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy.orm import Session

from geo import registry
from geo.area import Folders, open_area
from geo.edits import ResourceEdit
from geo.gap_map import gap_map
from geo.gap_questions import GapQuestion
from geo.possible_homes import Residents
from geo.records import resources, shelf
from geo.records.shelf import Wanted
from geo.sources.model_town import corner_lonlat
from geo.streets.profile import get_profile
from geo.travel_profiles import in_use
from tests.geo.gap_asking import MONDAY, TOWN


@pytest.fixture(scope="session")
def city(drawn_city) -> Path:
    return drawn_city


@pytest.fixture
def salon(db):
    """salon(x, y, …) -> the only salon of the town stands at a corner; more of them may be added."""
    for row in shelf.list_open(db, TOWN, Wanted(kind="salon")):
        revision = resources.load_values(db, TOWN, [row.id])[row.id][0]
        edits = {"closed_on": "2026-04-01"}
        raw = {"id": uuid4(), "resource": row.id, "base": revision, "edits": edits}
        registry.apply(db, TOWN, ResourceEdit.parse(raw))

    def add(x, y, **values):
        edits = {"kind": "salon", "name": "茶の間", "place": list(corner_lonlat(x, y))}
        edits |= {"place_level": "building", "confirmed_on": "2026-05-20", "eligibility": "anyone"}
        raw = {"id": uuid4(), "resource": uuid4(), "base": None, "edits": edits | values}
        registry.apply(db, TOWN, ResourceEdit.parse(raw))

    return add


@pytest.fixture(scope="session")
def opened(engine, var):
    """The streets of 碁盤町 and who lives there, opened once as a server does."""
    residents = Residents()
    with Session(engine) as db:
        area = open_area(db, TOWN, Folders(var / "originals", var / "networks"))
        residents.of(db, TOWN, area, get_profile("on_foot"))
    return area, residents


@pytest.fixture
def town_area(opened):
    """The streets of 碁盤町."""
    return opened[0]


@pytest.fixture
def residents(opened):
    """Who lives there; who lives in a town that a test has changed is kept for that test alone."""
    own = Residents()
    own._kept.update(opened[1]._kept)
    return own


@pytest.fixture
def ask(db, town_area, residents):
    """ask(level, kind, profile, …) -> the answer; several kinds with commas between them."""

    def asking(level="municipality", kind="salon", profile="on_foot", **words):
        words = {"age": "0", "profile": profile} | words
        among = in_use(db, TOWN)
        question = GapQuestion.parse(words, tuple(kind.split(",")), level, MONDAY, among)
        return gap_map(db, TOWN, residents, town_area, question, MONDAY)

    return asking
