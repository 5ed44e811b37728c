"""Owners read out of an uploaded bank statement, with what speaks against the file. Needs the extra ``documents``.

``pdf`` collects what each page shows, in a process of its own (``sandbox``, ``child``); ``lines`` puts glyphs together
by where they stand; ``owners``, ``account`` and ``dates`` read them; ``metadata``, ``look`` and ``content`` raise
signals; ``statement`` is what a caller sees.
"""

from __future__ import annotations

from identity_match.documents.limits import LIMITS, REFUSALS, Limits, Refusal
from identity_match.documents.signals import Signal
from identity_match.documents.statement import Statement, read_statement

__all__ = ["LIMITS", "REFUSALS", "Limits", "Refusal", "Signal", "Statement", "read_statement"]
