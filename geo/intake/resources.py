"""地域資源の取り込み: a table of resources into a municipality's register."""

from functools import cache, lru_cache
from typing import Any

from sqlalchemy.orm import Session

from geo import kinds, municipalities, registry
from geo.days import parse_date
from geo.edits import opening_values, parse_values
from geo.errors import Invalid, Unreadable
from geo.intake.editions import fingerprint, list_name
from geo.intake.report import Delivery, Report, begin, finish, open_municipality, source
from geo.openings import parse_openings
from geo.records import districts
from geo.records import kinds as kind_records
from geo.records.database import take_turns
from geo.records.intakes import Intake
from geo.scope import Scope
from geo.sources import resource_tables
from geo.sources.mapping import Mapping
from geo.sources.resource_rows import ResourceRow
from geo.sources.resource_tables import ResourceFile
from geo.words import search_key

# Columns that only count rows: another edition numbers them anew, so they identify nothing.
RUNNING_NUMBERS = ("NO", "No", "No.", "番号")
# Words for days that are not planned: read, not left unread.
UNPLANNED = ("", "不定期", "随時")
# A dataset form that says by itself what its rows are.
KIND_OF_FORM = {"medical": "clinic"}


def run_resources(
    db: Session,
    scope: Scope,
    delivery: Delivery,
    *,
    kind: str | None = None,
    mapping: Mapping | None = None,
    edition_of: str = "",
    name: str = "",
) -> Intake:
    """Read a table of resources into the scope's register.

    edition_of  the list it is the next edition of, where a person says so

    The kind of a row is ``kind``, else what the mapping says of its category or of the whole, else
    what the file's form says, else its category through the synonyms of kinds.csv. Raises
    Unreadable when none of these can say it, Invalid, NotFound for a kind that is not there.
    """
    open_municipality(db, scope, name)
    mapping = mapping or Mapping()
    for code in sorted({kind or "", mapping.kind, *mapping.kinds.values()} - {""}):
        kind_records.get(db, scope, code)
    take_turns(db, scope, "resources")
    file = resource_tables.read(delivery.path, mapping)
    fixed = kind or mapping.kind or KIND_OF_FORM.get(file.form)
    if fixed is None and not any(row.category for row in file.rows):
        raise Unreadable(reason="kind_needed")
    report = Report(_source_of_resources(file), [])
    for sheet in file.sheets:
        if sheet.reason:
            report.say(0, sheet.name, "sheet_not_read", refused=False, detail=sheet.reason)
    for refused in file.refused:
        report.say(refused.row, refused.detail, refused.reason, refused=True)
    by_category = {} if kind else {search_key(k): code for k, code in mapping.kinds.items()}
    delivered = _delivered(file, by_category, fixed, report)
    dataset = edition_of or kind or list_name(db, scope, file.form, file.headers)
    run = begin(db, scope, delivery, "resources", dataset)
    outcome = registry.apply_many(db, scope, dataset, delivered, run.id)
    _say_what_stands_out(db, scope, delivered, outcome, report)
    run.added, run.changed, run.unchanged = outcome.added, outcome.changed, outcome.unchanged
    report.miss(outcome.missing)
    return finish(db, scope, run, report, None)


def _delivered(
    file: ResourceFile, by_category: dict[str, str], fixed: str | None, report: Report
) -> list[registry.Delivered]:
    """Rows of a table as the gate takes them; what it would refuse is refused here, in the report."""
    seen: set[str] = set()
    delivered = []
    stable = file.key_column not in RUNNING_NUMBERS
    for row in file.rows:
        for note in row.notes:
            code, _, detail = note.partition("=")
            report.say(row.row, row.name, code, refused=False, detail=detail)
        kind = by_category.get(search_key(row.category)) or fixed or kinds.find_code(row.category)
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
    openings = _read_openings(*when) if says_when else ()
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
    code = _eligibility_codes().get(search_key(text)) if text else None
    return (code, "") if code else ("unknown", text[:200])


@cache
def _eligibility_codes() -> dict[str, str]:
    return {search_key(name): code for code, name in kinds.vocabulary("eligibility").items()}


# a list says the same days again and again
_read_openings = lru_cache(maxsize=1000)(parse_openings)


def _say_what_stands_out(
    db: Session,
    scope: Scope,
    delivered: list[registry.Delivered],
    outcome: registry.Outcome,
    report: Report,
) -> None:
    """Remarks that only the whole register can make."""
    names = {row.row: row.values["name"] for row in delivered}
    for kept in outcome.kept:
        values = {"field": kept.field, "ours": kept.ours, "theirs": kept.theirs}
        detail = {**values, "key": kept.key}
        report.say(kept.row, names[kept.row], "edit_stands", refused=False, detail=detail)
    places = {row.row: row.values["place"] for row in delivered if row.values["place"]}
    for row in districts.list_outside(db, scope, places):
        report.say(row, names[row], "outside_municipality", refused=False)


def _source_of_resources(file: ResourceFile) -> dict[str, Any]:
    """A list says who publishes it by the municipality's code in each row, or not at all."""
    codes = {row.municipality for row in file.rows}
    known = municipalities.find(codes.pop() or "") if len(codes) == 1 else None
    return source(
        layer=file.form,
        encoding=file.encoding,
        key_column=file.key_column,
        header=fingerprint(file.headers),
        sheets="、".join(sheet.name for sheet in file.sheets if not sheet.reason),
        publisher=known.name if known else "",
    )
