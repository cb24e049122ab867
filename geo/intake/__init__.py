"""取り込み: one outside file becomes records, in one transaction, with a report on every row.

What it reads, it keeps: the original by its checksum, the counts, a reason for each row that was
refused, each assumption that was made. Reading the same file again changes nothing but adds the
report of that run.
"""

from geo.intake.addresses import run_addresses
from geo.intake.area_tables import run_area_table
from geo.intake.areas import run_districts
from geo.intake.elevation import run_elevation
from geo.intake.population import run_population
from geo.intake.report import Delivery, open_municipality
from geo.intake.resources import run_resources
from geo.intake.schools import run_schools
from geo.intake.streets import run_streets
from geo.sources.mapping import Mapping
from geo.sources.mapping import read_file as read_mapping

__all__ = [
    "Delivery",
    "Mapping",
    "open_municipality",
    "read_mapping",
    "run_addresses",
    "run_area_table",
    "run_districts",
    "run_elevation",
    "run_population",
    "run_resources",
    "run_schools",
    "run_streets",
]
