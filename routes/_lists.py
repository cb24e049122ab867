"""A list of resources by pages of a hundred, numbered as on the map."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import request, url_for
from sqlalchemy import Row
from sqlalchemy.orm import Session

from geo.records import intakes, kinds, shelf
from geo.records.kinds import Kind
from geo.records.shelf import Wanted
from geo.scope import Scope
from routes import _cards
from routes._request import JAPAN, kept_sources, today

PAGE = 100


@dataclass(frozen=True, slots=True)
class Listed:
    """One page of a list, and where one stands in it."""

    cards: list[dict[str, Any]]
    pages: dict[str, Any]


def kinds_by_code(db: Session, scope: Scope) -> dict[str, Kind]:
    """The kinds of the scope's municipality."""
    return {kind.code: kind for kind in kinds.list_all(db, scope)}


def listed(db: Session, scope: Scope, wanted: Wanted, total: int, kinds: dict[str, Kind]) -> Listed:
    """The page that the query asks for; a page past the end shows the last one."""
    last = max(1, -(-total // PAGE))
    asked = request.args.get("page", "1")
    page = (
        min(last, max(1, int(asked)))
        if asked.isascii() and asked.isdigit() and len(asked) < 7
        else 1
    )
    first = (page - 1) * PAGE
    rows = shelf.list_open(db, scope, wanted, limit=PAGE, offset=first)
    return Listed(
        [_cards.card(row, number, kinds, today()) for number, row in enumerate(rows, first + 1)],
        {
            "page": page,
            "pages": last,
            "total": total,
            "prev_url": _url(page - 1) if page > 1 else None,
            "next_url": _url(page + 1) if page < last else None,
        },
    )


# Areas whose outlines others are made of, and what names school districts.
_ALWAYS = ("municipality", "town")
_NAMED_BY_SCHOOLS = ("junior_high", "elementary")


def sources(
    db: Session, scope: Scope, level: str, resource: UUID | None = None
) -> list[dict[str, Any]]:
    """Where what is on a page comes from: the last delivery of each list (those that one
    ``resource`` stands in, on its own page), and of the layers drawn with areas of this level.
    Numbers of people say their source themselves, and not every one of those is for everybody."""
    lists = intakes.list_lists_of(db, scope, resource) if resource else None
    runs = kept_sources().of(db, scope, lambda: intakes.list_sources(db, scope), scope.is_public)
    return [
        {
            "id": str(run.id),
            "dataset": run.dataset,
            "target": run.target,
            **run.source,
            "file_name": run.file_name,
            "day": run.at.astimezone(JAPAN).date(),
        }
        for run in runs
        if _is_drawn(run, level) and (lists is None or _is_about(run, lists))
    ]


def _is_drawn(run: Row[Any], level: str) -> bool:
    if run.dataset == "schools":
        return level in _NAMED_BY_SCHOOLS
    if run.dataset == "districts":
        return run.target in (level, *_ALWAYS)
    return run.dataset != "population"


def _is_about(run: Row[Any], lists: list[str]) -> bool:
    return run.dataset != "resources" or run.target in lists


def _url(page: int) -> str:
    given = {**(request.view_args or {}), **request.args.to_dict(), "page": page}
    return url_for(request.endpoint or "", **given)
