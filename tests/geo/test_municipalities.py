"""全国の市町村."""

from geo import municipalities


def test_a_known_code_is_found_without_a_name():
    assert (municipalities.find("18207").name, municipalities.find("18207").zone) == ("鯖江市", 6)


def test_a_newer_municipality_takes_prefecture_and_zone_from_beside_it():
    new = municipalities.find("18999", "越の国市")
    assert (new.prefecture, new.name, new.zone) == ("福井県", "越の国市", 6)


def test_a_code_nobody_knows_is_not_guessed():
    assert municipalities.find("18999") is None
    assert municipalities.find("77001", "どこか") is None
    assert municipalities.find("1820７", "全角") is None
