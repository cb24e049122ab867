"""flask backup | restore: an installation as one file, and a file as an installation."""

import fcntl
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext

from geo import backups
from geo.backups import Place
from geo.errors import BackupRefused
from geo.records import audit
from geo.records import backups as records
from geo.scope import house
from routes._request import now, writing
from routes._terminal import in_words, say, tell, waiting
from scripts.postgres import find_programs


@click.command("backup")
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--scratch", default="", help="an empty database with PostGIS to try it out in (URL)")
@with_appcontext
@in_words
def backup(path: Path, scratch: str) -> None:
    """Everything in one file, tried out before it is called done. ./run may go on serving."""
    tell(_write(path, scratch))


@click.command("restore")
@click.argument("path", type=click.Path(path_type=Path))
@click.option(
    "--replace", is_flag=True, help="what is here now is first backed up into var/backups"
)
@click.option("--scratch", default="", help="as of backup, for --replace")
@with_appcontext
@in_words
def restore(path: Path, replace: bool, scratch: str) -> None:
    """Put a backup in the place of what is here. Stop ./run first."""
    settings = current_app.extensions["settings"]
    with _nobody_serves(settings.var):
        current_app.extensions["engine"].dispose()
        place = _place("")
        with waiting("控えを確かめています"):
            backups.read_manifest(path)
        there, others = backups.counts(place.owner)
        if others:
            raise BackupRefused(reason="others_connected", found=str(others))
        if there and not replace:
            raise BackupRefused(reason="not_empty", found=str(there))
        before = _keep_before(scratch) if there else None
        with waiting("もどしています"):
            manifest = backups.restore(place, path)
        with writing() as db:
            audit.save(db, house(), "restore", "installation", "", None, manifest.told())
    say("もどしました。表ごとの件数と合計は、控えと同じです。全員がログインし直します。")
    tell(manifest.told() | {"restored": str(path), "same": True, "before": before})


def _write(path: Path, scratch: str) -> dict[str, object]:
    with waiting("控えを書いて、別の場所に一度もどして確かめています"):
        manifest = backups.write(_place(scratch), path, now())
    told = manifest.told() | {"bytes": path.stat().st_size, "verified": True}
    with writing() as db:
        audit.save(db, house(), "backup", "installation", "", None, told)
    say(
        "控えには個人の情報が入っています。台帳と同じように守ってください。鍵（secret_key）は入っていません。"
    )
    return {"backup": str(path), **told}


def _keep_before(scratch: str) -> str:
    folder = current_app.extensions["settings"].var / "backups"
    folder.mkdir(exist_ok=True, mode=0o700)
    path = folder / f"before-{now():%Y%m%d-%H%M%S}.zip"
    _write(path, scratch)
    return str(path)


def _place(scratch: str) -> Place:
    settings = current_app.extensions["settings"]
    owner = settings.owner_conninfo()
    maker = settings.embedded.admin_conninfo if settings.embedded else owner

    def empty() -> AbstractContextManager[str]:
        return nullcontext(scratch) if scratch else records.take_scratch(house(), maker, owner)

    # The newest programs read every older server; a private cluster's own are among them.
    return Place(owner, settings.conninfo(), settings.var, find_programs(), empty)


@contextmanager
def _nobody_serves(var: Path) -> Iterator[None]:
    """Hold the lock that ./run holds while it serves."""
    var.mkdir(parents=True, exist_ok=True)
    with (var / "serve.lock").open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BackupRefused(reason="being_served") from None
        yield
