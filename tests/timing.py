"""Time in laws: whether the cost of a function is linear in the length of its text."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable


def is_linear(normalize: Callable[[str], Any], hostile: Callable[[int], str]) -> bool:
    """Tell whether T(4n) <= 6 T(n) + 5 ms, on the best of five runs; another program may take the time, so thrice."""

    def spent(size: int) -> float:
        text = hostile(size)
        runs = []
        for _ in range(5):
            start = time.process_time()
            normalize(text)
            runs.append(time.process_time() - start)
        return min(runs)

    return any(spent(80_000) <= 6 * spent(20_000) + 0.005 for _ in range(3))
