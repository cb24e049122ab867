"""What a test puts into the register before it looks."""

from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from geo import registry
from geo.edits import ResourceEdit
from geo.scope import house
from tests.conftest import TOWN


def make(db: Session, municipality: str = TOWN, **values: object) -> UUID:
    """A resource with these fields; returns its id."""
    resource = uuid4()
    edits = {"kind": "salon", "name": "茶の間", "place": [136.01, 32.51], **values}
    raw = {"id": uuid4(), "resource": resource, "base": None, "edits": edits}
    registry.apply(db, house(municipality), ResourceEdit.parse(raw))
    db.commit()  # a savepoint of the test's transaction: a refused request undoes only itself
    return resource
