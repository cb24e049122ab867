"""What a census costs: 100,000 squares of 125 m from a file into a municipality, its areas counted.

Beside it stands the plain way: the same file by csv.reader, and an INSERT for each square.
"""

import csv
from pathlib import Path

import numpy as np
import psycopg
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from geo import intake
from geo.intake import Delivery
from geo.scope import house
from geo.sources import mesh_codes
from geo.sources.mihon.census import COLUMNS

SIDE = 320  # squares along one side: 102,400, some 40 km
INSERT = "csv.reader and a plain INSERT loop"
FIRST_MESH = "4838"


def write(folder: Path) -> tuple[Path, Path]:
    """A file of e-Stat with a square in each place, every fifth with hidden ages, and the outline of
    four areas over them."""
    rng = np.random.default_rng(125)
    codes = _codes()
    people = rng.integers(1, 60, len(codes))
    old = people * 3 // 10
    path = folder / f"tblT001231E{FIRST_MESH}.txt"
    names = [f"T001231{number:03d}" for number in range(1, len(COLUMNS) + 1)]
    with path.open("w", encoding="cp932", newline="\r\n") as file:
        file.write(",".join(["KEY_CODE", "HTKSYORI", "HTKSAKI", "GASSAN", *names]) + "\n")
        file.write(",".join(["", "", "", "", *COLUMNS]) + "\n")
        rest = ",".join(["1"] * 23)
        for at, (code, count, elders) in enumerate(zip(codes, people, old, strict=True)):
            is_hidden = at % 5 == 1
            state = f"2,{codes[at - 1]}," if is_hidden else "0,,"
            ages = ",".join(["*"] * 24) if is_hidden else f"{',1' * 15},{elders}{',0' * 8}"[1:]
            file.write(f"{code},{state},{count},1,1,{ages},{rest}\n")
    return path, _areas(folder)


def ours(engine: Engine, path: Path, folder: Path, code: str) -> None:
    """``flask import population`` without the start of the process, areas counted."""
    scope = house(code)
    with Session(engine) as session, session.begin():
        intake.run_population(session, scope, Delivery(path, folder / "o"))


def prepare(engine: Engine, areas: Path, folder: Path, code: str) -> None:
    """The municipality with its outline and four areas, before anybody looks at a clock."""
    scope = house(code)
    with Session(engine) as session, session.begin():
        for level in ("municipality", "living_area"):
            intake.run_districts(session, scope, Delivery(areas, folder / "o"), level)


def plain(db: psycopg.Connection, path: Path) -> None:
    """The same columns, a row at a time; no groups, no shares, no areas, nothing compared."""
    columns = (4, 22, 25, 28, 37)  # people, 65+, 75+, 85+, households
    with db.transaction():
        db.execute("drop table if exists plain_square")
        db.execute(
            "create table plain_square (code bigint primary key, geom geometry(Polygon, 4326),"
            " people int, over_65 int, over_75 int, over_85 int, households int, counted_in bigint)"
        )
        with path.open(encoding="cp932", newline="") as file:
            rows = csv.reader(file)
            next(rows), next(rows)
            for row in rows:
                counts = [None if row[at] == "*" else int(row[at]) for at in columns]
                box = mesh_codes.boxes(np.array([int(row[0])]))[0].tolist()
                db.execute(
                    "insert into plain_square values"
                    " (%s, st_makeenvelope(%s, %s, %s, %s, 4326), %s, %s, %s, %s, %s, %s)",
                    (int(row[0]), *box, *counts, int(row[2]) if row[2] else None),
                )


def _codes() -> list[int]:
    """11 digits: the first 320 by 320 squares of 125 m of a first mesh, by code."""
    found = []
    for north in range(SIDE):
        for east in range(SIDE):
            second, third = (north // 80, east // 80), (north // 8 % 10, east // 8 % 10)
            code = f"{FIRST_MESH}{second[0]}{second[1]}{third[0]}{third[1]}"
            for half in (4, 2, 1):
                code += str(1 + north // half % 2 * 2 + east // half % 2)
            found.append(int(code))
    return sorted(found)


def _areas(folder: Path) -> Path:
    """Four quarters of the squares, a little smaller, so that some lie on the border."""
    wide, high = SIDE / 640, SIDE / 960
    path = folder / "quarters.geojson"
    features = []
    for number, (east, north) in enumerate(((0, 0), (1, 0), (0, 1), (1, 1))):
        west, south = 138.0011 + east * wide / 2, 32.0013 + north * high / 2
        ring = [
            [west, south],
            [west + wide / 2 - 0.003, south],
            [west + wide / 2 - 0.003, south + high / 2 - 0.003],
            [west, south + high / 2 - 0.003],
            [west, south],
        ]
        features.append(
            f'{{"type": "Feature", "properties": {{"name": "区域{number}"}}, "geometry": '
            f'{{"type": "Polygon", "coordinates": [{ring}]}}}}'
        )
    path.write_text(f'{{"type": "FeatureCollection", "features": [{",".join(features)}]}}')
    return path
