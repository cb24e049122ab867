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

_SAID = {
    "no_town": "address_not_found",
    "no_such_chome": "address_not_found",
    "no_place": "address_without_place",
    "outside": "address_outside",
}


def with_places(
    db: Session, scope: Scope, folder: Path, delivered: Sequence[Delivered], report: Report
) -> list[Delivered]:
    """The same rows, those without coordinates placed by their address; the report says which, how
    well, and why others were not.

    folder  holds the dictionaries
    """
    asked = [row for row in delivered if not row.values["place"] and row.values["address"]]
    answers = locate(db, scope, folder, [row.values["address"] for row in asked]) if asked else []
    if answers is None:
        report.assumptions.append("no_addresses")
        return list(delivered)
    placed: dict[int, Delivered] = {}
    for row, answer in zip(asked, answers, strict=True):
        code, detail = _remark(answer)
        report.say(row.row, row.values["name"], code, refused=False, detail=detail)
        if isinstance(answer, Found):
            place = {"place": list(answer.lonlat), "place_level": answer.level}
            placed[row.row] = replace(row, values=row.values | place)
    report.withdraw(placed.keys(), "no_coordinates")
    return [placed.get(row.row, row) for row in delivered]


def _remark(answer: Answer) -> tuple[str, str]:
    """The code for the report, and what explains it."""
    if isinstance(answer, Found):
        return f"placed_by_{answer.level}", answer.matched
    if isinstance(answer, Several):
        return "address_ambiguous", "、".join(found.name for found in answer.candidates)
    return _SAID.get(answer.reason, "address_not_found"), answer.like
