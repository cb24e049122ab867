"""Doors. Each file is one blueprint: pages, tiles, open data, commands."""

from routes import (
    accounts,
    api,
    closings,
    districts,
    home,
    imports,
    mappings,
    maps,
    previews,
    profiles,
    reach,
    resources,
    tiles,
    vendor,
    workbooks,
)

DOORS = [
    home,
    maps,
    districts,
    reach,
    profiles,
    resources,
    closings,
    previews,
    imports,
    mappings,
    workbooks,
    accounts,
    tiles,
    api,
    vendor,
]
