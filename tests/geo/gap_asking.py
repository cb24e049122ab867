"""What the tests of 届きにくさ ask in 碁盤町, and when."""

from datetime import date

from geo.scope import house

TOWN = house("99001")
MONDAY = date(2026, 11, 16)
TUESDAYS = [{"rrule": "FREQ=WEEKLY;BYDAY=TU", "opens_at": "10:00", "closes_at": "11:30"}]
