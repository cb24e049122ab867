"""The same answers from a terminal: flask db | demo | import | export | account | work.

stdout carries only the document of an export or, as its last line, one JSON object; words and
progress go to stderr (CONTRACT).
"""

import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import Any

import click
from flask import Flask, current_app
from flask.cli import AppGroup, with_appcontext
from sqlalchemy.orm import Session

from geo import demo, intake, jobs, publish, sign_in
from geo.errors import GeoError, Invalid, Unreadable
from geo.intake import Delivery
from geo.records import migrate
from geo.records.intakes import Intake
from geo.scope import Role, house
from routes._errors import WORDS, field_words, reason_words
from routes._request import DATABASE_AWAY, reading, writing
from scripts.cluster import ClusterProblem

AWAY = "データベースにつながらないか、途中で切れました。もう一度実行しても、二重にはなりません。"

db_group = AppGroup("db", help="The database.")
demo_group = AppGroup("demo", help="The invented municipalities.")
import_group = AppGroup("import", help="Read files from outside.")
export_group = AppGroup("export", help="Write files for others.")
account_group = AppGroup("account", help="People who sign in.")


def register(app: Flask) -> None:
    """Make the commands known to ``flask``."""
    for group in (db_group, demo_group, import_group, export_group, account_group):
        app.cli.add_command(group)
    app.cli.add_command(work)


def in_words(command: Callable[..., Any]) -> Callable[..., Any]:
    """A refusal ends the command with a sentence on stderr and exit status 1."""

    @wraps(command)
    def spoken(*args: Any, **kwargs: Any) -> Any:
        try:
            return command(*args, **kwargs)
        except ClusterProblem as problem:
            _say(str(problem))
            sys.exit(1)
        except DATABASE_AWAY as problem:
            _say(f"{AWAY} ({str(getattr(problem, 'orig', problem)).splitlines()[0]})")
            sys.exit(1)
        except GeoError as error:
            _say(WORDS[type(error)][1] + " ".join(_details(error)))
            sys.exit(1)

    return spoken


@db_group.command("upgrade")
@in_words
def upgrade() -> None:
    """Bring the tables up to date."""
    settings = current_app.extensions["settings"]
    with _waiting("データベースの表を新しくしています"):
        migrate.upgrade(settings.owner_conninfo, settings.conninfo)


@db_group.command("stop")
def stop() -> None:
    """Stop the private database server."""
    cluster = current_app.extensions["settings"].embedded
    if cluster:
        cluster.stop()


@demo_group.command("load")
@click.option("--if-empty", is_flag=True, help="not where real municipalities keep their records")
@in_words
def load(if_empty: bool) -> None:
    """Load 碁盤町 with an account for each role; quick when it is there."""
    settings = current_app.extensions["settings"]
    with writing() as db:
        if if_empty and demo.is_unwelcome(db):
            return
        if not demo.is_loaded(db):
            with _waiting("見本の町（碁盤町）を取り込んでいます"):
                demo.load_town(db, settings.var / "originals")
        told = demo.load_accounts(db)
        if told:
            _keep_private(settings.var / "demo_accounts.json", told)


@demo_group.command("write")
def write() -> None:
    """Write the files of 碁盤町 (into data/) and of みほん市 (into var/mihon) from the code that drew them."""
    for path in (*demo.write_town(), *demo.write_city(current_app.extensions["settings"].var)):
        _say(str(path))


@demo_group.command("remove")
@in_words
def remove() -> None:
    """Remove the invented municipalities and their accounts; what the audit says of them stays."""
    settings = current_app.extensions["settings"]
    migrate.remove_invented(settings.owner_conninfo)
    (settings.var / "demo_accounts.json").unlink(missing_ok=True)


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
    with _waiting("区域を取り込んでいます"), writing() as db:
        run = intake.run_districts(
            db,
            house(municipality),
            _delivery(path),
            level,
            name=name,
            name_field=name_field,
            layer_name=layer,
            crs=crs,
        )
        outcome = _outcome(run)
    _tell(outcome)


@import_group.command("schools")
@_of_a_map
@in_words
def import_schools(path: Path, municipality: str, layer: str, crs: str, name: str) -> None:
    """Schools (P29); read before school districts, they name those that have no name."""
    with _waiting("学校を取り込んでいます"), writing() as db:
        run = intake.run_schools(
            db, house(municipality), _delivery(path), name=name, layer_name=layer, crs=crs
        )
        outcome = _outcome(run)
    _tell(outcome)


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
    with _waiting("区域の表を取り込んでいます"), writing() as db:
        run = intake.run_area_table(
            db,
            house(municipality),
            _delivery(path),
            level,
            by=by,
            name=name,
            member_column=member_column,
            area_column=area_column,
        )
        outcome = _outcome(run)
    _tell(outcome)


@import_group.command("resources")
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--municipality", required=True)
@click.option("--kind")
@click.option("--name", default="", help="of a municipality that is newer than our list")
@in_words
def import_resources(path: Path, municipality: str, kind: str | None, name: str) -> None:
    """Resources from a table (自治体標準オープンデータセット and its relatives)."""
    with _waiting("地域資源を取り込んでいます"), writing() as db:
        run = intake.run_resources(db, house(municipality), _delivery(path), kind=kind, name=name)
        outcome = _outcome(run)
    _tell(outcome)


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
    with _waiting("道を取り込んでいます"), writing() as db:
        run = intake.run_streets(db, house(municipality), _delivery(path), coverage, name=name)
        outcome = _outcome(run)
    _tell(outcome)


def _exports(what: str, forms: dict[str, Callable[[Session, str], str]]) -> None:
    """A command that writes one document in any of its forms."""

    @export_group.command(what)
    @click.option("--municipality", required=True)
    @click.option("--format", "form", type=click.Choice(list(forms)), required=True)
    @click.option("--out", type=click.Path(path_type=Path))
    @in_words
    def export(municipality: str, form: str, out: Path | None) -> None:
        _hand_over(forms[form](reading(), municipality), out)

    export.help = f"The {what} of a municipality as everybody may see them."


_exports("districts", {"geojson": publish.districts_geojson, "csv": publish.districts_csv})
_exports("resources", {"geojson": publish.resources_geojson, "csv": publish.resources_csv})


@export_group.command("times")
@click.option("--municipality", required=True)
@click.option("--profile", required=True, help="on_foot, on_foot_slow, on_foot_frail, wheelchair …")
@click.option("--from", "place", required=True, help="LON,LAT")
@click.option("--minutes", required=True, help="1 to 60")
@click.option("--format", "form", type=click.Choice(["csv"]), required=True)
@click.option("--out", type=click.Path(path_type=Path))
@in_words
def export_times(
    municipality: str, profile: str, place: str, minutes: str, form: str, out: Path | None
) -> None:
    """Seconds from a place to every place of the streets within some minutes."""
    from geo import area, reach  # noqa: PLC0415  (no other command should wait for the engine)

    question = reach.ReachQuestion.parse(profile, place, minutes)
    var = current_app.extensions["settings"].var
    folders = area.Folders(originals=var / "originals", networks=var / "networks")
    with _waiting("道をたどっています（初めての道路網は、組み立てるのに時間がかかります）"):
        times = reach.times(reading(), house(municipality), folders, question)
    _hand_over({"csv": publish.times_csv}[form](times.lonlat, times.seconds), out)


@account_group.command("add")
@click.argument("email")
@click.option(
    "--role", required=True, type=click.Choice([str(r) for r in Role if r != Role.RESIDENT])
)
@click.option("--municipality")
@click.option("--name", default="")
@in_words
def add_account(email: str, role: str, municipality: str | None, name: str) -> None:
    """An account; the password comes from a prompt or from ENGAWA_PASSWORD."""
    password = os.environ.get("ENGAWA_PASSWORD") or click.prompt(
        "パスワード", hide_input=True, confirmation_prompt=True, err=True
    )
    with writing() as db:
        account = sign_in.add(
            db,
            house(),
            email=email,
            name=name,
            role=role,
            municipality=municipality,
            password=password,
        )
        told = {"account": str(account.id), "email": account.email, "role": account.role}
    _tell(told)


@click.command("work")
@with_appcontext
def work() -> None:
    """Do background work until stopped. Any number of workers may share the queue."""
    settings = current_app.extensions["settings"]
    engine = current_app.extensions["engine"]
    queue = jobs.open_queue(settings.conninfo(), engine, settings.var / "originals")
    with queue.open():
        queue.run_worker(install_signal_handlers=True)


def _delivery(path: Path) -> Delivery:
    return Delivery(path, current_app.extensions["settings"].var / "originals")


def _outcome(run: Intake) -> dict[str, Any]:
    """A run as the last line of stdout, and its remarks on stderr."""
    for line in run.report["rows"][:50]:
        mark = "×" if line["refused"] else "・"
        detail = line["detail"] if isinstance(line["detail"], str) else ""
        row = f"{line['row']}行目 " if line["row"] else ""
        _say(f"{mark} {row}{line['name']} {reason_words(line['reason'])} {detail}".rstrip())
    if len(run.report["rows"]) > 50:
        _say(f"ほか {len(run.report['rows']) - 50} 件は、取り込み結果の画面にあります。")
    for assumption in run.report["assumptions"]:
        _say(f"・前提 {reason_words(assumption)}")
    counts = ("rows", "added", "changed", "unchanged", "missing", "refused")
    return {name: getattr(run, name) for name in counts} | {"report": str(run.id)}


def _details(error: GeoError) -> Iterator[str]:
    if isinstance(error, Invalid):
        yield from (
            f" {field}: {words}" for field, words in field_words(error.facts["fields"]).items()
        )  # type: ignore[attr-defined]
    if isinstance(error, Unreadable):
        yield reason_words(str(error.facts["reason"]))
        layers = error.facts.get("layers")
        if isinstance(layers, list):
            yield "、".join(map(str, layers))
    for name in ("thing", "id"):
        if name in error.facts:
            yield f" {error.facts[name]}"


def _keep_private(path: Path, document: object) -> None:
    """Write a file that only its owner may read."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_suffix(".new")
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump(document, file, ensure_ascii=False, indent=1)
    beside.replace(path)


def _hand_over(document: str, out: Path | None) -> None:
    """A document into a file, or alone on stdout."""
    if out:
        out.write_text(document, encoding="utf-8", newline="")
    else:
        click.echo(document.rstrip("\n"))


def _tell(outcome: dict[str, Any]) -> None:
    click.echo(json.dumps(outcome, ensure_ascii=False))


def _say(words: str) -> None:
    click.echo(words, err=True)


@contextmanager
def _waiting(words: str) -> Iterator[None]:
    _say(f"{words}……")
    yield
