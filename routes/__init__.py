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
    revisions,
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
    revisions,
    previews,
    imports,
    mappings,
    workbooks,
    accounts,
    tiles,
    api,
    vendor,
]
