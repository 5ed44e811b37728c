"""Everything this library raises, in one tree.

::

    IdentityMatchError(Exception)
    ├── InputError(ValueError)        a request, an owner or a file has the wrong shape
    ├── OptionError(ValueError)       an argument of a call makes no sense
    ├── FileError(ValueError)         a file of rows cannot be read or written, or belongs to another run
    ├── DocumentError(ValueError)     an uploaded statement is refused; its ``code`` says why
    ├── TableError(RuntimeError)      a shipped table is missing or malformed: our bug
    ├── WorkerError(RuntimeError)     a worker process ended before its work was done
    ├── WebhookError(ValueError)      a webhook must not be trusted
    ├── LibraryError(RuntimeError)    the library that holds columns failed
    └── MissingExtraError(ImportError)  an optional package is not installed

Content never raises: any text becomes a key, or is missing for a stated reason. A wrong *shape* raises at once. A
message names the place and the kind of what was found there, never the value, because messages end in logs.
"""

from __future__ import annotations


class IdentityMatchError(Exception):
    """Root of every error this library raises."""


class InputError(IdentityMatchError, ValueError):
    """Input has the wrong shape.

    Attributes:
        path: Where it was found, such as ``user.address.postal_code`` or ``owners[2].names[0]``.

    >>> raise InputError("user.legal_name", "expected text, found bytes")
    Traceback (most recent call last):
    ...
    identity_match.errors.InputError: user.legal_name: expected text, found bytes
    """

    def __init__(self, path: str, problem: str) -> None:
        super().__init__(path, problem)  # both, so that a worker process can hand the error on
        self.path = path

    def __str__(self) -> str:
        """Give path and problem in one line."""
        return ": ".join(self.args)


class OptionError(IdentityMatchError, ValueError):
    """An argument of a call makes no sense; the message names the argument."""


class FileError(IdentityMatchError, ValueError):
    """A file cannot be read, written or gone on with; the message names its role, never its name."""


class DocumentError(IdentityMatchError, ValueError):
    """An uploaded statement is refused.

    Attributes:
        code: Stable word such as ``encrypted``; ``identity_match.documents.REFUSALS`` lists them with their sentences.
    """

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(code, sentence)
        self.code = code

    def __str__(self) -> str:
        """Give code and sentence in one line."""
        return ": ".join(self.args)


class TableError(IdentityMatchError, RuntimeError):
    """A shipped table is missing or malformed."""


class WorkerError(IdentityMatchError, RuntimeError):
    """A worker process ended before its work was done: killed, out of memory, or started without a main guard."""


class WebhookError(IdentityMatchError, ValueError):
    """A webhook must not be trusted.

    Attributes:
        code: Why: a member of ``identity_match.webhooks.Refusal``, whose words stay.

    >>> raise WebhookError("too_old")
    Traceback (most recent call last):
    ...
    identity_match.errors.WebhookError: the webhook is refused: too_old
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code

    def __str__(self) -> str:
        """Give the sentence that ends in a log."""
        return f"the webhook is refused: {self.code}"


class LibraryError(IdentityMatchError, RuntimeError):
    """The library that holds columns failed; the message names the kind of its error and nothing of the rows.

    Elsewhere a library that fails costs a field of one comparison, which is then None for the reason ``failed``.
    """


class MissingExtraError(IdentityMatchError, ImportError):
    """An optional package is not installed; the message names the extra that brings it."""
