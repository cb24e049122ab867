"""取り込めるもの: every kind of file that the office's door takes, one line each.

The command line calls the importers by themselves; the door in ``routes/previews.py`` asks this
table, so that a new importer appears there with its line here and its words in the template.
"""

from collections.abc import Callable
from collections.abc import Mapping as Mapped
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from sqlalchemy.orm import Session

from geo.errors import Invalid, NotFound
from geo.intake.area_tables import run_area_table
from geo.intake.areas import LEVELS, run_districts
from geo.intake.changes import Standing, standing_areas, standing_schools
from geo.intake.report import Delivery
from geo.intake.resources import run_resources
from geo.intake.schools import run_schools
from geo.intake.streets import run_streets
from geo.records.intakes import Intake
from geo.scope import Scope
from geo.sources import geojson, osm_frames, tables
from geo.sources.mapping import Mapping

Said = Mapped[str, Any]
Run = Callable[[Session, Scope, Delivery, Said], Intake]


@dataclass(frozen=True, slots=True)
class Dataset:
    """One kind of delivery.

    run       its importer; ``said`` is what the sender said beside the file
    standing  the records as they stand, to show each change field by field; None for what keeps a
              history of its own (resources) or is too much to be shown one by one (streets)
    asks      names of what the sender says; those in ``needs`` must be said
    endings   of the files' names, for the browser's own choice of files; what a file is, its
              first bytes say
    """

    code: str
    run: Run
    standing: Standing | None
    limit_mb: int
    endings: tuple[str, ...]
    asks: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()


_TABLES = (".csv", ".tsv", ".txt", ".xlsx", ".xls")
_MAPS = (".geojson", ".json", ".zip", ".gpkg")
_OF_MAPS = ("crs", "layer")


def _resources(db: Session, scope: Scope, delivery: Delivery, said: Said) -> Intake:
    mapping = Mapping.parse(said.get("mapping", {}))
    return run_resources(db, scope, delivery, kind=said.get("kind") or None, mapping=mapping)


def _districts(db: Session, scope: Scope, delivery: Delivery, said: Said) -> Intake:
    named = said.get("name_field") or None
    return run_districts(db, scope, delivery, said["level"], name_field=named, **_of_a_map(said))


def _areas(db: Session, scope: Scope, delivery: Delivery, said: Said) -> Intake:
    columns = {name: said.get(name, "") for name in ("member_column", "area_column")}
    return run_area_table(db, scope, delivery, said["level"], by=said["by"], **columns)


def _schools(db: Session, scope: Scope, delivery: Delivery, said: Said) -> Intake:
    return run_schools(db, scope, delivery, **_of_a_map(said))


def _streets(db: Session, scope: Scope, delivery: Delivery, _said: Said) -> Intake:
    return run_streets(db, scope, delivery)


def _of_a_map(said: Said) -> dict[str, str]:
    return {"crs": said.get("crs", ""), "layer_name": said.get("layer", "")}


# What the door offers, in the order of its list.
DATASETS = {
    dataset.code: dataset
    for dataset in (
        Dataset("resources", _resources, None, tables.LIMIT_MB, _TABLES, ("kind",)),
        Dataset("areas", _areas, standing_areas, tables.LIMIT_MB, _TABLES,
                ("level", "by", "member_column", "area_column"), ("level", "by")),
        Dataset("districts", _districts, standing_areas, geojson.LIMIT_MB, _MAPS,
                ("level", "name_field", *_OF_MAPS), ("level",)),
        Dataset("schools", _schools, standing_schools, geojson.LIMIT_MB, _MAPS, _OF_MAPS),
        Dataset("streets", _streets, None, osm_frames.LIMIT_MB, (".pbf", ".osm")),
    )
}  # fmt: skip
TABLE_MB = tables.LIMIT_MB
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


def suits(dataset: Dataset, file_name: str) -> bool:
    """Whether a file's name ends as files of this kind do: a hint for people, not a check."""
    return PurePath(file_name).suffix.casefold() in dataset.endings
