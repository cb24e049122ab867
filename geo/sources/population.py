"""人口の資料: which of the forms a file has, told by the file itself."""

from datetime import date
from pathlib import Path

from geo.errors import Unreadable
from geo.sources import estat_mesh, needs_survey, population_tables, tables
from geo.sources.estat_mesh import MeshFile
from geo.sources.population_tables import PopulationTable


def read(path: Path, own: str, code: str, as_of: date | None = None) -> MeshFile | PopulationTable:
    """Squares of a census, or a table of areas (a survey is one).

    own, code  name and five digits of the municipality that is asked about
    as_of      which day, where the file has several or does not say

    Raises Unreadable: the reasons of estat_mesh.read, population_tables.read, needs_survey.read; small_areas.
    """
    if estat_mesh.is_mesh(path):
        return estat_mesh.read(path)
    if estat_mesh.is_small_areas(path):
        raise Unreadable(reason="small_areas")
    sheets = tables.read_sheets(path)
    for sheet in sheets:
        header = needs_survey.header_of(sheet)
        if header is not None:
            return needs_survey.read(sheet, header, own, as_of)
    return population_tables.read(sheets, own, code, as_of)
