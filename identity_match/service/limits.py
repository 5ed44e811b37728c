"""How many requests a minute: a count a key that flows back evenly, so that no clock minute can be doubled."""

from __future__ import annotations

import time
from collections import OrderedDict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

MINUTE = 60.0
MOST_KEYS = 100_000  # keys remembered; our choice: some megabytes. The one not used for longest is forgotten


class Limiter:
    """Counts requests a key in a bucket that holds one minute's worth; one process, in memory.

    Args:
        a_minute: Requests that a key may make at once, and a minute.
        clock: Seconds that never run backwards.

    >>> limiter = Limiter(2, clock=lambda: 0.0)
    >>> [limiter.admits("one"), limiter.admits("one"), limiter.admits("one"), limiter.admits("two")]
    [True, True, False, True]
    """

    def __init__(self, a_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._most = a_minute
        self._clock = clock
        self._free: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def admits(self, key: str) -> bool:
        """Count one request, or refuse it; what is refused is not counted."""
        now = self._clock()
        free, then = self._free.pop(key, (float(self._most), now))
        free = min(self._most, free + (now - then) * self._most / MINUTE)
        admitted = free >= 1
        self._free[key] = (free - 1 if admitted else free, now)
        if len(self._free) > MOST_KEYS:
            self._free.popitem(last=False)
        return admitted

    def give_back(self, key: str) -> None:
        """Take back the count of a request that was admitted, and then refused for another reason."""
        if key in self._free:
            free, then = self._free[key]
            self._free[key] = (min(self._most, free + 1), then)
