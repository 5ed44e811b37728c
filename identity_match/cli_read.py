"""What the command reads: JSON documents, capped, with errors that name the argument and never the file or a value."""

from __future__ import annotations

import json
import math
import sys
from pathlib import Path
from typing import IO, Any, NoReturn

from identity_match.policy import Policy, policy, policy_from_toml

MAX_BYTES = 64 * 2**20  # our choice: an item takes kilobytes; a bigger file is a mistake, and JSON swells in memory


class CommandError(Exception):
    """Something a user of the command can put right; its text is the line that is printed."""


class CommandFileError(CommandError):
    """A file that cannot be used.

    Args:
        name: What the help calls the file.
        problem: The kind of the fault.
    """

    def __init__(self, name: str, problem: str) -> None:
        super().__init__(f"{name}: {problem}")


def read_json(path: str, name: str) -> Any:
    """Read one JSON document.

    Args:
        path: File, or ``-`` for standard input.
        name: What the help calls it; the only name that messages use.
    """
    return _parse(_content(path, name), name)


def read_policy(wanted: str) -> Policy:
    """Give the policy that an argument names: a preset, or a file that ends with ``.toml``."""
    if not wanted.endswith(".toml"):
        return policy({"base": wanted})
    return policy_from_toml(read_text(wanted, "--policy"))


def read_text(path: str, name: str) -> str:
    """Read a file of text in UTF-8; what is none becomes U+FFFD."""
    return _content(path, name).decode("utf-8", "replace")


def _content(path: str, name: str) -> bytes:
    try:
        if path == "-":
            content = _up_to_the_cap(sys.stdin.buffer)
        else:
            with Path(path).open("rb") as file:
                content = _up_to_the_cap(file)
    except FileNotFoundError:
        problem = "no such file"
    except IsADirectoryError:
        problem = "a file is expected, found a directory"
    except (OSError, ValueError):  # ValueError: a path with a NUL
        problem = "cannot be read"
    else:
        if len(content) <= MAX_BYTES:
            return content
        problem = f"larger than {MAX_BYTES // 2**20} MB"
    raise CommandFileError(name, problem)


def _up_to_the_cap(file: IO[bytes]) -> bytes:
    return file.read(MAX_BYTES + 1)


def _parse(content: bytes, name: str) -> Any:
    try:
        return json.loads(content.decode("utf-8-sig"), parse_constant=_no_constant, parse_float=_finite)
    except UnicodeDecodeError:
        problem = "not UTF-8 text"
    except json.JSONDecodeError as fault:
        problem = f"not JSON, see line {fault.lineno}, column {fault.colno}"
    except RecursionError:
        problem = "nested too deeply"
    except _NumberError as fault:
        problem = str(fault)
    except ValueError:  # int() refuses more than 4,300 digits
        problem = "a number has too many digits"
    # Outside the handlers, so that no exception carries the document as its context.
    raise CommandFileError(name, problem)


class _NumberError(ValueError):
    """A number that JSON does not have, or that is too large."""


def _no_constant(_: str) -> NoReturn:
    message = "not JSON: NaN and Infinity are no JSON numbers"
    raise _NumberError(message)


def _finite(digits: str) -> float:
    number = float(digits)
    if math.isinf(number):
        message = "a number is too large"
        raise _NumberError(message)
    return number


def read_two(first: tuple[str, str], second: tuple[str, str]) -> tuple[Any, Any]:
    """Read two documents, each given by its path and what the help calls it."""
    if first[0] == second[0] == "-":
        message = f"only one of {first[1]} and {second[1]} can be standard input"
        raise CommandError(message)
    return read_json(*first), read_json(*second)
