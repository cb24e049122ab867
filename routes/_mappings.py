"""What a person's form says of a list's columns, as a mapping; and the columns by their names."""

from collections.abc import Mapping as Mapped
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from werkzeug.datastructures import FileStorage

from geo.errors import Invalid, Unreadable
from geo.intake import Mapping, read_mapping
from geo.records.previews import Preview
from routes._errors import field_words, reason_words

# field of a mapping -> its name on the page; the first ones are asked for openly
FIELDS = {
    "name": "名前",
    "address": "住所・場所",
    "lat": "緯度",
    "lon": "経度",
    "phone": "電話",
    "days": "曜日・日",
    "opens": "はじまりの時刻",
    "closes": "おわりの時刻",
    "eligibility": "だれが使えるか",
    "category": "種別の列",
    "kana": "よみがな",
    "provider": "主催",
    "description": "説明",
    "days_note": "日時の注記",
    "months": "季節の休み・実施月",
    "fee": "料金",
    "capacity": "定員",
    "url": "ホームページ",
    "confirmed_on_text": "確認した日",
    "note": "備考",
    "key": "ID（毎年同じ番号のもの）",
}


def said(form: Mapped[str, str], file: FileStorage | None, row: Preview) -> dict[str, Any]:
    """What the worker is to go by: a mapping from a colleague's file, else from the form's fields;
    with ``look`` only where the header stands. Raises Invalid, Unreadable."""
    name = form.get("mapping_name", "").strip()[:200] or Path(row.file_name).stem
    if file is not None and file.filename:
        return {"mapping": _from_file(file).as_json(), "mapping_name": name}
    place = {"sheet": form.get("sheet", ""), "header_row": _row(form.get("header_row", ""))}
    if "look" in form:
        return {"mapping": Mapping.parse(place).as_json(), "ask": True}
    columns = {field: form[f"column.{field}"] for field in FIELDS if f"column.{field}" in form}
    before = row.options.get("mapping", {}).get("kinds", {})
    read = Mapping.parse(
        {**place, "columns": columns, "kind": form.get("kind", ""), "kinds": before}
    )
    if not columns.get("name"):
        raise Invalid(fields={"columns.name": "required"})
    return {"mapping": read.as_json(), "mapping_name": name}


def said_kinds(form: Mapped[str, str]) -> dict[str, str]:
    """Category word → code of the kind, for the words that a person has led to one."""
    words = {key.removeprefix("word."): text for key, text in form.items() if key[:5] == "word."}
    return {word: form[f"kind.{at}"] for at, word in words.items() if form.get(f"kind.{at}", "")}


def problems(error: Invalid | Unreadable) -> list[dict[str, str]]:
    """What is wrong with a mapping, beside the field of the form that says it."""
    if isinstance(error, Unreadable):
        return [{"name": "file", "words": reason_words(str(error.facts["reason"]))}]
    words: dict[str, str] = error.facts["fields"]  # type: ignore[assignment]
    return [
        {
            "name": name.replace("columns.", "column."),
            "label": FIELDS.get(name.removeprefix("columns."), ""),
            "words": said,
        }
        for name, said in field_words(words).items()
    ]


def _from_file(file: FileStorage) -> Mapping:
    """A colleague's mapping. Raises Invalid, Unreadable."""
    with NamedTemporaryFile(suffix=".json") as copy:
        file.save(copy)
        copy.flush()
        return read_mapping(Path(copy.name))


def _row(text: str) -> int | None:
    """A row's number, None where none is said. Raises Invalid."""
    if not text.strip():
        return None
    if not (text.strip().isascii() and text.strip().isdigit() and len(text.strip()) < 6):
        raise Invalid(fields={"header_row": "not_a_number"})
    return int(text)
