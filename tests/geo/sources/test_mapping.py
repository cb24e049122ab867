"""What a person may say of a table, and what she is told when it makes no sense."""

import pytest

from geo.errors import Invalid, Unreadable
from geo.sources.mapping import Mapping, read_file


def test_a_mapping_is_read_as_it_was_written():
    said = {
        "sheet": "一覧",
        "header_row": 3,
        "columns": {"name": "施設の名まえ", "phone": ""},
        "kind": "salon",
        "kinds": {"ふれあい": "salon"},
    }
    mapping = Mapping.parse(said)
    assert mapping.columns == {"name": "施設の名まえ", "phone": ""}
    assert mapping.as_json() == said
    assert Mapping.parse({}) == Mapping()


@pytest.mark.parametrize(
    ("said", "problems"),
    [
        ([], {"mapping": "not_a_mapping"}),
        ({"colums": {}}, {"colums": "unknown_field"}),
        ({"columns": {"telefon": "電話"}}, {"columns.telefon": "unknown_field"}),
        ({"columns": {"name": ""}}, {"columns.name": "required"}),
        ({"columns": {"name": 3}}, {"columns.name": "not_text"}),
        ({"columns": ["name"]}, {"columns": "not_a_mapping"}),
        ({"columns": {"name": "名" * 201}}, {"columns.name": "too_long"}),
        ({"header_row": 0}, {"header_row": "not_a_number"}),
        ({"header_row": True}, {"header_row": "not_a_number"}),
        ({"header_row": "3"}, {"header_row": "not_a_number"}),
        ({"kind": None}, {"kind": "not_text"}),
        ({"kinds": {"ふれあい": ""}}, {"kinds.ふれあい": "required"}),
        ({"sheet": 1, "kind": 2}, {"sheet": "not_text", "kind": "not_text"}),
    ],
)
def test_what_makes_no_sense_is_named_by_its_field(said, problems):
    with pytest.raises(Invalid) as error:
        Mapping.parse(said)
    assert error.value.facts == {"fields": problems}


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b"{", "not_json"),
        (b"[" * 100_000, "nested_too_deep"),
        (b"\xff\xfe\x00", "encoding_unknown"),
        (b"9" * 10_000, "not_json"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_file_that_is_no_json_is_refused(tmp_path, content, reason):
    path = tmp_path / "mapping.json"
    path.write_bytes(content)
    with pytest.raises(Unreadable) as error:
        read_file(path)
    assert error.value.facts["reason"] == reason


def test_a_mapping_may_have_a_byte_order_mark(tmp_path):
    path = tmp_path / "mapping.json"
    path.write_text('{"kind": "salon"}', encoding="utf-8-sig")
    assert read_file(path).kind == "salon"
