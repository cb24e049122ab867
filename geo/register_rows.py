"""台帳の一行: a change as records.resource_rows writes it, with the place that residents see."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from geo import blur
from geo.records import resource_rows
from geo.scope import Scope
from geo.words import search_key


@dataclass(frozen=True, slots=True)
class Change:
    """What is to be written for one resource: all its fields, and what was different before."""

    resource: UUID
    revision: int
    values: dict[str, Any]
    before: dict[str, Any]
    changed: dict[str, Any]
    draft: UUID | None = None
    intake: UUID | None = None


def rows_of(
    db: Session, scope: Scope, changes: Sequence[Change], provider_ids: Mapping[str, UUID]
) -> list[dict[str, Any]]:
    """Changes as records.resource_rows takes them; blurred places are blurred all at once."""
    hidden = blur.hide(
        db,
        scope,
        {
            change.resource: (change.values["place"][0], change.values["place"][1])
            for change in changes
            if change.values["place"] and change.values["place_shown"] == "blurred"
        },
    )
    return [_row(change, provider_ids, hidden.get(change.resource)) for change in changes]


def _row(
    change: Change, provider_ids: Mapping[str, UUID], hidden: blur.Blurred | None
) -> dict[str, Any]:
    values = change.values
    lon, lat = values["place"] or (None, None)
    shown = (None, None) if values["place_shown"] == "hidden" else (lon, lat)
    shown_lon, shown_lat = hidden.lonlat if hidden else shown
    provider = provider_ids.get(values["provider"])
    return {
        **{field: values[field] for field in (*resource_rows.WRITTEN, *resource_rows.CHILDREN)},
        "id": str(change.resource),
        "revision": change.revision,
        "provider": str(provider) if provider else None,
        "search_key": " ".join(map(search_key, _names(values))),
        "lon": lon,
        "lat": lat,
        "shown_lon": shown_lon,
        "shown_lat": shown_lat,
        "blur": hidden.kept if hidden else None,
        "draft": str(change.draft) if change.draft else None,
        "intake": str(change.intake) if change.intake else None,
        "before": change.before,
        "changed": change.changed,
    }


def _names(values: Mapping[str, Any]) -> tuple[str, ...]:
    """What somebody may call it."""
    return values["name"], values["kana"], *values["other_names"]
