"""住所の一覧の取り込み: a gazetteer becomes the municipality's dictionary of addresses.

Several files make one dictionary: each form replaces its own last edition only.
"""

from sqlalchemy.orm import Session

from geo import locate
from geo.errors import Unreadable
from geo.intake.report import Delivery, Report, begin, finish, open_municipality, source
from geo.records import addresses
from geo.records.addresses import KnownAddress
from geo.records.database import take_turns
from geo.records.intakes import Intake
from geo.scope import Scope
from geo.sources import position_reference
from geo.sources.gazetteer import AddressRow, Whose
from geo.sources.model_town import LICENCE, PUBLISHER
from geo.sources.position_reference import LISTED, AddressFile

INVENTED = "99"
MOST = 0.5  # a file of which more than half lies elsewhere is another municipality's; our choice


def run_addresses(db: Session, scope: Scope, delivery: Delivery, *, name: str = "") -> Intake:
    """Read a gazetteer into the scope's municipality, in place of the last one of its form, and
    build the dictionary anew. Raises Unreadable, Invalid."""
    place = open_municipality(db, scope, name)
    take_turns(db, scope, "addresses")
    file = position_reference.read(delivery.path, Whose(place.code, place.prefecture, place.name))
    report = _report(file, place.code)
    run = begin(db, scope, delivery, "addresses", file.form)
    rows = {known.key: (known, row) for row in file.rows if (known := _known(row))}
    swapped = addresses.save_edition(db, scope, file.form, [known for known, _ in rows.values()])
    outside, count = addresses.list_outside(db, scope, file.form, LISTED)
    if count > MOST * sum(row.lon is not None for row in file.rows):
        raise Unreadable(reason="mostly_outside")
    for key in outside:
        row = rows[key][1]
        report.say(row.row, row.name, "outside_municipality", refused=False)
    if count > len(outside):
        report.assumptions.append(f"outside_more={count - len(outside)}")
    run.added, run.changed, run.unchanged = swapped.added, swapped.changed, swapped.unchanged
    report.count_unlisted(refused=file.refused_more, missing=swapped.missing)
    differs = swapped.added or swapped.changed or swapped.missing
    if differs and delivery.address_books:
        locate.refresh(db, scope, delivery.address_books, run.id)
    return finish(db, scope, run, report, "addresses" if differs else None)


def _known(row: AddressRow) -> KnownAddress:
    said = (row.ward, row.town, row.koaza, row.block, row.by_block)
    return KnownAddress(*said, row.lon, row.lat, row.kana)


def _report(file: AddressFile, municipality: str) -> Report:
    """The report with what the file says of itself, and how many rows were left alone. Nobody but
    us publishes addresses of an invented municipality (DATA 18)."""
    invented = municipality.startswith(INVENTED)
    publisher, licence = (PUBLISHER, LICENCE) if invented else (file.publisher, file.licence)
    said = source(
        layer=file.form,
        edition=file.edition,
        encoding=file.encoding,
        crs="EPSG:6668" if file.form.startswith("isj") else "",
        publisher=publisher,
        licence=licence,
    )
    report = Report(said, [f"{code}={count:,}" for code, count in file.skipped.items()])
    if all(row.lon is None for row in file.rows):
        report.assumptions.append("names_only")
    for refused in file.refused:
        report.say(refused.row, refused.detail, refused.reason, refused=True)
    return report
