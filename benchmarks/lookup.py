"""さがす under load: fifty people at once ask what is near, of みほん市 with ten thousand entries, by wrk.

One request in ten is the first page, one a typed town (POST), two an answer with wishes, six an answer; of the square of
a random address each; once so that no answer was given before, once so that any may have been (routes/_kept_pages.py).
The server is the real one; wrk (a public load tool, ``apt-get install wrk``, by hand) holds fifty connections open and asks
again as soon as it is answered. Beside it stands PostgreSQL asked by pgbench, fifty
clients, for the ten nearest entries as the crow flies: no streets, no days, no page.
"""

import http.cookiejar
import json
import random
import re
import shutil
import subprocess
import urllib.request
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
from psycopg.conninfo import conninfo_to_dict
from sqlalchemy.orm import Session

from benchmarks.dragging import load
from benchmarks.measuring import Ground, case, ground
from benchmarks.serving import serving
from geo import intake, squares
from geo.intake import Delivery
from geo.records import addresses
from geo.scope import house

MIHON, ENTRIES, PEOPLE, SECONDS = "99002", 10_000, 50, 20
KINDS = ("サロン", "通いの場", "食料品店", "診療所", "薬局", "集会所", "認知症カフェ", "食堂")
NEW = "MIX.new = true\n"  # no answer was asked for before: each is made anew
BARE = "pgbench, 50 clients: the ten nearest as the crow flies, no streets, no page"
NEAREST = """\\set square random(1, {count})
select id, name from resource_public
where municipality = '99002' and closed_on is null and place is not null
order by place <-> (select middle from asked_square where number = :square) limit 10;
"""


def cases() -> dict[str, dict[str, object]]:
    """Requests a second and percentiles of a warm server, and of the database alone."""
    if not shutil.which("wrk"):
        raise SystemExit("wrk is not installed: apt-get install wrk")
    with ground() as place:
        load(place)
        asked = _prepared(place)
        with serving(place, TRUSTED_PROXIES="1") as address:
            mix = _mix(place, address, asked)
            _load(
                place, address, mix + NEW, 10
            )  # kernels, rows and dictionaries are there from now on
            new = _load(place, address, mix + NEW, SECONDS)
            _load(place, address, mix, 60)
            again = _load(place, address, mix, SECONDS)
        bare = _pgbench(place, asked)
    return {
        f"lookup_{which}_{name}": case(
            ours[name], bare[name], BARE, ours["requests"],
            requests_per_s=round(ours["requests"] / ours["seconds"], 1),
            other_per_s=round(bare["per_s"], 1), errors=ours["errors"], mean="",
        )
        for which, ours in (("new", new), ("again", again))
        for name in ("p50", "p95", "p99")
    }  # fmt: skip


def _prepared(place: Ground) -> list[str]:
    """Ten thousand entries in all, spread over where addresses are; the square of every address."""
    scope, rng = house(MIHON), random.Random(20261130)
    with Session(place.engine) as db:
        rows = [row for row in addresses.load_rows(db, scope, "isj_block") if row.lon is not None]
        there = (
            db.connection()
            .exec_driver_sql(
                "select count(*) from resource where municipality = '99002' and closed_on is null"
            )
            .scalar_one()
        )
        path = place.folder / "many.csv"
        lines = ["名称,種別,緯度,経度,曜日,電話番号"]
        for number in range(ENTRIES - there):
            row = rng.choice(rows)
            lon, lat = row.lon + rng.uniform(-1, 1) / 800, row.lat + rng.uniform(-1, 1) / 800
            kind, day = rng.choice(KINDS), rng.choice("月火水木金")
            lines.append(
                f"{kind} {number}号,{kind},{lat:.6f},{lon:.6f},毎週{day}曜,0000-{number:06d}"
            )
        path.write_text("\n".join([*lines, ""]), encoding="utf-8")
        intake.run_resources(db, scope, Delivery(path, place.folder / "var" / "originals"))
        db.commit()
    with psycopg.connect(place.owner, autocommit=True) as owner:
        owner.execute("analyze")
    return sorted(squares.square_of((row.lon, row.lat)) for row in rows)


def _mix(place: Ground, address: str, asked: list[str]) -> str:
    """What wrk is told before its script: where to ask, with the token of a session that all share."""
    cookies = http.cookiejar.CookieJar()
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(cookies))
    page = opener.open(f"{address}/near/{MIHON}").read().decode()
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    if found is None:
        raise AssertionError("no token on the page")
    with Session(place.engine) as db:
        towns = [name for name, _ in addresses.list_towns(db, house(MIHON))]
    cookie = "; ".join(f"{one.name}={one.value}" for one in cookies)

    def table(words: list[str]) -> str:
        return "{" + ",".join(f'"{word}"' for word in words) + "}"

    return (
        f'MIX = {{token = "{quote(found[1], safe="")}", cookie = "{cookie}", first = "/near/{MIHON}",'
        f" squares = {table(asked)}, towns = {table([quote(town) for town in towns])}}}\n"
    )


def _load(place: Ground, address: str, mix: str, seconds: int) -> dict[str, Any]:
    script = place.folder / "asking.lua"
    script.write_text(mix + Path(__file__).with_name("asking.lua").read_text(), encoding="utf-8")
    words = [
        "wrk",
        "-t2",
        f"-c{PEOPLE}",
        f"-d{seconds}s",
        "--timeout",
        "30s",
        "-s",
        str(script),
        address,
    ]
    told = subprocess.run(words, capture_output=True, text=True, check=True).stdout
    answer: dict[str, Any] = json.loads(told.strip().splitlines()[-1])
    return answer


def _pgbench(place: Ground, asked: list[str]) -> dict[str, float]:
    """The same squares asked of the database alone."""
    with psycopg.connect(place.owner, autocommit=True) as owner:
        owner.execute("create table asked_square (number int primary key, middle geometry)")
        with owner.cursor() as cursor, cursor.copy("copy asked_square from stdin") as copy:
            for number, square in enumerate(asked, start=1):
                lon, lat = squares.middle_of(square)
                copy.write_row((number, f"SRID=4326;POINT({lon} {lat})"))
        owner.execute("grant select on asked_square to engawa")
    script = place.folder / "nearest.sql"
    script.write_text(NEAREST.format(count=len(asked)), encoding="utf-8")
    where = conninfo_to_dict(place.application)
    prefix = place.folder / "pgbench"
    program = max(Path("/usr/lib/postgresql").glob("*/bin/pgbench"))
    words = [str(program), "-n", f"-c{PEOPLE}", "-j2", f"-T{SECONDS}", "-f", str(script), "-l"]
    words += [f"--log-prefix={prefix}", "-h", where["host"], "-U", where["user"], where["dbname"]]
    subprocess.run(words, capture_output=True, check=True)
    times = sorted(
        int(line.split()[2]) / 1000
        for log in place.folder.glob("pgbench.*")
        for line in log.read_text().splitlines()
    )
    return {
        "p50": times[len(times) // 2],
        "p95": times[int(len(times) * 0.95)],
        "p99": times[int(len(times) * 0.99)],
        "per_s": len(times) / SECONDS,
    }
