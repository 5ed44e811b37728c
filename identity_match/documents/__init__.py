"""Owners read out of an uploaded bank statement, with what speaks for and against the file. Needs the extra ``documents``.

``pdf`` collects what each page shows, in a process of its own (``sandbox``, ``child``); ``lines`` puts glyphs together
by where they stand; ``owners``, ``account`` and ``dates`` read them; ``metadata``, ``look`` and ``content`` raise signals.
"""

from __future__ import annotations

from identity_match.documents.limits import LIMITS, REFUSALS, Limits
from identity_match.documents.signals import Signal
from identity_match.documents.statement import Statement, read_statement

__all__ = ["LIMITS", "REFUSALS", "Limits", "Signal", "Statement", "read_statement"]
