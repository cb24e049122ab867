"""場所をぼかす: by hand, on the half mesh of JIS X 0410."""

from hypothesis import given
from hypothesis import strategies as st

from geo.blur import CELL_LAT_DEG, CELL_LON_DEG, blurred


def test_a_place_is_shown_at_the_centre_of_its_half_mesh():
    # 136.000 is a mesh line; 8 cells of 15 s are 2 minutes: 32.5 is one too
    assert blurred((136.0001, 32.5001)) == (136.003125, 32.502083)


@given(st.floats(122.1, 153.9), st.floats(20.1, 45.9))
def test_the_blurred_point_is_within_half_a_cell_and_blurs_to_itself(lon, lat):
    shown = blurred((lon, lat))
    assert abs(shown[0] - lon) <= CELL_LON_DEG / 2 + 1e-6
    assert abs(shown[1] - lat) <= CELL_LAT_DEG / 2 + 1e-6
    assert blurred(shown) == shown
