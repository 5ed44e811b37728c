"""Kill the server while it writes, again and again, and count what was answered and is not there afterwards.

    python benchmarks/service_kill.py [--rounds 100]

Each round starts the command ``serve`` upon the same store, asks it from four threads for matches and for changes of
owners that put a webhook into the outbox, and kills it with SIGKILL after a random time. Then the store is opened:
every attempt and every change that was answered must be there, each change with its webhook, and the file whole. It
proves what a killed process loses, not what a power cut does.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from http.client import HTTPException
from pathlib import Path
from typing import Any

from identity_match.service.server import ADMIN_KEY
from identity_match.service.store import Store

KEY = "operator-key-of-the-rounds"
THREADS = 4
LONGEST = 0.6  # seconds from the first answer to the kill


def ask(url: str, method: str, body: Any) -> Any:
    """Send a request."""
    headers = {
        "content-type": "application/json", "plaid-client-id": "c", "plaid-secret": "s",
        "authorization": f"Bearer {KEY}",
    }  # fmt: skip
    request = urllib.request.Request(url, json.dumps(body).encode(), headers, method=method)  # noqa: S310 - our own
    with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
        return json.load(answer)


def work(url: str, number: int, answered: dict[str, list[Any]], salt: int) -> None:
    """Ask until the server is gone, and write down what was answered."""
    owners = f"{url}/admin/items/i{number}/accounts/a{number}/owners"
    count = 0
    try:
        while True:
            ask(
                f"{url}/identity/match",
                "POST",
                {"access_token": f"access-{number:04}", "user": {"legal_name": "J Doe"}},
            )
            answered["attempts"].append(number)
            count += 1
            changed = ask(owners, "PUT", {"owners": [{"names": [f"JANE DOE {salt} {count}"]}]})
            answered["events"].append(changed["event_id"])
    except (urllib.error.URLError, OSError, HTTPException, ValueError):
        return


def one_round(folder: Path, salt: int, dice: random.Random) -> dict[str, list[Any]]:
    """Run, ask, kill."""
    process = subprocess.Popen(  # noqa: S603 - our own code
        [sys.executable, "-m", "identity_match", "serve", "--store", str(folder / "store.sqlite"), "--port", "0",
         "--settings", str(folder / "settings.toml")],
        stderr=subprocess.PIPE, text=True, env={ADMIN_KEY: KEY, "PYTHONPATH": ":".join(filter(None, sys.path))},
    )  # fmt: skip
    assert process.stderr is not None
    found = re.search(r"listening on (\S+)", process.stderr.readline())
    assert found, "the server did not start"
    answered: dict[str, list[Any]] = {"attempts": [], "events": []}
    threads = [threading.Thread(target=work, args=(found[1], n, answered, salt)) for n in range(THREADS)]
    for thread in threads:
        thread.start()
    while not answered["attempts"] and any(thread.is_alive() for thread in threads):
        time.sleep(0.01)
    time.sleep(dice.uniform(0, LONGEST))
    process.kill()
    process.wait()
    process.stderr.close()
    for thread in threads:
        thread.join()
    return answered


def main() -> None:
    """Run the rounds and print what was lost."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=100)
    rounds, dice = parser.parse_args().rounds, random.Random(5)
    attempts, events, lost = 0, set(), 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "settings.toml").write_text("item_minute = 1_000_000\nclient_minute = 1_000_000\n", "utf-8")
        with Store(folder / "store.sqlite") as store:
            store.put_client("c", "s", ["identity", "identity_match"])
            for n in range(THREADS):
                account = {"account_id": f"a{n}", "name": "", "type": "other", "owners": []}
                item = {"item_id": f"i{n}", "webhook": "http://127.0.0.1:9/"}
                store.add_item("c", f"access-{n:04}", item, [account], 0)
            begun = sum(row["revision"] for row in store.items())
        for salt in range(rounds):
            answered = one_round(folder, salt, dice)
            attempts += len(answered["attempts"])
            events |= set(answered["events"])
            with Store(folder / "store.sqlite") as store:
                there = {row.event_id for _, row in store.deliveries(most=10_000_000)}
                changes = sum(row["revision"] for row in store.items()) - begun
                lost += len(events - there) + max(0, attempts - store.count_attempts())
                assert changes == len(there), "a change without its webhook, or the other way round"
                assert store.is_whole(), "the file is damaged"
                attempts = store.count_attempts()
            events = there
            if salt % 10 == 9:
                print(f"{salt + 1} kills, {lost} lost", file=sys.stderr)
        print(
            f"{rounds} kills; {attempts:,} attempts and {len(events):,} changes in the store; {lost} answered ones lost"
        )
    sys.exit(1 if lost else 0)


if __name__ == "__main__":
    main()
