"""Doors. Each file is one blueprint: pages, tiles, open data, commands."""

from routes import (
    accounts,
    districts,
    home,
    imports,
    mappings,
    maps,
    previews,
    resources,
    tiles,
    vendor,
    workbooks,
)

DOORS = [
    home,
    maps,
    districts,
    resources,
    previews,
    imports,
    mappings,
    workbooks,
    accounts,
    tiles,
    vendor,
]
