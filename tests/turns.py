"""Two writers at one resource, in any order, from any revision they may have seen, each draft sent
any number of times: what the gate must answer, worked out beside it, and what must be there at
the end. Nothing lost, nothing twice.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from uuid import UUID, uuid4

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from geo import registry
from geo.edits import EMPTY, ResourceEdit
from geo.errors import Conflict, Invalid
from geo.records import audit, resources
from geo.scope import Role, Scope
from tests.conftest import TOWN

FIELDS = ("fee", "booking", "phone")
WORDS = st.sampled_from(["", "い", "ろ", "は"])
# A writer, how many revisions ago she looked, what she writes; or the how-manyeth draft once more.
WRITES = st.tuples(
    st.integers(0, 1),
    st.integers(0, 3),
    st.dictionaries(st.sampled_from(FIELDS), WORDS, min_size=1, max_size=2),
)
STEPS = st.lists(st.one_of(WRITES, st.integers(0, 5)), min_size=2, max_size=9)


def sequences(count: int) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """As many sequences, the same ones every time; one that fails is made as short as it can be."""
    setting = settings(
        max_examples=count,
        derandomize=True,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    return lambda test: setting(given(steps=STEPS)(test))


@dataclass
class Beside:
    """The register as it should be, without a database."""

    values: dict[str, str] = field(default_factory=lambda: dict.fromkeys(FIELDS, ""))
    changes: list[dict[str, str]] = field(
        default_factory=lambda: [{}]
    )  # revision 1 is the addition
    heard: dict[UUID, UUID] = field(default_factory=dict)  # draft -> who sent it first

    def answer(self, edit: ResourceEdit, writer: UUID) -> object:
        """What the gate should say: a revision, or the fields that it refuses over."""
        if edit.draft in self.heard:
            return len(self.changes) if self.heard[edit.draft] == writer else "used_elsewhere"
        later = {name for change in self.changes[edit.base :] for name in change}
        theirs = {n: self.values[n] for n in edit.values if n in later and self._differs(edit, n)}
        if theirs:
            return theirs
        self.heard[edit.draft] = writer
        changed = {name: edit.values[name] for name in edit.values if self._differs(edit, name)}
        if changed:
            self.changes.append(changed)
            self.values |= changed
        return len(self.changes)

    def _differs(self, edit: ResourceEdit, name: str) -> bool:
        return self.values[name] != edit.values[name]


def play(db: Session, steps: list) -> None:
    """One sequence, and everything that must be so during it and after it."""
    with db.begin_nested() as undone:
        writers = [Scope(TOWN, Role.OFFICIAL, account=uuid4()) for _ in range(2)]
        resource = uuid4()
        new = {"kind": "salon", "name": "茶の間"}
        registry.apply(db, writers[0], ResourceEdit(uuid4(), resource, None, new))
        beside, sent = Beside(), []
        for step in steps:
            if isinstance(step, tuple):
                writer, behind, values = step
                base = max(1, len(beside.changes) - behind)
                sent.append((writers[writer], ResourceEdit(uuid4(), resource, base, values)))
            elif sent:
                sent.append(sent[step % len(sent)])
            if sent:
                scope, edit = sent[-1]
                assert _told(db, scope, edit) == beside.answer(edit, scope.account)
        _is_so(db, resource, beside)
        undone.rollback()


def _told(db: Session, scope: Scope, edit: ResourceEdit) -> object:
    try:
        with db.begin_nested():
            return registry.apply(db, scope, edit)
    except Conflict as error:
        return error.facts["theirs"]
    except Invalid as error:
        return error.facts["fields"]["draft"]


def _is_so(db: Session, resource: UUID, beside: Beside) -> None:
    scope = Scope(TOWN, Role.OFFICIAL)
    revision, now = resources.load_values(db, scope, [resource])[resource]
    history = resources.list_revisions(db, scope, resource)[::-1]
    written = audit.list_of(db, scope, "resource", resource)[::-1]
    assert {name: now[name] for name in FIELDS} == beside.values
    assert [row.revision for row in history] == list(range(1, revision + 1))
    assert [row.changed for row in history[1:]] == beside.changes[1:]
    assert [row.after for row in written[1:]] == beside.changes[1:]
    values = dict(EMPTY)
    for row in history:
        assert row.before == {name: values[name] for name in row.changed}
        values |= row.changed
    assert all(resources.find_draft(db, scope, draft) for draft in beside.heard)
