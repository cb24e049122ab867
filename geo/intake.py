"""取り込み: one outside file becomes records, in one transaction, with a report on every row.

What it reads, it keeps: the original by its checksum, the counts, a reason for each row that was
refused, each assumption that was made. Reading the same file again changes nothing but adds the
report of that run.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import shapely
from sqlalchemy.orm import Session

from geo import kinds, municipalities, originals, registry
from geo.days import parse_date
from geo.edits import opening_values, parse_values
from geo.errors import Invalid, NotAllowed, Unreadable
from geo.openings import parse_openings
from geo.records import audit, districts, intakes, versions
from geo.records import kinds as kind_records
from geo.records import municipalities as municipality_records
from geo.records.database import take_turns
from geo.records.districts import DistrictToKeep, Level
from geo.records.intakes import Intake
from geo.records.municipalities import Municipality
from geo.scope import Role, Scope
from geo.sources import districts as district_files
from geo.sources import municipal_csv
from geo.sources.districts import DistrictFile, DistrictRow
from geo.sources.municipal_csv import ResourceFile, ResourceRow
from geo.words import search_key

# Levels by their usual names, the widest first (PRACTICE, "Areas"); any other code is free.
LEVELS = {
    "municipality": ("市町村", 0),
    "living_area": ("日常生活圏域", 10),
    "center_area": ("地域包括支援センターの担当区域", 20),
    "second_layer": ("第2層の区域", 30),
    "junior_high": ("中学校区", 40),
    "elementary": ("小学校区", 50),
    "chiku": ("地区", 60),
    "town": ("町丁・字", 70),
}
OTHER_RANK = 80
# Columns that only count rows: another edition numbers them anew, so they identify nothing.
RUNNING_NUMBERS = ("NO", "No", "No.", "番号")
# Words for days that are not planned: read, not left unread.
UNPLANNED = ("", "不定期", "随時")
# A dataset form that says by itself what its rows are.
KIND_OF_FORM = {"medical": "clinic"}


@dataclass(frozen=True, slots=True)
class Delivery:
    """A file at the gate.

    path       where it lies; name: as its sender called it
    originals  the folder in which the original is kept
    """

    path: Path
    originals: Path


@dataclass(slots=True)
class Report:
    """The quality report while it is being written; becomes Intake.report."""

    source: dict[str, Any]
    assumptions: list[str]
    rows: list[dict[str, Any]] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)

    def say(
        self, row: int, name: str | None, reason: str, *, refused: bool, detail: object = ""
    ) -> None:
        """One line: which row, what about it, and whether it was refused or only remarked upon."""
        self.rows.append(
            {"row": row, "name": name or "", "reason": reason, "refused": refused, "detail": detail}
        )

    @property
    def refused(self) -> int:
        return len({line["row"] for line in self.rows if line["refused"]})


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


def run_districts(
    db: Session,
    scope: Scope,
    delivery: Delivery,
    level: str,
    *,
    name: str = "",
    name_field: str | None = None,
) -> Intake:
    """Read a file of areas into one level of the scope's municipality.

    An area is the one that was there before when its code is, else when its name is: what hangs
    on it (accounts, later counts) stays. Areas that are no longer delivered stay and are reported.
    Raises Unreadable, Invalid.
    """
    if not level.isidentifier() or len(level) > 40:
        raise Invalid(fields={"level": "unknown_choice"})
    place = open_municipality(db, scope, name)
    take_turns(db, scope, "districts")
    file = district_files.read(delivery.path, place.zone, name_field)
    title, rank = LEVELS.get(level, (level, OTHER_RANK))
    kept_level = Level(municipality=place.code, code=level, name=title, rank=rank)
    districts.save_level(db, scope, kept_level)
    report = Report(_source_of_districts(file), list(file.assumptions))
    for refused in file.refused:
        report.say(refused.row, refused.detail, refused.reason, refused=True)
    rows = _own_districts(file.rows, place.code, report)
    run = _start(db, scope, delivery, "districts", level)
    known = districts.list_at_level(db, scope, level)
    wanted = _to_keep(rows, known, title, report)
    outlines = districts.load_wkb(db, scope, level)
    today = {row.id: (row.code, row.name) for row in known}
    differing = [
        row
        for row in wanted
        if today.get(row.id) != (row.code, row.name)
        or outlines[row.id] != shapely.to_wkb(row.geometry, byte_order=1)
    ]
    districts.save_many(db, scope, level, differing, run.id)
    kept = {row.id for row in wanted}
    report.missing = [row.name for row in known if row.id not in kept]
    run.added = sum(row.id not in today for row in wanted)
    run.changed = len(differing) - run.added
    run.unchanged = len(wanted) - len(differing)
    return _finish(db, scope, run, report, "districts" if differing else None)


def run_resources(
    db: Session,
    scope: Scope,
    delivery: Delivery,
    *,
    kind: str | None = None,
    name: str = "",
) -> Intake:
    """Read a table of resources into the scope's register.

    The kind of a row is ``kind``, else what the file's form says, else its category through the
    synonyms of kinds.csv. Raises Unreadable when none of these can say it, Invalid.
    """
    open_municipality(db, scope, name)
    if kind is not None:
        kind_records.get(db, scope, kind)
    take_turns(db, scope, "resources")
    file = municipal_csv.read(delivery.path)
    fixed = kind or KIND_OF_FORM.get(file.form)
    if fixed is None and not any(row.category for row in file.rows):
        raise Unreadable(reason="kind_needed")
    report = Report(_source_of_resources(file), [])
    for refused in file.refused:
        report.say(refused.row, refused.detail, refused.reason, refused=True)
    delivered = _delivered(file, fixed, report)
    dataset = kind or file.form
    run = _start(db, scope, delivery, "resources", dataset)
    outcome = registry.apply_many(db, scope, dataset, delivered, run.id)
    _say_what_stands_out(db, scope, delivered, outcome, report)
    run.added, run.changed, run.unchanged = outcome.added, outcome.changed, outcome.unchanged
    report.missing = list(outcome.missing.values())
    return _finish(db, scope, run, report, None)


def _own_districts(
    rows: Iterable[DistrictRow], municipality: str, report: Report
) -> list[DistrictRow]:
    """The rows of this municipality; a layer without codes is taken to be its own."""
    own = []
    for row in rows:
        for note in row.notes:
            code, _, detail = note.partition("=")
            report.say(row.row, row.name, code, refused=False, detail=detail)
        if row.municipality in (None, municipality):
            own.append(row)
        else:
            report.say(
                row.row, row.name, "other_municipality", refused=True, detail=row.municipality
            )
    return own


def _to_keep(
    rows: list[DistrictRow], known: list[districts.District], title: str, report: Report
) -> list[DistrictToKeep]:
    """Rows under the id of the area they are, new ones under a new id."""
    by_code = {row.code: row for row in known}
    by_name = {search_key(row.name): row for row in known}
    taken: set[UUID] = set()
    wanted = []
    for position, row in enumerate(rows, start=1):
        name = row.name or f"{title}{position}"
        before = by_code.get(row.code or "") or by_name.get(search_key(name))
        if before is not None and before.id in taken:
            before = None
        code = row.code or (before.code if before else f"{position:02d}")
        wanted.append(DistrictToKeep(before.id if before else uuid4(), code, name, row.geometry))
        taken.add(wanted[-1].id)
        if row.name is None:
            report.say(row.row, name, "numbered", refused=False)
    return wanted


def _delivered(file: ResourceFile, fixed: str | None, report: Report) -> list[registry.Delivered]:
    """Rows of a table as the gate takes them; what it would refuse is refused here, in the report."""
    seen: set[str] = set()
    delivered = []
    stable = file.key_column not in RUNNING_NUMBERS
    for row in file.rows:
        for note in row.notes:
            code, _, detail = note.partition("=")
            report.say(row.row, row.name, code, refused=False, detail=detail)
        kind = fixed or kinds.find_code(row.category)
        if kind is None:
            report.say(row.row, row.name, "unknown_kind", refused=True, detail=row.category)
            continue
        key = row.key if stable else None
        key = key or "/".join(map(search_key, (row.name, row.address, kind)))
        if key in seen:
            report.say(row.row, row.name, "duplicate_row", refused=True)
            continue
        try:
            values = parse_values(_values(row, kind))
        except Invalid as error:
            for named, problem in error.facts["fields"].items():  # type: ignore[attr-defined]
                report.say(row.row, row.name, problem, refused=True, detail=named)
            continue
        if row.days not in UNPLANNED and any(o["irregular"] for o in values["openings"]):
            report.say(row.row, row.name, "openings_irregular", refused=False, detail=row.days)
        seen.add(key)
        delivered.append(registry.Delivered(row.row, key, values))
    return delivered


def _values(row: ResourceRow, kind: str) -> dict[str, Any]:
    """A row in the fields of the register. Fields that a table never speaks of are left out."""
    eligibility, eligibility_note = _eligibility(row.eligibility)
    confirmed = parse_date(row.confirmed_on_text)
    says_when = row.days or row.opens or row.closes or row.months
    # a chair or a toilet is there all day: of those a list says the months at most
    days = row.days or ("毎日" if row.months and kinds.get_default(kind).reach == "there" else "")
    when = (days, row.opens, row.closes, row.days_note, row.months)
    # without a day or an hour the note is about something else
    openings = parse_openings(*when) if says_when else ()
    about = (row.description, "" if says_when else row.days_note)
    return {
        "kind": kind,
        "name": row.name,
        "kana": row.kana,
        "description": "\n".join(filter(None, about)),
        "provider": row.provider,
        "place": None if row.lon is None else [row.lon, row.lat],
        # our choice: a coordinate in a published list is where the building stands
        "place_level": "unknown" if row.lon is None else "building",
        "address": row.address,
        "eligibility": eligibility,
        "eligibility_note": eligibility_note,
        "fee": row.fee,
        "capacity": row.capacity,
        "phone": row.phone,
        "url": row.url,
        "confirmed_on": confirmed.isoformat() if confirmed else None,
        "openings": [opening_values(opening) for opening in openings],
    }


def _eligibility(text: str) -> tuple[str, str]:
    """The code whose name a cell says, else the words themselves beside 「未確認」."""
    names = {search_key(name): code for code, name in kinds.vocabulary("eligibility").items()}
    code = names.get(search_key(text)) if text else None
    return (code, "") if code else ("unknown", text[:200])


def _say_what_stands_out(
    db: Session,
    scope: Scope,
    delivered: list[registry.Delivered],
    outcome: registry.Outcome,
    report: Report,
) -> None:
    """Remarks that only the whole register can make."""
    for kept in outcome.kept:
        report.say(
            kept.row,
            kept.key,
            "edit_stands",
            refused=False,
            detail={"field": kept.field, "ours": kept.ours, "theirs": kept.theirs},
        )
    places = {row.row: row.values["place"] for row in delivered if row.values["place"]}
    names = {row.row: row.values["name"] for row in delivered}
    for row in districts.list_outside(db, scope, places):
        report.say(row, names[row], "outside_municipality", refused=False)


def _start(db: Session, scope: Scope, delivery: Delivery, dataset: str, target: str) -> Intake:
    """The row of this run, written first so that what it brings can point at it."""
    run = Intake(
        id=uuid4(),
        municipality=scope.municipality,
        dataset=dataset,
        target=target,
        file_name=delivery.path.name,
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


def _finish(db: Session, scope: Scope, run: Intake, report: Report, written: str | None) -> Intake:
    """Close the books of a run: counts, report, one line of audit, the version of what changed."""
    run.missing, run.refused = len(report.missing), report.refused
    run.rows = run.added + run.changed + run.unchanged + run.refused
    run.report = {
        "source": report.source,
        "assumptions": report.assumptions,
        "rows": sorted(report.rows, key=lambda line: (not line["refused"], line["row"])),
        "missing": report.missing,
    }
    if written:
        versions.raise_version(db, scope, written)
    counts = {
        name: getattr(run, name) for name in ("added", "changed", "unchanged", "missing", "refused")
    }
    audit.save(db, scope, "import", "intake", run.id, None, {"sha256": run.sha256, **counts})
    db.flush()
    return run


def _source_of_districts(file: DistrictFile) -> dict[str, Any]:
    return _source(
        layer=file.layer,
        edition=file.edition,
        encoding=file.encoding,
        crs=file.crs,
        name_field=file.name_field,
        publisher=file.publisher,
        licence=file.licence,
    )


def _source_of_resources(file: ResourceFile) -> dict[str, Any]:
    """A list says who publishes it by the municipality's code in each row, or not at all."""
    codes = {row.municipality for row in file.rows}
    known = municipalities.find(codes.pop() or "") if len(codes) == 1 else None
    return _source(
        layer=file.form,
        encoding=file.encoding,
        key_column=file.key_column,
        publisher=known.name if known else "",
    )


def _source(**said: str) -> dict[str, Any]:
    """What a file says of itself; what it does not say is empty."""
    parts = (
        "layer",
        "edition",
        "encoding",
        "crs",
        "name_field",
        "key_column",
        "publisher",
        "licence",
    )
    return {name: said.get(name, "") for name in parts}
