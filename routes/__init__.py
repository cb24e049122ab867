"""Doors. Each file is one blueprint: pages, tiles, open data, commands."""

from routes import accounts, districts, home, imports, maps, resources, tiles, vendor

DOORS = [home, maps, districts, resources, imports, accounts, tiles, vendor]
