"""What a test puts into the register before it looks."""

import io
from dataclasses import asdict, replace
from datetime import date
from uuid import UUID, uuid4

from PIL import Image
from sqlalchemy.orm import Session

from geo import conflicts, photos, registry, scenario_book
from geo.edits import ResourceEdit
from geo.errors import Conflict
from geo.public_gaps import Told
from geo.records import public_gaps, siting_plans
from geo.records.siting_plans import SitingPlan
from geo.scope import Scope, house
from tests.conftest import TOWN


def make(db: Session, municipality: str = TOWN, **values: object) -> UUID:
    """A resource with these fields; returns its id."""
    resource = uuid4()
    edits = {"kind": "salon", "name": "茶の間", "place": [136.01, 32.51], **values}
    raw = {"id": uuid4(), "resource": resource, "base": None, "edits": edits}
    registry.apply(db, house(municipality), ResourceEdit.parse(raw))
    db.commit()  # a savepoint of the test's transaction: a refused request undoes only itself
    return resource


def make_photo(db: Session, scope: Scope, resource: UUID, *, is_public: bool = False) -> UUID:
    """A green picture of a resource; returns its id."""
    out, id_ = io.BytesIO(), uuid4()
    Image.new("RGB", (40, 30), "green").save(out, "JPEG")
    values = photos.parse({"has_faces": "no", "caption": "入口"})
    photos.receive(db, scope, id_, resource, values, photos.developed(out.getvalue()))
    if is_public:
        photos.change(db, scope, id_, has_faces="no", is_public=True, caption="入口")
    db.commit()
    return id_


def make_scenario(
    db: Session,
    scope: Scope,
    name: str = "茶の間がもうひとつ",
    *steps: dict[str, object],
    **words: str,
) -> UUID:
    """A plan about salons: everybody, thirteen minutes on foot unless ``words`` say otherwise; returns its id."""
    asked = {"level": "municipality", "age": "0", "minutes": "13", "profile": "on_foot"} | words
    id_ = scenario_book.begin(db, scope, uuid4(), name, ["salon"], asked, steps, date(2026, 11, 16))
    db.commit()
    return id_


def make_conflict(db: Session, scope: Scope, resource: UUID, **ours: object) -> UUID:
    """A change of the field that met another one of the fee; returns its id."""
    theirs = ResourceEdit(uuid4(), resource, None, {"fee": "50円"})
    now = registry.resources.load_values(db, scope, [resource])[resource][0]
    registry.apply(db, house(scope.municipality), replace(theirs, base=now))
    edit = ResourceEdit(uuid4(), resource, now, {"fee": "60円", **ours})
    try:
        registry.apply(db, scope, edit)
    except Conflict as error:
        undone = error
    conflicts.keep(db, scope, edit, undone, None)
    db.commit()
    return edit.draft


def make_plan(db: Session, municipality: str, kind: str) -> UUID:
    """A plan of where to open that waits for a worker; returns its id."""
    plan = uuid4()
    row = {"kind": kind, "as_of": date(2026, 11, 1), "asked": {"most": "1"}, "left_out": []}
    row |= {"candidates": [["集会所", 136.01, 32.51, False, ""]], "account": None}
    siting_plans.save(
        db, house(municipality), SitingPlan(id=plan, municipality=municipality, **row)
    )
    return plan


def make_gap_table(db: Session, municipality: str) -> str:
    """A table that residents see, of nobody and nothing; returns the municipality."""
    level = {"code": "municipality", "name": "市町村"}
    told = Told(level, 75, 30, [], [{"tens": 0, "few": False}], [], [], None, [])
    public_gaps.save(db, house(municipality), date(2026, 11, 1), asdict(told))
    db.commit()
    return municipality
