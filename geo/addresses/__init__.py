"""住所: normalise an address and find it, in a dictionary per municipality. No SQL, no people.

fold.py        an address sign by sign in one form     tree.py   gazetteers joined into one tree
dictionary.py  the tree on disk, for jageocoder and us  shelf.py  the dictionaries that are open
reading.py     what was written, as far as the dictionary bears it out
"""

from geo.addresses.dictionary import Dictionary, Whose, build, path_of, sweep, version_of
from geo.addresses.reading import Answer, Found, Several, Unknown, find
from geo.addresses.shelf import Shelf

__all__ = [
    "Answer",
    "Dictionary",
    "Found",
    "Several",
    "Shelf",
    "Unknown",
    "Whose",
    "build",
    "find",
    "path_of",
    "sweep",
    "version_of",
]
