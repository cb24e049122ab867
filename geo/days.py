"""Japanese dates and repeating openings."""
