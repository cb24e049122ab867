"""変わること: what a run has added and changed, field by field, for people to look at.

Resources keep their history, and a run's own revisions say it all. For areas and schools the
records are looked at before and after.
"""

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from geo.records import groupings, schools, written
from geo.records.intakes import Intake
from geo.scope import Scope

Rows = dict[UUID, dict[str, Any]]
Standing = Callable[[Session, Scope, Mapping[str, Any]], Rows]

ADDED_SHOWN = 10  # our choice: enough to see whether the columns were understood
CHANGED_SHOWN = 500  # our choice: more than anybody reads; the rest is counted
_IDS = re.compile(r"\b[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\b")


@dataclass(frozen=True, slots=True)
class Changes:
    """What would be, or was, written.

    added    the first new rows, as they would stand
    changed  the first changed ones: {"id", "name", "fields": [{"field", "before", "after"}]}
    digest   of everything that was written, new ids aside: two runs that do the same have the
             same one
    """

    added: list[dict[str, Any]]
    changed: list[dict[str, Any]]
    digest: str


def list_changes(db: Session, scope: Scope, run: Intake, before: Rows, after: Rows) -> Changes:
    """What a run has done, as far as this transaction has it."""
    if run.dataset == "resources":
        return _of_resources(db, scope, run)
    new = [after[id_] for id_ in after if id_ not in before]
    changed = [
        {"id": str(id_), "name": before[id_]["name"], "fields": _differing(before[id_], row)}
        for id_, row in after.items()
        if id_ in before and before[id_] != row
    ]
    content = json.dumps([new, changed], ensure_ascii=False, sort_keys=True, default=str)
    return Changes(new[:ADDED_SHOWN], changed[:CHANGED_SHOWN], _digest(content, _books(run)))


def _of_resources(db: Session, scope: Scope, run: Intake) -> Changes:
    return Changes(
        written.list_added(db, scope, run.id, ADDED_SHOWN),
        [
            {
                "id": str(row.resource),
                "name": row.name,
                "fields": [
                    {"field": field, "before": row.before.get(field), "after": after}
                    for field, after in row.changed.items()
                ],
            }
            for row in written.list_changed(db, scope, run.id, CHANGED_SHOWN)
        ],
        _digest(written.load_digest(db, scope, run.id), _books(run)),
    )


def standing_areas(db: Session, scope: Scope, said: Mapping[str, Any]) -> Rows:
    """Areas of the level that was named: code, name, size, and what each is made of."""
    level = said["level"]
    sizes = groupings.load_sizes(db, scope, level)
    return {
        row.id: {
            "code": row.code,
            "name": row.name,
            "outline": sizes.get(row.id),
            "towns": [line.town + (f"（{line.note}）" if line.note else "") for line in row.towns],
        }
        for row in groupings.list_groupings(db, scope, level)
    }


def standing_schools(db: Session, scope: Scope, _said: Mapping[str, Any]) -> Rows:
    """Schools, field by field."""
    return {
        row.id: {
            "name": row.name,
            "code": row.code,
            "address": row.address,
            "place": [row.lon, row.lat],
        }
        for row in schools.list_points(db, scope)
    }


def _differing(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [
        {"field": field, "before": before[field], "after": value}
        for field, value in after.items()
        if before[field] != value
    ]


def _books(run: Intake) -> str:
    """Counts and report of a run, without the ids that each run makes anew."""
    counts = [run.rows, run.added, run.changed, run.unchanged, run.missing, run.refused]
    return _IDS.sub("", json.dumps([counts, run.report], ensure_ascii=False, sort_keys=True))


def _digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def as_json(changes: Changes) -> dict[str, Any]:
    """Changes as a preview keeps them."""
    return asdict(changes)
