"""住所から場所へ: rows that have an address and no coordinates get the place their address says.

What is found is delivered as any other value of the row, so the three-way merge decides: a person's
place stands, and an edition that brings coordinates takes over.
"""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from sqlalchemy.orm import Session

from geo.addresses import Answer, Found, Several
from geo.intake.report import Report
from geo.locate import locate
from geo.registry import Delivered
from geo.scope import Scope

NO_ADDRESSES = "no_addresses"
_SAID = {
    "no_town": "address_not_found",
    "no_such_chome": "address_not_found",
    "no_place": "address_without_place",
    "outside": "address_outside",
}


def with_places(
    db: Session,
    scope: Scope,
    folder: Path | None,
    delivered: Sequence[Delivered],
    report: Report,
) -> list[Delivered]:
    """The same rows, those without coordinates placed by their address; the report says which, how
    well, and why others were not. A whole list, or some thousand rows of it after the other.

    folder  holds the dictionaries; without one nothing is placed
    """
    rows = list(delivered)
    if folder is None:
        return rows
    asked = [at for at, row in enumerate(rows) if not row.values["place"] and row.values["address"]]
    texts = [rows[at].values["address"] for at in asked]
    answers = locate(db, scope, folder, texts) if texts else []
    if answers is None:
        if NO_ADDRESSES not in report.assumptions:
            report.assumptions.append(NO_ADDRESSES)
        return rows
    report.withdraw({(rows[at].row, rows[at].values["name"]) for at in asked}, "no_coordinates")
    for at, answer in zip(asked, answers, strict=True):
        row, name = rows[at], rows[at].values["name"]
        code, detail = _remark(answer)
        report.say(row.row, name, code, refused=False, detail=detail)
        if isinstance(answer, Found):
            place = {"place": list(answer.lonlat), "place_level": answer.level}
            rows[at] = replace(row, values=row.values | place)
    return rows


def _remark(answer: Answer) -> tuple[str, str]:
    """The code for the report, and what explains it."""
    if isinstance(answer, Found):
        return f"placed_by_{answer.level}", answer.matched
    if isinstance(answer, Several):
        return "address_ambiguous", "、".join(found.name for found in answer.candidates)
    return _SAID.get(answer.reason, "address_not_found"), answer.like
