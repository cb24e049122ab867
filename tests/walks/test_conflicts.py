"""市の職員: what the field wrote and the office changed meanwhile stands side by side, and she chooses; a photo, too."""

import pytest
from flask import Flask
from playwright.sync_api import expect
from sqlalchemy.orm import Session

from geo.records import accounts
from geo.scope import Role, Scope, house
from tests.conftest import TOWN
from tests.routes.making import make, make_conflict, make_photo
from tests.walks.walking import look

pytestmark = pytest.mark.walk


@pytest.fixture
def salon(own_house: Flask):
    """A salon with a conflict about its fee, and a photo nobody has looked at."""
    with Session(own_house.extensions["engine"]) as db:
        rows = accounts.list_all(db, house(TOWN))
        sakura = next(row.id for row in rows if row.role == "coordinator_1")
        scope = Scope(TOWN, Role.COORDINATOR_1, account=sakura)
        resource = make(db, name="松葉の茶の間", fee="100円")
        make_conflict(db, scope, resource, booking="電話で申し込む")
        make_photo(db, scope, resource)
        return resource


def test_an_official_settles_a_conflict_and_publishes_a_photo(someone, account, salon):
    official = someone()
    official.sign_in(account("official"))
    page = official.page
    page.goto("/work/")
    page.get_by_role("link", name="食い違い").click()
    expect(page.get_by_role("heading", name="松葉の茶の間")).to_be_visible()
    look(page, "conflicts")
    page.get_by_role("button", name="現地で書いた内容にする").click()
    expect(page.get_by_text("決めることは、いまはありません。")).to_be_visible()
    look(page, "conflicts-none")

    page.goto(f"/resources/{salon}")
    expect(page.locator(".facts").first).to_contain_text("60円")
    page.get_by_text("公開・説明・削除").click()
    look(page, "photos", also=r"\b[A-Z]{2}\d{4}\b")
    page.get_by_label("だれでも見られるようにする").check()
    page.get_by_role("button", name="保存する").click()
    expect(page.get_by_text("だれでも見られます")).to_be_visible()

    resident = someone()
    resident.page.goto(f"/resources/{salon}")
    expect(resident.page.get_by_role("img", name="入口")).to_be_visible()
