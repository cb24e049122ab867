"""What tests of plans share: a register with the salons that a test puts there, and questions about 碁盤町."""

from datetime import date
from uuid import uuid4

from geo import registry
from geo.edits import ResourceEdit
from geo.gap_questions import GapQuestion
from geo.records import kinds, resources, shelf
from geo.records.shelf import Wanted
from geo.scenario_steps import parse_step
from geo.scope import house
from geo.sources.model_town import corner_lonlat
from geo.travel_profiles import in_use

TOWN = house("99001")
MONDAY = date(2026, 11, 16)


def write(db, resource, edits):
    """Change an entry of the register."""
    revision = resources.load_values(db, TOWN, [resource])[resource][0]
    raw = {"id": uuid4(), "resource": resource, "base": revision, "edits": edits}
    registry.apply(db, TOWN, ResourceEdit.parse(raw))


def close_all(db, kind="salon"):
    """Nothing of the kind runs any more."""
    for row in shelf.list_open(db, TOWN, Wanted(kind=kind)):
        write(db, row.id, {"closed_on": "2026-04-01"})


def register(db, x, y, **values):
    """A salon at a corner; its id."""
    edits = {"kind": "salon", "name": "茶の間", "place": list(corner_lonlat(x, y))}
    edits |= {"place_level": "building", "confirmed_on": "2026-05-20", "eligibility": "anyone"}
    id_ = uuid4()
    raw = {"id": uuid4(), "resource": id_, "base": None, "edits": edits | values}
    registry.apply(db, TOWN, ResourceEdit.parse(raw))
    return id_


def step(db, do, **values):
    """A step of a plan about salons and meals."""
    among = {code: kinds.get(db, TOWN, code) for code in ("salon", "meal_delivery")}
    usual = {"kind": "salon", "name": "新しい茶の間"} if do == "add" else {}
    return parse_step({"id": str(uuid4()), "do": do} | usual | values, among)


class Asking:
    """Questions about 碁盤町: everybody, thirteen minutes on foot unless a test says otherwise."""

    def __init__(self, db, area, residents):
        self.db, self.area, self.residents = db, area, residents

    def question(self, level="municipality", kind="salon", profile="on_foot", **words):
        asked = {"age": "0", "minutes": "13", "profile": profile} | words
        return GapQuestion.parse(asked, (kind,), level, MONDAY, in_use(self.db, TOWN))

    def town(self, **words):
        return (self.db, TOWN, self.residents, self.area, self.question(**words))
