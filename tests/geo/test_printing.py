"""手引きのファイル: made once for each state, asked for once, never handed out from yesterday; entries stay whole."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import text
from weasyprint import HTML

from geo import printing
from geo.errors import Invalid
from geo.handbook import load
from geo.handbook_maps import Drawing
from geo.paper import fitting
from geo.printing import Copy
from geo.records import districts
from geo.scope import Role, Scope, house
from geo.sources.model_town import corner_lonlat
from routes._printing import press
from routes._request import today
from tests.conftest import TOWN
from tests.papers import sheets_of
from tests.routes.making import make

EVERYBODY = Scope(TOWN, Role.RESIDENT)
NOW = datetime(2026, 11, 30, 1, tzinfo=UTC)


@pytest.fixture
def copy(db):
    """copy(size) → what somebody wants of 西中学校 this month."""
    west = districts.list_at_level(db, house(TOWN), "junior_high")[0]
    return lambda size="a4": Copy(west.id, size, today().replace(day=1), "https://engawa.example")


def name_now(db, copy):
    told = load(db, EVERYBODY, copy.district, copy.month, today())
    return printing.name_of(copy, told)


@pytest.fixture
def pages_of(app, db, copy):
    """pages_of(size) → the pages as they would be set, with the sheets that each may take."""

    def write(size="a4"):
        wanted = copy(size)
        told = load(db, EVERYBODY, wanted.district, wanted.month, today())
        return press(app).write(db, told, [], wanted, today())

    return write


def where_parted(page):
    """Entries that begin on one page of paper and end on another, and how many were looked at."""
    laid_out = HTML(string=page).render()
    on = {name: number for number, one in enumerate(laid_out.pages) for name in one.anchors}
    whole = [name for name in on if f"{name}-end" in on]
    return [name for name in whole if on[name] != on[f"{name}-end"]], len(whole), laid_out


def test_an_entry_of_a_parted_booklet_says_on_which_map_it_is(app, db, copy):
    wanted = copy()
    told = load(db, EVERYBODY, wanted.district, wanted.month, today())
    first = told.entries[0].number
    drawings = [Drawing("<svg></svg>", frozenset(numbers)) for numbers in ((), (99,), (first,))]
    ((page, _),) = press(app).write(db, told, drawings, wanted, today())
    entry = page.partition(f'id="entry-{first}"')[2].partition("</table>")[0]
    assert "地図2" in entry
    assert "地図1" not in entry


def test_an_entry_is_never_parted_and_no_page_is_empty(db, pages_of):
    for number in range(40):
        make(db, name=f"茶の間{number}", description="", place=list(corner_lonlat(3 + number % 10, 5)), address="松葉町" * (number % 7 + 1))  # fmt: skip
    ((page, _),) = pages_of()
    broken, seen, laid_out = where_parted(page)
    assert broken == []
    assert seen > 40
    assert len(laid_out.pages) > 8


def test_a_sheet_for_the_wall_is_one_page_in_one_of_its_sizes(pages_of):
    pages = pages_of("a3")
    page, sides = pages[-1]
    broken, seen, laid_out = where_parted(page)
    assert (broken, len(laid_out.pages)) == ([], 1)
    assert seen > 5
    assert sides == 0
    assert pages[0][1] == 1


def test_a_dense_area_takes_both_sides_of_one_sheet_before_it_takes_two(db, pages_of):
    for number in range(45):
        make(db, name=f"茶の間{number}", place=list(corner_lonlat(3 + number % 10, 5)), address="松葉町一丁目", phone="0000-12-3456")  # fmt: skip
    pages = pages_of("a3")
    sides = [most for _, most in pages]
    assert sides == [*sorted(sides[:-1]), 0]
    assert sheets_of(fitting(pages)) == 2


def test_the_first_setting_that_fits_is_taken_else_the_last():
    long, short, middle = ("<p style='break-after: page'>a</p>" * n for n in (6, 1, 3))
    assert sheets_of(fitting([(long, 3), (middle, 3), (short, 3)])) == 3
    assert sheets_of(fitting([(long, 1), (middle, 2)])) == 3
    assert sheets_of(fitting([(middle, 2), (long, 6), (short, 0)])) == 6


def test_a_file_is_made_once_and_anew_when_something_is_another(app, db, copy, tmp_path):
    wanted = copy()
    first = tmp_path / f"{name_now(db, wanted)}.pdf"
    first.write_bytes(b"made")
    assert printing.make(db, EVERYBODY, wanted, press(app), tmp_path, today()) == first
    assert first.read_bytes() == b"made"
    make(db, name="新しい会", place=list(corner_lonlat(5, 5)))
    assert printing.find(tmp_path, name_now(db, wanted)) is None
    second = printing.make(db, EVERYBODY, wanted, press(app), tmp_path, today())
    assert second.stem == name_now(db, wanted)
    assert sheets_of(second.read_bytes()) > 3
    assert list(tmp_path.iterdir()) == [second]


def test_what_is_no_longer_so_is_swept_and_what_is_stays(db, copy, tmp_path):
    kept = tmp_path / f"{name_now(db, copy())}.pdf"
    gone = tmp_path / f"{name_now(db, copy())[:-16]}{'0' * 16}.pdf"
    others = [tmp_path / ".half", tmp_path / "poster-x-0123456789abcdef.pdf"]
    for path in (kept, gone, *others):
        path.write_bytes(b"x")
    soon = datetime.now(UTC)
    assert printing.sweep(db, house(), tmp_path, soon - timedelta(days=1), today()) == 0
    assert printing.sweep(db, house(), tmp_path, soon + timedelta(days=1), today()) == 3
    assert list(tmp_path.iterdir()) == [kept]


def test_it_is_asked_of_the_worker_once_and_its_state_is_told(db, copy, tmp_path):
    wanted = copy()
    name = name_now(db, wanted)
    assert printing.state_of(db, EVERYBODY, tmp_path, name, NOW) == "none"
    for _ in range(2):
        printing.ask(db, EVERYBODY, wanted, name)
    assert db.scalar(text("select count(*) from procrastinate_jobs where task_name = 'handbook'")) == 1  # fmt: skip
    assert printing.state_of(db, EVERYBODY, tmp_path, name, NOW) == "waiting"
    db.execute(text("update procrastinate_jobs set status = 'doing'"))
    soon = datetime.now(UTC)
    assert printing.state_of(db, EVERYBODY, tmp_path, name, soon) == "working"
    late = soon + printing.LOST_AFTER + timedelta(minutes=1)
    assert printing.state_of(db, EVERYBODY, tmp_path, name, late) == "failed"
    (tmp_path / f"{name}.pdf").write_bytes(b"x")
    assert printing.state_of(db, EVERYBODY, tmp_path, name, late) == "ready"


def test_no_more_than_so_many_wait(db, copy):
    wanted = copy()
    for number in range(printing.MOST_WAITING):
        printing.ask(db, EVERYBODY, wanted, f"{number}")
    with pytest.raises(Invalid) as refused:
        printing.ask(db, EVERYBODY, wanted, "one more")
    assert refused.value.facts["fields"] == {"handbook": "too_many_handbooks"}


def test_a_name_is_a_name_of_ours_and_no_path(tmp_path):
    (tmp_path / "x.pdf").write_bytes(b"x")
    for name in ("x", "../x", "", "a" * 200):
        assert printing.find(tmp_path, name) is None


def test_there_is_one_for_this_month_and_for_the_next(copy):
    day = date(2026, 12, 31)
    assert printing.months(day) == (date(2026, 12, 1), date(2027, 1, 1))
    for size, month in (("b5", "2026-12"), ("a4", "2026-11"), ("a4", "x"), ("a4", "2027-02")):
        with pytest.raises(Invalid):
            printing.read_copy(copy().district, size, month, "", day)
    assert printing.read_copy(copy().district, "", "", "", day).month == date(2026, 12, 1)
