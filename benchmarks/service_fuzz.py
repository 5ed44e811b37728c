"""Ask the service what its own description allows, and what it does not, and count server errors.

    python benchmarks/service_fuzz.py [--examples 320]

Requests are made by ``schemathesis`` (``pip install schemathesis``) from the OpenAPI description: for every operation
as many examples as given, with good and bad bodies, parameters and headers, with the sample's credentials and the
operator's key. A status of 500 and above is a failure; that an answer fits the description is counted apart.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

import hypothesis
import schemathesis
from schemathesis.generation.modes import GenerationMode

from identity_match.service.server import load_folder
from identity_match.service.settings import checked
from identity_match.service.store import Store
from identity_match.service.web import application

ROOT = Path(__file__).parent.parent
KEY = "operator-key-of-the-examples"
HEADERS = {"plaid-client-id": "sample", "plaid-secret": "sample", "authorization": f"Bearer {KEY}"}


@schemathesis.serializer("application/pdf")  # type: ignore[untyped-decorator, unused-ignore]
def as_document(_: Any, value: Any) -> bytes:
    """Send anything as a document."""
    return value if isinstance(value, bytes) else str(value).encode("utf-8", "replace")


def main() -> None:
    """Ask, and print what came back."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--examples", type=int, default=320)
    examples = parser.parse_args().examples
    statuses: Counter[int] = Counter()
    faults: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as name, Store(Path(name) / "store.sqlite") as store:
        load_folder(store, ROOT / "data" / "sample")
        settings = checked({"item_minute": 1_000_000, "client_minute": 1_000_000, "names": ("testserver", "localhost")})
        schema = schemathesis.openapi.from_asgi("/openapi.json", application(store, settings, KEY))
        for operation in schema.get_all_operations():
            found: Any = operation  # a result: an operation, or why it is none
            run(found.ok(), examples, statuses, faults)
    asked = sum(statuses.values())
    print(f"{asked:,} requests;", ", ".join(f"{status}: {count:,}" for status, count in sorted(statuses.items())))
    for fault, count in faults.most_common():
        print(f"does not fit the description, {count} times: {fault}")
    wrong = sum(count for status, count in statuses.items() if status >= 500 and status != 501)
    print(f"{wrong} server errors")
    sys.exit(1 if wrong else 0)


def run(operation: Any, examples: int, statuses: Counter[int], faults: Counter[str]) -> None:
    """Ask one operation."""
    modes = hypothesis.strategies.one_of(
        operation.as_strategy(generation_mode=GenerationMode.POSITIVE),
        operation.as_strategy(generation_mode=GenerationMode.NEGATIVE),
    )

    @hypothesis.settings(
        max_examples=examples, deadline=None, database=None, derandomize=True,
        suppress_health_check=list(hypothesis.HealthCheck), phases=[hypothesis.Phase.generate],
    )  # fmt: skip
    @hypothesis.given(modes)
    def ask(case: Any) -> None:
        answer = case.call(headers=HEADERS)
        statuses[answer.status_code] += 1
        try:
            operation.validate_response(answer)
        except Exception as fault:  # noqa: BLE001 - counted
            faults[f"{operation.label}: {type(fault).__name__}"] += 1

    ask()


if __name__ == "__main__":
    main()
