"""選択肢の数: how many different kinds, and how many different weekdays, lie within reach of a home."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def kinds_within(within: NDArray[np.bool_], kind: NDArray[np.int32]) -> NDArray[np.int32]:
    """(n,) int32: how many different kinds are within reach of each home.

    within  (n, fields) bool whether one of a field's places is
    kind    (fields,) int32 number of the field's kind; several fields may be of one
    """
    _, number = np.unique(kind, return_inverse=True)
    of_kind = np.zeros((len(kind), int(number.max(initial=-1)) + 1), np.float32)
    of_kind[np.arange(len(kind)), number] = 1
    return np.asarray(((within.astype(np.float32) @ of_kind) > 0).sum(axis=1, dtype=np.int32))


def weekdays_within(within: NDArray[np.bool_], days: NDArray[np.bool_]) -> NDArray[np.int32]:
    """(n,) int32: on how many different days of the week something within reach of each home is open.

    days  (fields, 7) bool whether a field's places are open on a Monday, Tuesday …: all the places of a field
          share their days
    """
    return np.asarray(
        ((within.astype(np.float32) @ days.astype(np.float32)) > 0).sum(axis=1, dtype=np.int32)
    )


def people_by_number(
    number: NDArray[np.int32], people: Floats, counted: NDArray[np.bool_], most: int
) -> Floats:
    """(most + 1, bands): people who have 0, 1, 2 … choices; the last row is those who have ``most`` or more.

    number   (n,) as the functions above give it
    people   (n, bands) float64
    counted  (n,) bool homes of which it is known: where a place may lie beyond the edge of the data, few
             choices are no finding
    """
    row = np.minimum(number[counted], most).astype(np.int64)
    found = np.zeros((most + 1, people.shape[1]))
    for band, column in enumerate(people[counted].T):
        found[:, band] = np.bincount(row, column, minlength=most + 1)
    return found
