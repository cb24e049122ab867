"""flask import: files from outside, read from a terminal."""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

import click
from flask.cli import AppGroup
from sqlalchemy.orm import Session

from geo import area, intake
from geo.errors import GeoError
from geo.records.intakes import Intake
from geo.scope import house
from routes._request import reading, writing
from routes._terminal import delivery, folders, in_words, outcome_of, tell, waiting

import_group = AppGroup("import", help="Read files from outside.")


def _read(words: str, run: Callable[[Session], Intake]) -> None:
    """One run of an importer, kept before its outcome is told."""
    tell(_keep(words, run))


def _keep(words: str, run: Callable[[Session], Intake]) -> dict[str, Any]:
    with waiting(f"{words}を取り込んでいます"), writing() as db:
        return outcome_of(run(db))


def _open_streets(municipality: str) -> None:
    """Build the network now, so that no visitor waits for it."""
    with waiting("道路網を組み立てています"), suppress(GeoError):  # who asks it will be told why
        area.open_area(reading(), house(municipality), folders())


def _of_a_map(command: Callable[..., Any]) -> Callable[..., Any]:
    """Options of every import that reads a file of features."""
    options = (
        click.argument("path", type=click.Path(path_type=Path)),
        click.option("--municipality", required=True),
        click.option("--layer", default="", help="which of several layers in one file"),
        click.option("--crs", default="", help="EPSG:n, when you know better than the file"),
        click.option("--name", default="", help="of a municipality that is newer than our list"),
    )
    for option in reversed(options):
        command = option(command)
    return command


@import_group.command("districts")
@_of_a_map
@click.option("--level", required=True)
@click.option("--name-field")
@in_words
def import_districts(
    path: Path,
    municipality: str,
    level: str,
    name_field: str | None,
    layer: str,
    crs: str,
    name: str,
) -> None:
    """Areas (A32, A27, N03, 町丁・字等 or any other) from GeoJSON, Shapefile, zip or GeoPackage."""
    _read(
        "区域",
        lambda db: intake.run_districts(
            db,
            house(municipality),
            delivery(path),
            level,
            name=name,
            name_field=name_field,
            layer_name=layer,
            crs=crs,
        ),
    )


@import_group.command("schools")
@_of_a_map
@in_words
def import_schools(path: Path, municipality: str, layer: str, crs: str, name: str) -> None:
    """Schools (P29); read before school districts, they name those that have no name."""
    _read(
        "学校",
        lambda db: intake.run_schools(
            db, house(municipality), delivery(path), name=name, layer_name=layer, crs=crs
        ),
    )


@import_group.command("areas")
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--municipality", required=True)
@click.option("--level", required=True, help="of the areas that are made")
@click.option("--by", default="town", help="level of their parts", show_default=True)
@click.option("--member-column", default="", help="header of the column of towns or parts")
@click.option("--area-column", default="", help="header of the column of areas")
@click.option("--name", default="", help="of a municipality that is newer than our list")
@in_words
def import_areas(
    path: Path,
    municipality: str,
    level: str,
    by: str,
    member_column: str,
    area_column: str,
    name: str,
) -> None:
    """Areas from a table (CSV or Excel): 町名 and 圏域, or areas of one level grouped into another."""
    _read(
        "区域の表",
        lambda db: intake.run_area_table(
            db,
            house(municipality),
            delivery(path),
            level,
            by=by,
            name=name,
            member_column=member_column,
            area_column=area_column,
        ),
    )


@import_group.command("resources")
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--municipality", required=True)
@click.option("--kind")
@click.option(
    "--mapping", type=click.Path(path_type=Path), help="JSON: what our columns are called here"
)
@click.option("--follows", default="", help="'new', or the dataset of the list that it continues")
@click.option("--name", default="", help="of a municipality that is newer than our list")
@in_words
def import_resources(
    path: Path,
    municipality: str,
    kind: str | None,
    mapping: Path | None,
    follows: str,
    name: str,
) -> None:
    """Resources from a table (自治体標準オープンデータセット and its relatives; CSV or Excel)."""
    said = intake.read_mapping(mapping) if mapping else None
    _read(
        "地域資源",
        lambda db: intake.run_resources(
            db,
            house(municipality),
            delivery(path),
            kind=kind,
            mapping=said,
            name=name,
            follows=follows,
        ),
    )


@import_group.command("streets")
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--municipality", required=True)
@click.option(
    "--coverage",
    type=click.Path(path_type=Path),
    help="GeoJSON: as far as the extract knows every street",
)
@click.option("--name", default="", help="of a municipality that is newer than our list")
@in_words
def import_streets(path: Path, municipality: str, coverage: Path | None, name: str) -> None:
    """Streets and the base map from an extract of OpenStreetMap (.osm.pbf, .osm)."""
    outcome = _keep(
        "道",
        lambda db: intake.run_streets(db, house(municipality), delivery(path), coverage, name=name),
    )
    _open_streets(municipality)
    tell(outcome)


@import_group.command("elevation")
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--municipality", required=True)
@click.option("--name", default="", help="of a municipality that is newer than our list")
@in_words
def import_elevation(path: Path, municipality: str, name: str) -> None:
    """Heights for the streets: 基盤地図情報 数値標高モデル (GML, zip of them, zip of zips), or GeoTIFF."""
    outcome = _keep(
        "標高",
        lambda db: intake.run_elevation(db, house(municipality), delivery(path), name=name),
    )
    _open_streets(municipality)
    tell(outcome)


@import_group.command("population")
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--municipality", required=True)
@click.option("--level", default="", help="of the areas a table names, when their names do not say")
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), help="the day people were counted")
@click.option("--public/--staff-only", default=None, help="whether everybody may see it")
@click.option("--older", is_flag=True, help="take it although what is there is newer")
@click.option("--name", default="", help="of a municipality that is newer than our list")
@in_words
def import_population(
    path: Path,
    municipality: str,
    level: str,
    as_of: datetime | None,
    public: bool | None,
    older: bool,
    name: str,
) -> None:
    """People: squares of the census (e-Stat), tables by 町・地区 and age, a ニーズ調査."""
    _read(
        "人口",
        lambda db: intake.run_population(
            db,
            house(municipality),
            delivery(path),
            name=name,
            level=level,
            as_of=as_of.date() if as_of else None,
            public=public,
            older=older,
        ),
    )


@import_group.command("addresses")
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--municipality", required=True)
@click.option("--name", default="", help="of a municipality that is newer than our list")
@in_words
def import_addresses(path: Path, municipality: str, name: str) -> None:
    """Towns and blocks (位置参照情報, Geolonia, 町字マスター): what places addresses from now on."""
    _read(
        "住所の一覧",
        lambda db: intake.run_addresses(db, house(municipality), delivery(path), name=name),
    )
