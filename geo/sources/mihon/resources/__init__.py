"""みほん市の地域資源: some 700, invented one list at a time, and written as offices keep lists.

row.py      one resource, and how places, dates and telephone numbers are drawn
gatherings, medical, care, shops, public, helpers, people_of   what there is
lists.py    the files
"""

from geo.sources.mihon.resources.lists import resource_files

__all__ = ["resource_files"]
