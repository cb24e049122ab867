"""Who may know whom (README, "Rooms")."""

import pytest

from tests.house.source import HOUSE, imported, python_files, short

WEB = ("flask", "flask_login", "flask_wtf", "werkzeug", "jinja2", "click", "routes", "app")
SQL = ("sqlalchemy", "geoalchemy2", "psycopg", "alembic", "geo.records")
ENGINES = [
    room
    for room in ("geo/streets", "geo/transit", "geo/access", "geo/siting")
    if (HOUSE / room).is_dir()
]
ANSWERS = tuple(
    f"geo.{path.stem}"
    for path in sorted((HOUSE / "geo").glob("*.py"))
    if path.stem
    not in (
        "__init__",
        "errors",
        "scope",
        "crs",
        "days",
        "openings",
        "words",
        "kinds",
        "municipalities",
    )
)
FORBIDDEN = [
    ("geo", WEB),
    ("geo/sources", SQL),
    ("geo/records", ANSWERS),
    ("geo/records", ("geo.sources", "numba")),
    ("routes", ("numba", "numpy", "shapely", "geoalchemy2", "psycopg", "app")),
    ("geo/addresses", (*SQL, "geo.sources", *ANSWERS)),
    *[(engine, (*SQL, "geo.sources", *ANSWERS)) for engine in ENGINES],
]


@pytest.mark.parametrize(("room", "strangers"), FORBIDDEN, ids=lambda value: str(value)[:40])
def test_a_room_does_not_know_strangers(room, strangers):
    meetings = [
        f"{short(path)} imports {name}"
        for path in python_files(room)
        for name in imported(path)
        if any(name == stranger or name.startswith(f"{stranger}.") for stranger in strangers)
    ]
    assert meetings == []


def test_people_are_counted_from_arrays_and_the_shape_of_streets_alone():
    """geo/access could leave the house with geo/streets: it knows neither places, nor searches, nor answers."""
    known = ("geo.access", "geo.crs", "geo.errors", "geo.streets.network", "geo.streets.compiled")
    tools = ("dataclasses", "enum", "numpy", "shapely", "numba", "collections")
    meetings = [
        f"{short(path)} imports {name}"
        for path in python_files("geo/access")
        for name in imported(path)
        if name != "geo"
        and not any(name == one or name.startswith(f"{one}.") for one in (*known, *tools))
    ]
    assert meetings == []


def test_only_the_request_and_its_helpers_name_the_database_toolkit():
    allowed = {"sqlalchemy.orm", "sqlalchemy.orm.Session", "sqlalchemy", "sqlalchemy.Row"}
    meetings = [
        f"{short(path)} imports {name}"
        for path in python_files("routes")
        if path.name != "_request.py"
        for name in imported(path)
        if name.startswith("sqlalchemy") and name not in allowed
    ]
    assert meetings == []


def test_only_records_speak_sql():
    speakers = [
        f"{short(path)} imports {name}"
        for path in python_files("geo", "routes")
        if "records" not in path.parts
        for name in imported(path)
        if name
        in ("sqlalchemy.select", "sqlalchemy.text", "sqlalchemy.insert", "sqlalchemy.update")
    ]
    assert speakers == []


def test_only_draw_knows_folium():
    users = [
        short(path)
        for path in python_files()
        if any(n.startswith("folium") for n in imported(path))
    ]
    assert users == ["geo/draw.py"]


def test_nobody_imports_the_front_door_but_the_two_commands():
    users = [short(path) for path in python_files() if "app" in set(imported(path))]
    assert users == ["scripts/commands.py", "scripts/serve.py"]


def test_no_function_of_geo_commits():
    places = [
        f"{short(path)}: {line.strip()}"
        for path in python_files("geo")
        for line in path.read_text(encoding="utf-8").splitlines()
        if ".commit(" in line
    ]
    assert places == []


def test_doors_do_not_open_each_other():
    doors = {path.stem for path in python_files("routes") if not path.stem.startswith("_")}
    meetings = [
        f"{short(path)} imports {name}"
        for path in python_files("routes")
        if path.name not in ("__init__.py", "commands.py")
        for name in imported(path)
        if name.startswith("routes.") and name.split(".")[1] in doors
    ]
    assert meetings == []


def test_every_module_is_reachable_from_a_door_a_command_or_a_script():
    """A file that nothing reaches is removed the day it is noticed."""
    by_name = {
        short(path).removesuffix(".py").removesuffix("/__init__").replace("/", "."): path
        for path in python_files()
    }
    reached, queue = (
        set(),
        [
            *("app", "scripts.serve", "scripts.commands", "geo.records.migrations.env"),
            *("scripts.pictures", "scripts.real_cities", "scripts.alike_words"),  # a person does
            "scripts.languages",  # a person does, after words of residents' pages changed
            # measured by benchmarks.engine and tested; 到達圏 and the gap map will open them
            *("geo.streets.contour", "geo.streets.field", "geo.streets.lanes"),
            *("geo.streets.route", "geo.streets.hierarchy"),
            *("geo.access.choices", "geo.crowds"),  # the gap map
        ],
    )
    while queue:
        name = queue.pop()
        if name in reached or name not in by_name:
            continue
        reached.add(name)
        queue += list(imported(by_name[name]))
        queue += [name.rpartition(".")[0]]
    lonely = {name for name in by_name if "migrations.versions" not in name} - reached
    assert lonely == set()
