"""A run of an import: the file at the gate, the books that are kept of it, how it opens and closes."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from geo import kinds, locate, municipalities, originals
from geo.errors import Invalid, NotAllowed
from geo.forgetting import without
from geo.records import audit, intakes, versions
from geo.records import kinds as kind_records
from geo.records import municipalities as municipality_records
from geo.records.intakes import Intake
from geo.records.municipalities import Municipality
from geo.scope import Role, Scope
from geo.sources.delivery import tidy

LISTED = 500  # our choice: lines of one reason that a person reads; a page of 100,000 opens nowhere
LISTED_MISSING = 2_000
LONGEST = 1_000  # signs of one thing in a report


@dataclass(frozen=True, slots=True)
class Delivery:
    """A file at the gate.

    path          where it lies
    originals     the folder in which the original is kept; None for a dry run, which keeps nothing
    dictionaries  the folder of the dictionaries of addresses, if not beside the originals
    """

    path: Path
    originals: Path | None
    dictionaries: Path | None = None

    @property
    def name(self) -> str:
        """As its sender called it, without what a terminal or the database cannot bear."""
        return originals.harmless_name(self.path.name)

    @property
    def address_books(self) -> Path | None:
        """The folder of the dictionaries of addresses; None where nothing may be kept."""
        if self.dictionaries or self.originals is None:
            return self.dictionaries
        return locate.dictionaries(self.originals)


@dataclass(slots=True)
class Report:
    """The quality report while it is being written; becomes Intake.report."""

    source: dict[str, Any]
    assumptions: list[str]
    rows: list[dict[str, Any]] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    missing_keys: list[str] = field(default_factory=list)
    unlisted: dict[str, int] = field(default_factory=dict)
    told: Counter[str] = field(default_factory=Counter)
    refused_rows: set[tuple[str, int]] = field(default_factory=set)

    def count_unlisted(self, *, refused: int, missing: int) -> None:
        """Rows that are too many to be told one by one: counted, not listed."""
        self.unlisted = {"refused": refused, "missing": missing}

    def miss(self, named: dict[str, str]) -> None:
        """What is no longer delivered: key by which its source called it → its name."""
        self.missing, self.missing_keys = list(named.values()), list(named)

    def say(
        self,
        row: int,
        name: str | None,
        reason: str,
        *,
        refused: bool,
        detail: object = "",
        sheet: str = "",
        about: Sequence[UUID] = (),
    ) -> None:
        """One line: which row (of which sheet), what about it, and whether it was refused or only
        remarked upon; ``about`` which resources, where a person must decide. Of one reason the
        first LISTED lines are told, the rest is counted."""
        if refused:
            self.refused_rows.add((sheet, row))
        self.told[reason] += 1
        if self.told[reason] > LISTED:
            return
        line = {
            "row": row,
            "name": name or "",
            "reason": reason,
            "refused": refused,
            "detail": detail,
        }
        named = {"sheet": sheet, "about": [str(id_) for id_ in about]}
        self.rows.append(line | {name: value for name, value in named.items() if value})

    def withdraw(self, rows: Collection[tuple[int, str]], reason: str) -> None:
        """Take back what was said of some rows (number, name) and turned out otherwise."""
        kept = [
            line
            for line in self.rows
            if line["reason"] != reason or (line["row"], line["name"]) not in rows
        ]
        self.told[reason] -= len(self.rows) - len(kept)
        self.rows = kept

    def forget(self, said: Sequence[str]) -> None:
        """Mark out what a host had wiped and a list delivers again (``forgetting.worth_seeking``)."""
        for line in self.rows:
            line |= {part: without(line[part], said) for part in ("name", "detail")}
        self.missing = without(self.missing, said)

    @property
    def refused(self) -> int:
        return len(self.refused_rows) + self.unlisted.get("refused", 0)

    @property
    def more(self) -> dict[str, int]:
        """Reason → lines that are counted and not told."""
        return {reason: n - LISTED for reason, n in sorted(self.told.items()) if n > LISTED}


def open_municipality(db: Session, scope: Scope, name: str = "") -> Municipality:
    """The municipality of the scope, opened with its kinds when nothing was imported before.

    Raises Invalid for a code that data/municipalities.csv lacks and no ``name`` was given for.
    """
    if scope.role not in (Role.ADMINISTRATOR, Role.OFFICIAL) or scope.municipality is None:
        raise NotAllowed(action="import")
    known = municipalities.find(scope.municipality, name)
    if known is None:
        raise Invalid(fields={"municipality": "unknown_municipality"})
    row = Municipality(
        code=known.code,
        prefecture=known.prefecture,
        name=known.name,
        kana=known.kana,
        zone=known.zone,
        insurer=known.code,
    )
    municipality_records.save(db, scope, row)
    kind_records.save_defaults(db, scope, kinds.defaults())
    return municipality_records.get(db, scope, scope.municipality)


def begin(db: Session, scope: Scope, delivery: Delivery, dataset: str, target: str) -> Intake:
    """The row of this run, written first so that what it brings can point at it."""
    run = Intake(
        id=uuid4(),
        municipality=scope.municipality,
        dataset=dataset,
        target=target,
        file_name=delivery.name,
        sha256=originals.keep(delivery.path, delivery.originals),
        account=scope.account,
        rows=0,
        added=0,
        changed=0,
        unchanged=0,
        missing=0,
        refused=0,
        report={},
    )
    intakes.save(db, scope, run)
    return run


def finish(db: Session, scope: Scope, run: Intake, report: Report, written: str | None) -> Intake:
    """Close the books of a run: counts, report, one line of audit, the versions of what changed."""
    run.missing = len(report.missing) + report.unlisted.get("missing", 0)
    run.refused = report.refused
    run.rows = run.added + run.changed + run.unchanged + run.refused
    run.report = {
        "source": _kept(report.source),
        "assumptions": _kept(report.assumptions),
        "rows": _kept(sorted(report.rows, key=lambda line: (not line["refused"], line["row"]))),
        "missing": _kept(report.missing[:LISTED_MISSING]),
        "missing_keys": report.missing_keys[:LISTED_MISSING],
        "more": report.more,
    }
    for noun in filter(None, ("intakes", written)):
        versions.raise_version(db, scope, noun)
    counts = {
        name: getattr(run, name) for name in ("added", "changed", "unchanged", "missing", "refused")
    }
    audit.save(db, scope, "import", "intake", run.id, None, {"sha256": run.sha256, **counts})
    db.flush()
    return run


def _kept(told: Any) -> Any:
    """What a report says, without signs that the database cannot keep, and no longer than a person
    reads."""
    if isinstance(told, str):
        return tidy(told)[:LONGEST]
    if isinstance(told, dict):
        return {name: _kept(value) for name, value in told.items()}
    return [_kept(value) for value in told] if isinstance(told, list | tuple) else told


def grouped(
    lines: list[dict[str, Any]], more: Mapping[str, int], shown: int
) -> list[dict[str, Any]]:
    """Lines of a report under their reason, refused ones first, then the most frequent:
    [{"reason", "refused", "rows": distinct rows, "lines": the first ones}].

    more  reason → lines that the report has counted and not told
    """
    groups: dict[tuple[str, bool], list[dict[str, Any]]] = {}
    for line in lines:
        groups.setdefault((line["reason"], line["refused"]), []).append(line)
    found = [
        {
            "reason": reason,
            "refused": refused,
            "rows": len({_row(line) for line in held}) + more.get(reason, 0),
            "lines": held[:shown],
        }
        for (reason, refused), held in groups.items()
    ]
    return sorted(found, key=lambda group: (not group["refused"], -group["rows"], group["reason"]))


def _row(line: Mapping[str, Any]) -> tuple[str, object]:
    return line.get("sheet", ""), line["row"] or line["name"]


def source(**said: str) -> dict[str, Any]:
    """What a file says of itself; what it does not say is empty."""
    parts = (
        "layer",
        "edition",
        "encoding",
        "crs",
        "name_field",
        "key_column",
        "sheets",
        "publisher",
        "licence",
    )
    return {name: said.get(name, "") for name in parts}
