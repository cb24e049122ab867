"""区域データの版: which property holds the name, the code and the address, by dataset and edition.

国土数値情報 numbers its properties, and the numbers move between editions: A27_005 is the
municipality in 2010-2016 and the address since 2021 (points took _001 to _004 before). Older
editions carry no school code. 不動産情報ライブラリ (XKT004, XKT005) writes A27_004_ja.
"""

import re
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from geo.errors import Unreadable

KSJ = ("国土交通省", "国土数値情報ダウンロードサービス利用約款")
# Publisher and licence of the layers that never say so themselves.
SOURCES = {
    **dict.fromkeys(("a32", "a27", "n03", "p29"), KSJ),
    "estat": ("総務省統計局", "政府統計の総合窓口（e-Stat）利用規約"),
}
WATER = "8154"  # HCODE of 水面調査区: nobody lives there


@dataclass(frozen=True, slots=True)
class DistrictLayer:
    """Where a dataset keeps what we need. "" where it has no such property.

    layer    a32 中学校区, a27 小学校区, n03 行政区域, estat 町丁・字等, generic anything else
    edition  years in which the ministry published with these properties
    """

    layer: str
    edition: str
    municipality: str
    code: str
    name: str
    address: str


_KNOWN = (
    DistrictLayer("a32", "2013-2016", "A32_006", "", "A32_008", "A32_009"),
    DistrictLayer("a32", "2021-2023", "A32_001", "A32_003", "A32_004", "A32_005"),
    DistrictLayer("a32", "2021-2023", "A32_001", "A32_003", "A32_004_ja", "A32_005"),
    DistrictLayer("a27", "2010-2016", "A27_005", "", "A27_007", "A27_008"),
    DistrictLayer("a27", "2021-2023", "A27_001", "A27_003", "A27_004", "A27_005"),
    DistrictLayer("a27", "2021-2023", "A27_001", "A27_003", "A27_004_ja", "A27_005"),
    DistrictLayer("n03", "", "N03_007", "N03_007", "N03_004", ""),
    # 国勢調査 小地域 (r2ka18209 and its elders): the code begins with the municipality's
    DistrictLayer("estat", "", "KEY_CODE", "KEY_CODE", "S_NAME", ""),
    DistrictLayer("estat", "", "KEY_CODE", "KEY_CODE", "MOJI", ""),
)
_MARKS = {"estat": {"HCODE"}}  # what tells a layer apart, beside the fields we read
_CENSUSES = {"h12": "2000", "h17": "2005", "h22": "2010", "h27": "2015", "r2": "2020", "r7": "2025"}

# Other offices' files: the first of these that occurs. S_NAME, KEY_CODE: e-Stat, fields left out.
_NAMES = ("name", "NAME", "Name", "名称", "区域名", "圏域名", "地区名", "学区名", "町名", "S_NAME")
_CODES = ("code", "CODE", "コード", "区域コード", "KEY_CODE")
_MUNICIPALITIES = ("municipality", "全国地方公共団体コード", "行政区域コード", "city_code")
_ADDRESSES = ("address", "所在地", "住所")


def recognise(present: AbstractSet[str], named: str, name_field: str | None) -> DistrictLayer:
    """The layer for the properties that occur in a file.

    named       the collection's name and the file's name, for the year of the edition
    name_field  the property that holds the name, where the person who imports says so

    Raises Unreadable: name_field_missing (with ``field``).
    """
    if name_field is not None and name_field not in present:
        raise Unreadable(reason="name_field_missing", field=name_field)
    known = next((one for one in _KNOWN if _needs(one) <= present), None)
    if known is None:
        known = DistrictLayer(
            layer="generic",
            edition="",
            municipality=_first(_MUNICIPALITIES, present),
            code=_first(_CODES, present),
            name=_first(_NAMES, present),
            address=_first(_ADDRESSES, present),
        )
    return DistrictLayer(
        layer=known.layer,
        edition=_year(known.layer, named) or known.edition,
        municipality=known.municipality,
        code=known.code,
        name=name_field or known.name,
        address=known.address,
    )


def _needs(layer: DistrictLayer) -> set[str]:
    return {layer.municipality, layer.name} | _MARKS.get(layer.layer, set())


def _first(candidates: tuple[str, ...], present: AbstractSet[str]) -> str:
    return next((field for field in candidates if field in present), "")


def _year(layer: str, named: str) -> str:
    """The year in a name: A32-16_18207, N03-20240101_18, N03-190101_18, r2ka18209. "" if unsaid."""
    if layer == "estat":
        census = re.search("(h12|h17|h22|h27|r2|r7)ka", named, re.IGNORECASE)
        return _CENSUSES[census[1].lower()] if census else ""
    match = re.search(f"{layer}-([0-9]+)", named, re.IGNORECASE)
    digits = match[1] if match else ""
    if len(digits) in (4, 8):
        return digits[:4]
    return "20" + digits[:2] if len(digits) in (2, 6) else ""
