"""Measurements side by side with public tools, in the same run. Not part of the test suite."""
