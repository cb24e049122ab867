"""地域資源の取り込み: a list of resources, in any format, into a municipality's register."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache, partial
from itertools import chain, islice
from typing import Any

from sqlalchemy.orm import Session

from geo import kinds, municipalities, registry, service_areas
from geo.edits import parse_delivered
from geo.errors import Invalid, Unreadable
from geo.forgetting import worth_seeking
from geo.intake.alike import Unlisted, tell_alike
from geo.intake.asked_values import is_asked
from geo.intake.locating import with_places
from geo.intake.report import Delivery, Report, begin, finish, open_municipality, source
from geo.intake.resource_values import read_row
from geo.intake.resource_words import kind_of
from geo.intake.series import Series, find_series
from geo.records import districts, neighbours, wipings
from geo.records import intakes as intake_records
from geo.records import kinds as kind_records
from geo.records.database import take_turns
from geo.records.intakes import Intake
from geo.records.kinds import Kind
from geo.registry import AT_ONCE, Delivered
from geo.scope import Scope
from geo.sources import apart, resource_tables, vector
from geo.sources.delivery import Refused
from geo.sources.mapping import Mapping
from geo.sources.municipal_columns import RUNNING_NUMBERS
from geo.sources.resource_rows import ResourceRow
from geo.sources.resource_tables import OpenList
from geo.words import search_key

# A dataset form that says by itself what its rows are, where their own category does not.
KIND_OF_FORM = {"medical": "clinic", "shelter": "shelter", "aed": "aed", "toilet": "toilet"}
# Notes that say the same of most rows of a list: counted once for the file
_OF_THE_FILE = ("from_geo3x3", "point_in_polygon", "from_serial_number")
_NAMED_UNUSED = 20  # our choice: columns without a field that a report names


def run_resources(
    db: Session,
    scope: Scope,
    delivery: Delivery,
    *,
    kind: str | None = None,
    mapping: Mapping | None = None,
    name: str = "",
    crs: str = "",
    follows: str = "",
) -> Intake:
    """Read a list of resources into the scope's register.

    The kind of a row is ``kind``, else what the mapping says of its category or of the whole, else
    its category through the synonyms of kinds.csv, else what the file's form says. ``crs`` is of a
    layer, where the person knows better than the file. ``follows`` as in series.find_series.
    Raises Unreadable when the file is no list or nothing can say a kind, Invalid, NotFound for a
    kind that is not there.
    """
    place = open_municipality(db, scope, name)
    mapping = mapping or Mapping()
    _know_kinds(db, scope, {kind or "", mapping.kind, *mapping.kinds.values()})
    take_turns(db, scope, "resources")
    file = resource_tables.open_list(delivery.path, mapping, crs)
    report = _report(file)
    reading = _Reading(file, kind, report, kind_records.list_all(db, scope))
    first, rest = reading.begin()
    with apart.private_folder() as folder:
        original = replace(delivery, path=vector.packed(delivery.path, folder))
        list_name, form = original.name, kind or file.form
        series = find_series(db, scope, form, first, list_name, follows)
        run = begin(db, scope, original, "resources", series.dataset)
    report.assumptions += _said_of(series)
    unlisted = Unlisted(neighbours.list_unlisted(db, scope, series.dataset))
    told = _Told(service_areas.open_areas(db, scope, place.name), unlisted, report)
    place_rows = partial(with_places, db, scope, delivery.address_books, report=report)
    delivered = series.under_its_keys(chain.from_iterable(map(place_rows, chain([first], rest))))
    outcome = registry.apply_many(
        db, scope, series.dataset, told.passing(db, scope, delivered), run.id, kept=told.kept
    )
    run.added, run.changed, run.unchanged = outcome.added, outcome.changed, outcome.unchanged
    report.miss(outcome.missing)
    tell_alike(db, scope, place, run.id, outcome.written, report)
    unsaid = outcome.unsaid | _wiped_names(db, scope, series.dataset, reading.refused)
    report.forget(worth_seeking(unsaid))
    reading.close()
    return finish(db, scope, run, report, None)


def _know_kinds(db: Session, scope: Scope, codes: set[str]) -> None:
    """Raises NotFound for a kind that the municipality does not have."""
    for code in sorted(codes - {""}):
        kind_records.get(db, scope, code)


def _report(file: OpenList) -> Report:
    """The report with what the file says of itself, and the sheets that are no table."""
    report = Report(_source_of_resources(file), [])
    for sheet in file.sheets:
        if sheet.reason:
            report.say(0, sheet.name, "sheet_not_read", refused=False, detail=sheet.reason)
    return report


def _said_of(series: Series) -> list[str]:
    """What was taken for granted about the list: the edition before it, and its numbers."""
    if not series.follows:
        return []
    return [f"follows={series.follows}", *(["ids_renumbered"] if series.renumbered else [])]


@dataclass(slots=True)
class _Reading:
    """The rows of a file on their way to the gate, some thousand at a time.

    kind     what the person who imports says of every row
    in_use   the municipality's kinds, its own and its own words among them
    refused  rows that were refused: what they may have been known by → their name
    """

    file: OpenList
    kind: str | None
    report: Report
    in_use: Sequence[Kind]
    keys: set[str] = field(default_factory=set)
    publishers: set[str | None] = field(default_factory=set)
    refused: dict[str, str] = field(default_factory=dict)
    by_file: dict[str, int] = field(default_factory=dict)
    find_kind: Callable[[str], str | None] = field(init=False)

    def __post_init__(self) -> None:
        # a word that the municipality gave to a kind of its own is that kind's, whoever else has it
        mine = sorted(self.in_use, key=lambda row: (row.own, row.edited))
        words = ((row.code, row.name, row.synonyms) for row in mine)
        self.find_kind = lru_cache(maxsize=4000)(kinds.finder(words))

    def begin(self) -> tuple[list[Delivered], Iterator[list[Delivered]]]:
        """The first rows, and the others as they are asked for. Raises Unreadable: kind_needed."""
        rows = self.file.read_rows()
        first = list(islice(rows, AT_ONCE))
        is_said = self.kind or self.file.mapping.kind or KIND_OF_FORM.get(self.file.form)
        read = [row for row in first if isinstance(row, ResourceRow)]
        if read and not is_said and not any(row.categories for row in read):
            raise Unreadable(reason="kind_needed")
        return self._delivered(first), map(self._delivered, _batches(rows, AT_ONCE))

    def _delivered(self, rows: Iterable[ResourceRow | Refused]) -> list[Delivered]:
        """Rows as the gate takes them; what it would refuse is refused here, in the report."""
        delivered = []
        for row in rows:
            if isinstance(row, Refused):
                self.report.say(row.row, row.detail, row.reason, refused=True, sheet=row.sheet)
                continue
            self.publishers.add(row.municipality)
            self._tell_notes(row)
            taken = self._taken(row)
            if taken:
                delivered.append(taken)
        return delivered

    def _taken(self, row: ResourceRow) -> Delivered | None:
        """A row read and checked, or None when it is refused."""
        say = _speaker(self.report, row)
        kind = self._kind(row)
        if kind is None:
            self._remember_refused(row)
            say("unknown_kind", refused=True, detail="、".join(row.categories))
            return None
        key, reserved = self._key(row, kind)
        if key is None:
            say("duplicate_row", refused=True)
            return None
        try:
            read = read_row(row, kind)
            values = parse_delivered(read.values)
        except Invalid as error:
            self.refused[key] = row.name or ""
            for named, problem in error.facts["fields"].items():  # type: ignore[attr-defined]
                say(problem, refused=True, detail=named)
            return None
        for code, detail in read.remarks:
            say(code, detail=detail)
        self.keys.update((key, *reserved))
        return Delivered(row.row, key, values, row.sheet)

    def _remember_refused(self, row: ResourceRow) -> None:
        """Whatever a row that nobody can tell the kind of might have been known by."""
        parts = search_key(row.name or ""), search_key(row.address)
        for key in (row.key, *("/".join((*parts, search_key(one.code))) for one in self.in_use)):
            if key:
                self.refused[key] = row.name or ""

    def _kind(self, row: ResourceRow) -> str | None:
        mapping = self.file.mapping
        said = {} if self.kind else {search_key(k): code for k, code in mapping.kinds.items()}
        fixed = self.kind or mapping.kind or None
        found = kind_of(row.categories, row.name, said, fixed, self.find_kind)
        return found or KIND_OF_FORM.get(self.file.form)

    def _key(self, row: ResourceRow, kind: str) -> tuple[str | None, list[str]]:
        """What the row is known by in the next edition, None where it was delivered before; and
        all that no later row may be known by.

        Without an ID: name, address and kind; for the second row of the same three also its own
        category (one office, several services) or where it stands (the toilets of one park).
        """
        stable = self.file.key_column not in RUNNING_NUMBERS
        if stable and row.key and row.key not in self.keys:
            return row.key, []
        key = "/".join(map(search_key, (row.name, row.address, kind)))
        own = [key, f"{key}/{search_key(row.category)}"]
        own += [] if row.lon is None else [f"{key}/{row.lat:.5f},{row.lon:.5f}"]
        return next((one for one in own if one not in self.keys), None), own[1:]

    def _tell_notes(self, row: ResourceRow) -> None:
        for note in row.notes:
            code, _, detail = note.partition("=")
            if code in _OF_THE_FILE:
                self.by_file[code] = self.by_file.get(code, 0) + 1
            else:
                _speaker(self.report, row)(code, detail=detail)

    def close(self) -> None:
        """Say of the whole file what only its last row settles."""
        unused = [name for name, _ in self.file.unused.most_common() if not is_asked(name)]
        self.report.assumptions += [*self.file.assumptions]
        self.report.assumptions += [f"{code}={count}" for code, count in self.by_file.items()]
        if unused:
            more = "…" if len(unused) > _NAMED_UNUSED else ""
            named = "、".join(unused[:_NAMED_UNUSED]) + more
            self.report.assumptions.append(f"columns_unused={named}")
        # a list says who publishes it by the municipality's code in each row, or not at all
        known = (
            municipalities.find(self.publishers.pop() or "") if len(self.publishers) == 1 else None
        )
        if known and not self.report.source["publisher"]:
            self.report.source["publisher"] = known.name


def _wiped_names(db: Session, scope: Scope, dataset: str, refused: dict[str, str]) -> set[str]:
    """Names of refused rows (key → name) whose entry's name was wiped: their report does not tell it."""
    said = intake_records.list_said(db, scope, dataset, sorted(refused))
    wiped = wipings.list_fields(db, scope, {row.resource for row in said})
    return {refused[row.key] for row in said if "name" in wiped.get(row.resource, ())}


class _Told:
    """Remarks that only the register and its areas can make, said while rows pass."""

    def __init__(self, areas: service_areas.Areas, unlisted: Unlisted, report: Report) -> None:
        self.areas = areas
        self.unlisted = unlisted
        self.report = report
        self.names: dict[str, str] = {}  # key of a row → its name, of those to be spoken of
        self.unknown: set[str] = set()

    def passing(
        self, db: Session, scope: Scope, delivered: Iterable[Delivered]
    ) -> Iterator[Delivered]:
        """The rows as they come, those outside the municipality and in unknown areas told."""
        for batch in _batches(iter(delivered), AT_ONCE):
            places = {n: r.values["place"] for n, r in enumerate(batch) if r.values["place"]}
            for number in districts.list_outside(db, scope, places):
                row = batch[number]
                self.report.say(row.row, row.values["name"], "outside_municipality", refused=False)
            for row in batch:
                self._tell_areas(row)
                yield self._kept_back(row)

    def _kept_back(self, row: Delivered) -> Delivered:
        """A row that resembles what asked not to be listed comes in, but nobody outside is shown it."""
        other = self.unlisted.find(row.key, row.values)
        if other is None:
            return row
        self.report.say(
            row.row, row.values["name"], "asked_not_to_be_listed", refused=False, detail=other.name
        )
        return replace(row, values=row.values | {"do_not_list": True, "public": False})

    def _tell_areas(self, row: Delivered) -> None:
        for area in row.values["service_areas"]:
            name = area["name"]
            if name in self.unknown or self.areas.meaning(name).is_known:
                continue
            self.unknown.add(name)
            nearest = self.areas.nearest(name)
            detail = f"{name}（{nearest}）" if nearest else name
            self.report.say(
                row.row, row.values["name"], "unknown_service_area", refused=False, detail=detail
            )

    def kept(self, kept: registry.Kept) -> None:
        """A person's edit that stands against what the source says now."""
        self.report.say(
            kept.row,
            kept.name,
            "edit_stands",
            refused=False,
            detail={
                **{"field": kept.field, "ours": kept.ours, "theirs": kept.theirs},
                "key": kept.key,
            },
        )


def _speaker(report: Report, row: ResourceRow) -> Callable[..., None]:
    """say(code, refused=…, detail=…) of a row."""

    def say(code: str, *, refused: bool = False, detail: object = "") -> None:
        report.say(row.row, row.name, code, refused=refused, detail=detail, sheet=row.sheet)

    return say


def _batches(items: Iterator[Any], size: int) -> Iterator[list[Any]]:
    while batch := list(islice(items, size)):
        yield batch


def _source_of_resources(file: OpenList) -> dict[str, Any]:
    return source(
        layer=file.form,
        encoding=file.encoding,
        crs=file.crs,
        key_column=file.key_column,
        sheets="、".join(filter(None, (one.name for one in file.sheets if not one.reason))),
        publisher=file.publisher,
        licence=file.licence,
    )
