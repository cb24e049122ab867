"""取り込めるもの: every kind of file that the office's door takes, one line each.

The command line calls the importers by themselves; the door in ``routes/previews.py`` asks this
table, so that a new importer appears there with its line here and its words in the template.
"""

from collections.abc import Callable
from collections.abc import Mapping as Mapped
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from geo.errors import Invalid, NotFound
from geo.intake.addresses import run_addresses
from geo.intake.area_tables import run_area_table
from geo.intake.areas import LEVELS, run_districts
from geo.intake.changes import Standing, standing_areas, standing_schools
from geo.intake.elevation import run_elevation
from geo.intake.population import run_population
from geo.intake.report import Delivery
from geo.intake.resources import run_resources
from geo.intake.schools import run_schools
from geo.intake.streets import run_streets
from geo.records.intakes import Intake
from geo.scope import Scope
from geo.sources import dem, geojson, osm_frames, tables
from geo.sources.mapping import Mapping

Said = Mapped[str, Any]
Run = Callable[[Session, Scope, Delivery, Said], Intake]


@dataclass(frozen=True, slots=True)
class Dataset:
    """One kind of delivery.

    run       its importer; ``said`` is what the sender said beside the file, and of a list of
              resources also mapping (its columns) and follows (which list it is)
    standing  the records as they stand, to show each change field by field; None for what keeps a
              history of its own (resources) or is too much to be shown one by one (streets, elevation)
    asks      names of what the sender says; those in ``needs`` must be said
    """

    code: str
    run: Run
    standing: Standing | None
    limit_mb: int
    asks: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()


_OF_MAPS = ("crs", "layer")
_COLUMNS = ("member_column", "area_column")


def _resources(db: Session, scope: Scope, delivery: Delivery, said: Said) -> Intake:
    mapping = Mapping.parse(said.get("mapping", {}))
    kind, follows = said.get("kind") or None, said.get("follows", "")
    return run_resources(db, scope, delivery, kind=kind, mapping=mapping, follows=follows)


def _districts(db: Session, scope: Scope, delivery: Delivery, said: Said) -> Intake:
    named = said.get("name_field") or None
    return run_districts(db, scope, delivery, said["level"], name_field=named, **_of_a_map(said))


def _areas(db: Session, scope: Scope, delivery: Delivery, said: Said) -> Intake:
    columns = {name: said.get(name, "") for name in _COLUMNS}
    return run_area_table(db, scope, delivery, said["level"], by=said["by"], **columns)


def _schools(db: Session, scope: Scope, delivery: Delivery, said: Said) -> Intake:
    return run_schools(db, scope, delivery, **_of_a_map(said))


def _streets(db: Session, scope: Scope, delivery: Delivery, _said: Said) -> Intake:
    return run_streets(db, scope, delivery)


def _elevation(db: Session, scope: Scope, delivery: Delivery, _said: Said) -> Intake:
    return run_elevation(db, scope, delivery)


def _population(db: Session, scope: Scope, delivery: Delivery, _said: Said) -> Intake:
    return run_population(db, scope, delivery)


def _addresses(db: Session, scope: Scope, delivery: Delivery, _said: Said) -> Intake:
    return run_addresses(db, scope, delivery)


def _of_a_map(said: Said) -> dict[str, str]:
    return {"crs": said.get("crs", ""), "layer_name": said.get("layer", "")}


# What the door offers, in the order of its list.
TABLE_MB, MAP_MB, EXTRACT_MB = tables.LIMIT_MB, geojson.LIMIT_MB, osm_frames.LIMIT_MB
_LEVEL_BY = ("level", "by")
DATASETS = {
    dataset.code: dataset
    for dataset in (
        Dataset("resources", _resources, None, TABLE_MB, ("kind", "crs")),
        Dataset("areas", _areas, standing_areas, TABLE_MB, (*_LEVEL_BY, *_COLUMNS), _LEVEL_BY),
        Dataset("districts", _districts, standing_areas, MAP_MB, ("level", "name_field", *_OF_MAPS), ("level",)),
        Dataset("schools", _schools, standing_schools, MAP_MB, _OF_MAPS),
        Dataset("population", _population, None, TABLE_MB),
        Dataset("addresses", _addresses, None, TABLE_MB),
        Dataset("streets", _streets, None, EXTRACT_MB),
        Dataset("elevation", _elevation, None, dem.LIMIT_MB),
    )
}  # fmt: skip
LARGEST_MB = max(dataset.limit_mb for dataset in DATASETS.values())


def get(code: str) -> Dataset:
    """The kind of delivery of a code. Raises NotFound."""
    if code not in DATASETS:
        raise NotFound(thing="dataset", id=code)
    return DATASETS[code]


def parse_said(dataset: Dataset, form: Mapped[str, str]) -> dict[str, str]:
    """What a sender said beside the file, as far as this kind asks for it.

    Raises Invalid: required for what must be said, too_long, unknown_choice for a level.
    """
    said = {name: form.get(name, "").strip() for name in dataset.asks}
    problems = {name: "required" for name in dataset.needs if not said[name]}
    problems |= {name: "too_long" for name, text in said.items() if len(text) > 200}
    for name in ("level", "by"):
        if said.get(name) and said[name] not in LEVELS:
            problems[name] = "unknown_choice"
    if problems:
        raise Invalid(fields=problems)
    return {name: text for name, text in said.items() if text}
