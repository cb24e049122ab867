"""住所: normalise an address and find it, in a dictionary per municipality. No SQL, no people."""

from geo.addresses.dictionary import Dictionary, Whose, build
from geo.addresses.reading import Answer, Found, Several, Unknown, find

__all__ = ["Answer", "Dictionary", "Found", "Several", "Unknown", "Whose", "build", "find"]
