"""生活支援コーディネーターの一日: a telephone in one hand, a hall without reception, and an office that goes on."""

import json
import re
import time
from pathlib import Path
from uuid import uuid4

import pytest
from flask import Flask
from playwright.sync_api import Locator, Page, expect
from sqlalchemy import text
from sqlalchemy.orm import Session

from geo import registry, visits
from geo.edits import ResourceEdit
from geo.scope import Role, Scope, house
from geo.visits import VisitEdit
from routes._request import today
from tests.conftest import TOWN
from tests.walks.telephones import (
    ALSO,
    ANOTHER,
    HERS,
    find_row,
    in_register,
    on_device,
    photo,
    sign_in,
)
from tests.walks.walking import look, working

pytestmark = pytest.mark.walk


class Thumb:
    """Counts what one finger does, and how long the page takes over it."""

    def __init__(self) -> None:
        self.taps, self.letters, self.began, self.aside_s = 0, 0, time.monotonic(), 0.0

    def tap(self, place: Locator) -> None:
        self.taps += 1
        place.tap()

    def type(self, place: Locator, words: str) -> None:
        self.taps += 1
        self.letters += len(words)
        place.fill(words)

    def look(self, page: Page, name: str) -> None:
        """A look at the page, which is not hers and does not count."""
        since = time.monotonic()
        look(page, name, also=ALSO)
        self.aside_s += time.monotonic() - since

    def __str__(self) -> str:
        seconds = time.monotonic() - self.began - self.aside_s
        return f"{self.taps} taps, {self.letters} letters, {seconds:.1f} s"


def a_promise(db: Session, account: dict[str, str]) -> None:
    """Last week she promised something for today."""
    her = db.scalar(text("select id from account where email = :e"), {"e": account["email"]})
    said = {"resource": in_register(db, HERS)[0], "visited_on": "2026-11-20", "activity": "visit"}
    said |= {"next_step": "体操の案内を届ける", "next_on": today().isoformat(), "promised": "20部"}
    edit = VisitEdit.parse({"id": uuid4(), **said})
    visits.record(db, Scope(TOWN, Role.COORDINATOR_2, None, her), edit, today())
    db.commit()


def add_a_salon(page: Page) -> Thumb:
    """サロン, where she stands, second and fourth Tuesday at ten, a name and a picture."""
    thumb = Thumb()
    thumb.tap(page.get_by_role("link", name="加える"))
    thumb.look(page, "field-add-kind")
    thumb.tap(page.get_by_role("button", name="サロン・茶話会"))
    expect(page.locator('[data-slot="where"]')).to_contain_text("誤差 およそ12m")
    expect(page.locator(".field-map canvas").first).to_be_attached()
    thumb.look(page, "field-add-where")
    thumb.tap(page.get_by_role("button", name="次へ"))
    for words in ("火", "第2", "第4"):
        thumb.tap(page.get_by_label(words, exact=True))
    thumb.type(page.get_by_label("はじまり"), "10:00")
    expect(page.locator('[data-slot="when"]')).to_have_text("第2・第4火曜 10:00〜")
    thumb.look(page, "field-add-when")
    thumb.tap(page.get_by_role("button", name="次へ"))
    thumb.type(page.get_by_label("名前", exact=True), "茶話会 まつば会")
    expect(page.get_by_text("似たものが1件あります")).to_be_visible()
    thumb.look(page, "field-add-alike")
    thumb.type(page.get_by_label("名前", exact=True), "おしゃべり日和")
    expect(page.get_by_text("似たものが")).to_be_hidden()
    page.locator('[name="photo"]').set_input_files(photo())
    thumb.tap(page.get_by_label("写っていない"))
    thumb.look(page, "field-add-name")
    thumb.tap(page.get_by_role("button", name="保存"))
    expect(page.get_by_role("heading", name="書きました")).to_be_visible()
    return thumb


def test_a_coordinators_day(telephone, own_house: Flask, office: Session, account, capsys):
    a_promise(office, account("coordinator_2"))
    phone = telephone()
    page = phone.page
    with working(own_house):
        page.goto("/field/")
        sign_in(page, account("coordinator_2"))
        expect(page.locator(".field-step")).to_contain_text("体操の案内を届ける")
        expect(page.locator("#network")).to_contain_text("つながっています")
        look(page, "field-morning", also=ALSO)
        page.get_by_role("link", name="この端末").tap()
        page.get_by_role("button", name="この区域を持っていく").tap()
        expect(page.get_by_text("持ち出しました。")).to_be_visible()
        expect(page.get_by_text("この端末にあります")).to_be_visible()
        look(page, "field-device", also=ALSO)
    nothing_of_anybody(page)

    phone.context.set_offline(True)  # the hall
    page.goto("/field/")
    expect(page.locator("#network")).to_contain_text("電波がありません")
    expect(page.locator(".field-step")).to_contain_text("体操の案内を届ける")
    thumb = add_a_salon(page)
    expect(page.get_by_text("端末に書きました")).to_be_visible()
    look(page, "field-added", also=ALSO)

    page.goto("/field/#/near")
    for name in (HERS, ANOTHER):
        row = find_row(page, name)
        row.get_by_role("button", name="変わりなし").tap()
        expect(row).to_contain_text("変わりなし（送信待ち）")
    look(page, "field-confirmed", also=ALSO)
    find_row(page, ANOTHER).get_by_role("button", name="取り消す").tap()
    find_row(page, ANOTHER).get_by_role("button", name="変わりなし").tap()
    correct_a_fee(page, "200円")

    phone.context.close()  # the battery
    phone = telephone()
    phone.context.set_offline(True)
    page = phone.page
    page.goto("/field/#/outbox")
    expect(page.locator(".field-draft")).to_have_count(5)
    expect(page.get_by_text("送信待ち 5件")).to_be_visible()
    look(page, "field-outbox", also=ALSO)

    the_office_changes_the_fee(office, "50円")
    phone.context.set_offline(False)  # the car park
    expect(page.locator(".field-draft")).to_have_count(1)
    expect(page.get_by_text("ほかの人も直しています")).to_be_visible()
    look(page, "field-conflict", also=ALSO)
    conflict = page.locator(".field-conflict")
    expect(conflict).to_contain_text("200円")
    expect(conflict).to_contain_text("50円")
    conflict.get_by_label("あなたの内容").check()
    page.get_by_role("button", name="選んだほうで送る").tap()
    expect(page.get_by_text("すべて送りました")).to_be_visible()
    look(page, "field-all-sent", also=ALSO)

    salon, _, values = in_register(office, "おしゃべり日和")
    assert (values["kind"], values["public"], values["place_source"]["how"]) == (
        "salon",
        False,
        "gps",
    )
    assert values["openings"][0]["rrule"] == "FREQ=MONTHLY;BYDAY=2TU,4TU"
    faces = office.execute(text("select has_faces from photo where resource = :r"), {"r": salon})
    assert faces.scalars().all() == ["no"]
    for name in (HERS, ANOTHER):
        assert in_register(office, name)[2]["confirmed_on"] == today().isoformat()
    assert in_register(office, HERS)[2]["fee"] == "200円"
    with capsys.disabled():
        print(f"\nA サロン added offline, with photo and a look at a near-duplicate: {thumb}")


def correct_a_fee(page: Page, fee: str) -> None:
    find_row(page, HERS).get_by_role("link", name=HERS).tap()
    look(page, "field-entry", also=ALSO)
    page.get_by_role("link", name="直す").tap()
    page.get_by_label("料金").fill(fee)
    look(page, "field-rest", also=ALSO)
    page.get_by_role("button", name="保存").tap()
    expect(page.get_by_role("heading", name="送信箱")).to_be_visible()


def the_office_changes_the_fee(db: Session, fee: str) -> None:
    id_, revision, _ = in_register(db, HERS)
    registry.apply(db, house(TOWN), ResourceEdit(uuid4(), id_, revision, {"fee": fee}))
    db.commit()


def nothing_of_anybody(page: Page) -> None:
    """Whatever lies on the telephone: no telephone number, no host, no note of the staff."""
    kept = json.dumps(on_device(page), ensure_ascii=False)
    assert HERS in kept
    numbers = re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "", kept)  # ids have digits, too
    assert not re.search(r"0\d{1,3}-\d{2,4}-\d{4}", numbers)
    assert not re.search(r'"(phone|contact|host|host_contact|staff_note|email)"', kept)


def test_what_is_refused_is_mended_and_a_telephone_changes_hands(
    telephone, own_house: Flask, office: Session, account
):
    phone = telephone()
    page = phone.page
    page.goto("/field/")
    sign_in(page, account("coordinator_2"))
    expect(page.locator(".field-row").first).to_be_visible()
    page.get_by_role("link", name="訪問を書く").tap()
    page.get_by_label("行った地域資源").fill(HERS)
    page.get_by_role("button", name=HERS).tap()
    page.get_by_label("ようす").fill("8人が体操。会長の電話は090-1234-5678")
    page.get_by_label("台帳の内容に変わりなし").tap()
    page.get_by_label("何をするか").fill("案内を届ける")
    page.get_by_label("1週間後").tap()
    look(page, "field-visit", also=ALSO)
    page.get_by_role("button", name="保存").tap()
    expect(page.get_by_text("直すところがあります")).to_be_visible()  # no telephone numbers
    look(page, "field-refused", also=ALSO)
    page.get_by_role("textbox", name="ようす").fill("8人が体操")
    with page.expect_response("**/field/pack"):  # asked later, it would find her signed out
        page.get_by_role("button", name="直して送る").tap()
    expect(page.get_by_text("すべて送りました")).to_be_visible()
    id_, _, values = in_register(office, HERS)
    kept = office.execute(text("select note, next_step from visit where resource = :r"), {"r": id_})
    assert kept.all() == [("8人が体操", "案内を届ける")]
    assert values["confirmed_on"] == today().isoformat()

    office.execute(text("update account_session set ended_at = now() where ended_at is null"))
    office.commit()  # the office signs her out
    row_of_another_day(page)
    expect(page.locator("#network")).to_contain_text("ログインの期限が切れています")
    page.get_by_role("link", name=re.compile("送信箱")).tap()
    expect(page.get_by_text("ログインすると送られます", exact=True)).to_be_visible()
    look(page, "field-signed-out", also=ALSO)
    page.get_by_role("link", name="ログインする").tap()
    sign_in(page, account("coordinator_1"))  # somebody else
    page.get_by_role("link", name="送信箱").tap()
    expect(page.get_by_text("ほかの人がこの端末で書いた")).to_contain_text("1件")
    expect(page.locator(".field-draft")).to_have_count(0)
    look(page, "field-others", also=ALSO)

    phone.context.set_offline(True)
    page.goto("/field/#/near")
    page.get_by_role("button", name=re.compile("^変わりなし")).first.tap()
    page.get_by_role("link", name="この端末").tap()
    expect(page.get_by_text("まだ送っていないものが1件あります").first).to_be_visible()
    with page.expect_download() as file:
        page.get_by_role("button", name="書いたものをファイルに残す").tap()
    assert "confirm" in Path(file.value.path()).read_text(encoding="utf-8")
    phone.context.set_offline(False)
    page.get_by_role("button", name="ログアウトして消す").tap()
    look(page, "field-leaving", also=ALSO)
    page.get_by_role("button", name="消してログアウトする").tap()
    expect(page.get_by_role("link", name="職員・団体のログイン")).to_be_visible()
    left = page.evaluate(
        "async () => [await caches.keys(), await navigator.serviceWorker.getRegistrations()]"
    )
    assert left == [[], []]


def row_of_another_day(page: Page) -> None:
    page.goto("/field/#/near")
    find_row(page, ANOTHER).get_by_role("button", name="変わりなし").tap()
