"""地域メッシュの取り込み: the squares of a census that lie in the municipality."""

from datetime import date
from typing import Any
from uuid import uuid4

import numpy as np
import shapely
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from geo.errors import Unreadable
from geo.intake.report import Delivery, Report, begin, finish, source
from geo.intake.residents import count_residents, shares
from geo.records import districts, mesh, population
from geo.records.intakes import Intake
from geo.records.mesh import Cells
from geo.records.municipalities import Municipality
from geo.scope import Scope
from geo.sources import mesh_codes
from geo.sources.estat_mesh import COUNTS, MeshFile
from geo.sources.model_town import LICENCE, PUBLISHER

ESTAT = ("総務省統計局（e-Stat）", "政府統計の総合窓口（e-Stat）利用規約")
INVENTED = "99"  # DATA 18
NO_OUTLINE = "no_outline_all_squares"
# Our choice: where two borders of one line differ, less than this share of a square is no part of it.
SLIVER = 1e-6


def take_squares(
    db: Session,
    scope: Scope,
    delivery: Delivery,
    file: MeshFile,
    place: Municipality,
    *,
    as_of: date | None,
    older: bool,
) -> Intake:
    """Keep the squares of a file that lie in the municipality, and those that hold their ages.

    A file takes the place of what there was in the first meshes (80 km) it is about; a new census
    takes the place of all. Raises Unreadable: older_edition, edition_differs, no_square_inside.
    """
    day = _day(file, as_of)
    series = f"squares/{file.side_m}"
    before = population.find_source(db, scope, series)
    check_order(before, day, older=older)
    report = _report(file, place, day)
    delivered = _within(file, _outline(db, scope), report)
    run = begin(db, scope, delivery, "population", series)
    own = before.id if before else uuid4()
    known = mesh.load_cells(db, scope, own) if before else _none()
    is_new_census = before is None or before.as_of != day
    stays = ~np.isin(_first(known.codes), _first(file.codes)) & (not is_new_census)
    differs = _count(run, report, known, stays, delivered)
    values = {
        "series": series,
        "kind": "cells",
        "form": "estat_mesh",
        "level": None,
        "as_of": day,
        "as_of_unit": "day" if day else "",
        "title": "、".join(file.tables),
        "publisher": report.source["publisher"],
        "licence": report.source["licence"],
        "public": True,
        "side_m": file.side_m,
    }
    moved = before is None or any(getattr(before, key) != value for key, value in values.items())
    if differs or moved:
        population.save_source(db, scope, {"id": own, **values, "intake": run.id})
    cells = _joined(_taken(known, stays), delivered)
    if differs:
        mesh.save_cells(db, scope, own, cells)
    if differs or moved:
        count_residents(db, scope, {own: cells})
    return finish(db, scope, run, report, "population" if differs or moved else None)


def check_order(
    before: population.PopulationSource | None, day: date | None, *, older: bool
) -> None:
    """Raises Unreadable older_edition where what is there is of a later day."""
    if before and before.as_of and day and day < before.as_of and not older:
        raise Unreadable(reason="older_edition", found=str(before.as_of))


def _day(file: MeshFile, as_of: date | None) -> date | None:
    if as_of and file.day and as_of != file.day:
        raise Unreadable(reason="edition_differs", found=str(file.day))
    return file.day or as_of


def _report(file: MeshFile, place: Municipality, day: date | None) -> Report:
    invented = place.code.startswith(INVENTED)
    publisher, licence = (PUBLISHER, LICENCE) if invented else ESTAT
    said = source(
        layer=f"population:squares_{file.side_m}",
        edition=str(day or ""),
        encoding=file.encoding,
        crs="JIS X 0410",
        publisher=publisher,
        licence=licence,
    )
    totals = {name: np.nansum(file.counts[name]) for name in COUNTS[:4]}
    report = Report(
        said,
        [
            *([] if day else ["no_date_said"]),
            f"people_in_file={totals['people']:.0f}",
            f"people_65_in_file={totals['people_65']:.0f}",
            f"squares_hidden={int((file.counted_in > 0).sum())}",
        ],
    )
    for refused in file.refused:
        report.say(refused.row, refused.detail, refused.reason, refused=True)
    report.count_unlisted(refused=file.lost, missing=0)
    for remark in file.remarks:
        report.say(remark.row, "", remark.reason, refused=False, detail=remark.detail)
    return report


def _outline(db: Session, scope: Scope) -> Any | None:
    """The municipality's outline, None while it is not known."""
    shapes = [
        shapely.from_wkb(w) for w in districts.load_wkb(db, scope, "municipality").values() if w
    ]
    return shapely.union_all(shapes) if shapes else None


def _within(file: MeshFile, outline: Any | None, report: Report) -> Cells:
    """The squares inside, those on the border with their share, and the rest of their groups."""
    boxes = mesh_codes.boxes(file.codes)
    inside = np.ones(len(file.codes))
    if outline is None:
        report.assumptions.append(NO_OUTLINE)
    else:
        inside = shares(boxes, outline)
        inside[inside < SLIVER] = 0
        inside[inside > 1 - SLIVER] = 1
    if not (inside > 0).any():
        raise Unreadable(reason="no_square_inside")
    host = np.where(file.counted_in > 0, file.counted_in, file.codes)
    kept = np.isin(host, host[inside > 0])
    border = int(((inside > 0) & (inside < 1)).sum())
    if border:
        people = np.nan_to_num(file.counts["people"])
        on_border = (inside > 0) & (inside < 1)
        cut = f"{border} ({(people * inside)[on_border].sum():.0f} / {people[on_border].sum():.0f})"
        report.say(0, "", "squares_on_border", refused=False, detail=cut)
    if (~kept).any():
        report.say(0, "", "squares_outside", refused=False, detail=str(int((~kept).sum())))
    counts = np.stack([file.counts[name] for name in COUNTS], axis=1)
    return Cells(file.codes[kept], boxes[kept], counts[kept], file.counted_in[kept], inside[kept])


def _count(run: Intake, report: Report, known: Cells, stays: NDArray[np.bool_], now: Cells) -> bool:
    """What became of each square; whether anything differs."""
    before = _taken(known, ~stays)
    is_known = np.isin(now.codes, before.codes, assume_unique=True)
    was_there = np.isin(before.codes, now.codes, assume_unique=True)
    # both are sorted by code, so that what is in both stands in the same order
    ours, theirs = _rows(_taken(now, is_known)), _rows(_taken(before, was_there))
    same = ((ours == theirs) | (np.isnan(ours) & np.isnan(theirs))).all(axis=1)
    run.added, run.unchanged = int((~is_known).sum()), int(same.sum())
    run.changed = int((~same).sum())
    gone = int((~was_there).sum())
    report.count_unlisted(refused=report.unlisted.get("refused", 0), missing=gone)
    return bool(run.added or run.changed or gone)


def _rows(cells: Cells) -> NDArray[np.float64]:
    return np.column_stack([cells.counts, cells.counted_in, cells.inside])


def _first(codes: NDArray[np.int64]) -> NDArray[np.int64]:
    """The first mesh of each square: four digits."""
    digits = len(str(codes[0])) if len(codes) else 4
    return np.asarray(codes // 10 ** (digits - 4), dtype=np.int64)


def _none() -> Cells:
    nothing = np.empty(0)
    whole = nothing.astype(np.int64)
    return Cells(whole, np.empty((0, 4)), np.empty((0, 5)), whole, nothing)


def _taken(cells: Cells, which: NDArray[np.bool_]) -> Cells:
    return Cells(
        *(cells.codes[which], cells.boxes[which], cells.counts[which]),
        *(cells.counted_in[which], cells.inside[which]),
    )


def _joined(one: Cells, two: Cells) -> Cells:
    both = Cells(
        np.concatenate([one.codes, two.codes]),
        np.concatenate([one.boxes, two.boxes]),
        np.concatenate([one.counts, two.counts]),
        np.concatenate([one.counted_in, two.counted_in]),
        np.concatenate([one.inside, two.inside]),
    )
    order = np.argsort(both.codes, kind="stable")
    return Cells(
        *(both.codes[order], both.boxes[order], both.counts[order]),
        *(both.counted_in[order], both.inside[order]),
    )
