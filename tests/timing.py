"""Time in laws: whether the cost of a function is linear in the length of its text."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable


def is_linear(run: Callable[[Any], object], hostile: Callable[[int], Any], size: int = 20_000) -> bool:
    """Tell whether T(4n) <= 6 T(n) + 5 ms, on the better of two runs; another program may take the time, so thrice."""

    def spent(size: int) -> float:
        value = hostile(size)
        runs = []
        for _ in range(2):
            start = time.process_time()
            run(value)
            runs.append(time.process_time() - start)
        return min(runs)

    return any(spent(4 * size) <= 6 * spent(size) + 0.005 for _ in range(3))
