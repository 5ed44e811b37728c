"""How compiled classes are laid out; in plain Python it means nothing.

An instance of an ``acyclic`` class never comes to hold itself, so the garbage collector need not look at it: a smaller
object, made in less time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mypy_extensions import mypyc_attr as mypyc_attr  # noqa: PLC0414 - given on, for the compiler to know it
else:

    def mypyc_attr(**_: Any) -> Any:
        """Leave a class as it is."""
        return lambda decorated: decorated
