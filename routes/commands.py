"""The same answers from a terminal: flask db | demo | import | export | account | work | backup | restore.

stdout carries only the document of an export or, as its last line, one JSON object; words and
progress go to stderr (CONTRACT).
"""

import json
import os
from collections.abc import Callable
from pathlib import Path

import click
from flask import Flask, current_app
from flask.cli import AppGroup, with_appcontext
from sqlalchemy.orm import Session

from geo import (
    demo,
    demo_campaign,
    demo_diary,
    gap_map,
    jobs,
    publish,
    reach,
    second_step,
    sign_in,
    travel_profiles,
    twin_counts,
)
from geo.area import open_area
from geo.errors import Invalid
from geo.gap_questions import GapQuestion
from geo.possible_homes import Residents
from geo.reach_questions import ReachQuestion
from geo.records import migrate
from geo.scope import Role, house
from routes import _backup_commands
from routes._import_commands import import_group
from routes._mailing import mailing
from routes._printing import press
from routes._request import now, reading, today, writing
from routes._terminal import folders, in_words, say, tell, waiting

db_group = AppGroup("db", help="The database.")
demo_group = AppGroup("demo", help="The invented municipalities.")
export_group = AppGroup("export", help="Write files for others.")
account_group = AppGroup("account", help="People who sign in.")


def register(app: Flask) -> None:
    """Make the commands known to ``flask``."""
    for group in (db_group, demo_group, import_group, export_group, account_group):
        app.cli.add_command(group)
    for command in (work, _backup_commands.backup, _backup_commands.restore):
        app.cli.add_command(command)


@db_group.command("upgrade")
@in_words
def upgrade() -> None:
    """Bring the tables up to date."""
    settings = current_app.extensions["settings"]
    with waiting("データベースの表を新しくしています"):
        migrate.upgrade(settings.owner_conninfo, settings.conninfo)


@db_group.command("stop")
def stop() -> None:
    """Stop the private database server."""
    cluster = current_app.extensions["settings"].embedded
    if cluster:
        cluster.stop()


@demo_group.command("load")
@click.option("--if-empty", is_flag=True, help="not where real municipalities keep their records")
@click.option("--only", default="", help="code of one of the two")
@in_words
def load(if_empty: bool, only: str) -> None:
    """Load みほん市 and 碁盤町 with people of each role; quick when they are there."""
    settings = current_app.extensions["settings"]
    originals, told = settings.var / "originals", []
    for town, read in ((demo.CITY, demo.load_city), (demo.TOWN, demo.load_town)):
        if only not in ("", town.code):
            continue
        with writing() as db:
            if if_empty and demo.is_unwelcome(db):
                return
            if not demo.is_loaded(db, town):
                with waiting(f"見本（{town.name}）を取り込んでいます"):
                    read(db, originals)
            told += demo.load_accounts(db, town)
            if town is demo.CITY:
                demo_diary.load(db, today())
                demo_campaign.load(db, str(current_app.secret_key).encode(), today())
                twin_counts.count(db, house(town.code), now())
    _keep_told(settings.var / "demo_accounts.json", told)


@demo_group.command("write")
def write() -> None:
    """Write the files of 碁盤町 (into data/) and of みほん市 (into var/mihon) from the code that drew them."""
    for path in (*demo.write_town(), *demo.write_city(current_app.extensions["settings"].var)):
        say(str(path))


@demo_group.command("remove")
@in_words
def remove() -> None:
    """Remove the invented municipalities and their accounts; what the audit says of them stays."""
    settings = current_app.extensions["settings"]
    migrate.remove_invented(settings.owner_conninfo)
    (settings.var / "demo_accounts.json").unlink(missing_ok=True)


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
    db, scope = reading(), house(municipality)
    among = travel_profiles.in_use(db, scope)
    question = ReachQuestion.parse(profile, place, minutes, among=among)
    with waiting("道をたどっています（初めての道路網は、組み立てるのに時間がかかります）"):
        times = reach.times(db, scope, folders(), question)
    _hand_over({"csv": publish.times_csv}[form](times.lonlat, times.seconds), out)


@export_group.command("gaps")
@click.option("--municipality", required=True)
@click.option(
    "--kind", required=True, help="a code of data/kinds.csv; several with commas: any of them"
)
@click.option("--each", is_flag=True, help="of several kinds: each of them")
@click.option("--profile", default="", help="as the kind is reached, if left out")
@click.option("--minutes", default="30", help="1 to 60")
@click.option("--age", default="75", help="0, 65, 75 or 85 and over")
@click.option("--day", default="", help="mon … sun, weekly, twice_a_month")
@click.option("--at", default="", help="HH:MM, morning, afternoon")
@click.option("--month", default="", help="1 to 12")
@click.option("--on", default="", help="a date")
@click.option(
    "--level", default="", help="whose areas; 日常生活圏域 or what is nearest to it, if left out"
)
@click.option("--format", "form", type=click.Choice(["csv", "geojson"]), required=True)
@click.option("--out", type=click.Path(path_type=Path))
@in_words
def export_gaps(
    municipality: str,
    kind: str,
    level: str,
    form: str,
    out: Path | None,
    *,
    each: bool,
    **words: str,
) -> None:
    """People of each area who reach a kind of resource, who do not, and of whom nobody knows."""
    db, scope = reading(), house(municipality)
    question = GapQuestion.parse(
        words | {"each": "1" if each else ""},
        tuple(dict.fromkeys(filter(None, kind.split(",")))),
        level or gap_map.usual_level(db, scope),
        today(),
        travel_profiles.in_use(db, scope),
    )
    with waiting("道をたどっています（初めての道路網は、組み立てるのに時間がかかります）"):
        found = gap_map.gap_map(
            db, scope, Residents(), open_area(db, scope, folders()), question, today()
        )
    if found is None:
        raise Invalid(fields={"municipality": "no_people"})
    _hand_over(
        {"csv": publish.gaps_csv, "geojson": publish.gaps_geojson}[form](db, scope, found), out
    )


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
    tell(told)


@account_group.command("second-step-off")
@click.argument("email")
@in_words
def second_step_off(email: str) -> None:
    """Without a second step, for the last administrator who lost the telephone."""
    with writing() as db:
        account = second_step.switch_off_by_house(db, house(), email, now())
        told = {"account": str(account.id), "email": account.email, "second_step": False}
    tell(told)


@click.command("work")
@with_appcontext
def work() -> None:
    """Do background work until stopped. Any number of workers may share the queue."""
    if os.environ.get("ENGAWA_SERVER", str(os.getppid())) != str(os.getppid()):
        return  # the server that started it ended meanwhile (scripts/worker.py)
    settings = current_app.extensions["settings"]
    engine = current_app.extensions["engine"]
    queue = jobs.open_queue(
        settings.conninfo(),
        engine,
        settings.var / "originals",
        mailing(current_app),
        press(current_app),
    )
    with queue.open():
        queue.run_worker(install_signal_handlers=True, delete_jobs="successful")


def _keep_told(path: Path, told: list[dict[str, str]]) -> None:
    """Add new passwords of the demo to those that were told before."""
    if told:
        towns = {row["municipality"] for row in told}
        before = json.loads(path.read_text()) if path.exists() else []
        kept = [row for row in before if row["municipality"] not in towns]
        _keep_private(path, [*told, *kept])


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
