"""A heap with four branches for kernels: keys are whole numbers, the smallest on top."""

import numpy as np
from numpy.typing import NDArray

from geo.streets.compiled import Number, compiled


@compiled
def push(heap: NDArray[np.int64], size: Number, key: Number) -> None:
    """Put a key into a heap of ``size`` keys; the array must have room for one more."""
    at = size
    while at > 0:
        above = (at - 1) >> 2
        if heap[above] <= key:
            break
        heap[at] = heap[above]
        at = above
    heap[at] = key


@compiled
def drop_top(heap: NDArray[np.int64], size: Number) -> None:
    """Take away the smallest key; ``size`` is how many remain."""
    key = heap[size]
    at = 0
    while True:
        child = (at << 2) + 1
        if child >= size:
            break
        least = child
        for other in range(child + 1, min(child + 4, size)):
            if heap[other] < heap[least]:
                least = other
        if key <= heap[least]:
            break
        heap[at] = heap[least]
        at = least
    heap[at] = key
