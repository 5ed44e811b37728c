"""Measure /identity/match of the service beside the bare framework, under two hundred clients, in one run.

    python benchmarks/service.py [--seconds 10] [--rounds 3] [--clients 200]

The bare framework is Starlette on uvicorn as they come, without the service's limits: it reads the same body as JSON
and writes as JSON what the service answered to one of the requests; and once more with ``{}``, the least an answer can
be. Each runs in a process of its own, and they are asked in turn, so that a busy machine slows all; the
load comes from ``wrk`` (Debian: ``apt install wrk``) with one thread. The service has a store on disk with Items of one
account and one owner each; a request is one of as many different users, a third of whom are somebody else, made by
``benchmarks/speed.py``. Each answer is sent after its match attempt is on disk. A first round that is not counted reads
every Item once.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import urllib.request
from pathlib import Path
from typing import Any, NamedTuple

import uvicorn
from speed import fresh, owner_of, user_of
from starlette.applications import Starlette
from starlette.requests import Request  # noqa: TC002 - annotations of routes are read
from starlette.responses import JSONResponse
from starlette.routing import Route

from identity_match.service.server import Server
from identity_match.service.store import Store

ROOT = Path(__file__).parent.parent
ITEMS = 2_000
NO_LIMIT = {"item_minute": 1_000_000, "client_minute": 1_000_000}

# One line of JSON at the end, because wrk's own table is made to be read.
SCRIPT = """
local bodies = {}
for line in io.lines(os.getenv("BODIES")) do bodies[#bodies + 1] = line end
local headers = {["Content-Type"] = "application/json", ["PLAID-CLIENT-ID"] = "load", ["PLAID-SECRET"] = "load"}
local i = 0
request = function()
  i = i % #bodies + 1
  return wrk.format("POST", "/identity/match", headers, bodies[i])
end
done = function(summary, latency, _)
  local e = summary.errors
  io.write(string.format('\\n{"requests": %d, "seconds": %f, "errors": %d, "median_ms": %f, "p99_ms": %f}\\n',
    summary.requests, summary.duration / 1e6, e.connect + e.read + e.write + e.status + e.timeout,
    latency:percentile(50) / 1000, latency:percentile(99) / 1000))
end
"""


class Load(NamedTuple):
    """What one run of the load came to."""

    a_second: float
    median_ms: float
    p99_ms: float
    cpu_us: float
    requests: int
    errors: int


def bare(answer: Any) -> None:
    """Run the bare framework until the process is ended."""

    async def same(request: Request) -> JSONResponse:
        await request.json()
        return JSONResponse(answer)

    config = uvicorn.Config(
        Starlette(routes=[Route("/identity/match", same, methods=["POST"])]), host="127.0.0.1", port=0,
        http="httptools", ws="none", access_log=False, server_header=False, proxy_headers=False, log_config=None,
    )  # fmt: skip
    Server(config, lambda url: print(f"listening on {url}", file=sys.stderr, flush=True)).run()


def fill(folder: Path) -> None:
    """Make a store with Items, the bodies of the requests, and the settings."""
    with Store(folder / "store.sqlite") as store, (folder / "bodies").open("w") as bodies:
        store.put_client("load", "load", ["identity", "identity_match"])
        for number, (user, owner) in enumerate(fresh(ITEMS, seed=11)):
            token = f"access-load-{number:06}"
            account = {"account_id": f"account-{number}", "name": "Checking", "type": "depository",
                       "owners": [owner_of(owner)]}  # fmt: skip
            store.add_item("load", token, {"item_id": f"item-{number}", "webhook": None}, [account], 0)
            typed = {name: value for name, value in user_of(user).items() if value is not None}
            bodies.write(json.dumps({"access_token": token, "user": typed}) + "\n")
    lines = [f"{name} = {value}" for name, value in NO_LIMIT.items()]
    (folder / "settings.toml").write_text("\n".join(lines), "utf-8")
    (folder / "load.lua").write_text(SCRIPT, "utf-8")


def start(*command: str) -> tuple[subprocess.Popen[str], str]:
    """Start a server and wait until it says where it answers."""
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(ROOT / "benchmarks"), *sys.path])}
    process = subprocess.Popen(  # noqa: S603 - our own code
        [sys.executable, "-P", *command], stderr=subprocess.PIPE, text=True, env=environment
    )
    assert process.stderr is not None
    for line in process.stderr:
        if found := re.search(r"listening on (\S+)", line):
            threading.Thread(target=process.stderr.read, daemon=True).start()  # so that it never waits for us
            return process, found[1]
    sys.exit("the server did not start")


def cpu_seconds(process: subprocess.Popen[str]) -> float:
    """Give the processor time of a server and of the processes it started; NaN where the system does not tell it so."""
    ticks = math.nan
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text("ascii", "replace").rpartition(")")[2].split()
        except OSError:
            continue  # it ended meanwhile
        if process.pid in (int(path.parent.name), int(fields[1])):
            ticks = (0 if math.isnan(ticks) else ticks) + int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def first_answer(url: str, folder: Path) -> str:
    """Give what a server answers to the first request, as JSON."""
    with (folder / "bodies").open("rb") as bodies:
        body = bodies.readline()
    headers = {"Content-Type": "application/json", "PLAID-CLIENT-ID": "load", "PLAID-SECRET": "load"}
    request = urllib.request.Request(url + "/identity/match", body, headers)  # noqa: S310 - our own server
    with urllib.request.urlopen(request, timeout=30) as response:  # noqa: S310
        return str(response.read().decode())


def load(server: tuple[subprocess.Popen[str], str], folder: Path, seconds: int, clients: int) -> Load:
    """Ask for a while, and count."""
    process, url = server
    before = cpu_seconds(process)
    done = subprocess.run(  # noqa: S603 - our own load
        ["wrk", "-t1", f"-c{clients}", f"-d{seconds}s", "--timeout", "30s", "-s", str(folder / "load.lua"), url],  # noqa: S607
        capture_output=True, text=True, check=True, env=os.environ | {"BODIES": str(folder / "bodies")},
    )  # fmt: skip
    found: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return Load(
        found["requests"] / found["seconds"], found["median_ms"], found["p99_ms"],
        (cpu_seconds(process) - before) / found["requests"] * 1e6, found["requests"], found["errors"],
    )  # fmt: skip


def show(name: str, runs: list[Load]) -> float:
    """Print one line, and give the median throughput."""
    a_second: float
    a_second, median, p99, cpu = (statistics.median(column) for column in list(zip(*runs, strict=True))[:4])
    errors = sum(run.errors for run in runs)
    times = f"median {median:6.1f} ms   p99 {p99:7.1f} ms   processor {cpu:5.0f} us a request"
    print(f"{name:8} {a_second:7,.0f} a second   {times}   {errors} errors")
    return a_second


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=int, default=10)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--clients", type=int, default=200)
    parser.add_argument("--bare", type=json.loads, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.bare is not None:
        bare(given.bare)
        return
    if shutil.which("wrk") is None:
        sys.exit("wrk is needed: apt install wrk")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        fill(folder)
        ours = start(
            "-m", "identity_match", "serve", "--store", str(folder / "store.sqlite"), "--port", "0",
            "--settings", str(folder / "settings.toml"),
        )  # fmt: skip
        servers = {
            "bare, {}": start(__file__, "--bare={}"),
            "bare": start(__file__, "--bare=" + first_answer(ours[1], folder)),
            "service": ours,
        }
        try:
            for server in servers.values():
                load(server, folder, 3, given.clients)
            found: dict[str, list[Load]] = {kind: [] for kind in servers}
            for _ in range(given.rounds):
                for kind, server in servers.items():
                    found[kind].append(load(server, folder, given.seconds, given.clients))
        finally:
            for process, _ in servers.values():
                process.terminate()
                process.wait()
        written = attempts(folder)
    least, same, service = (show(name, runs) for name, runs in found.items())
    busy = ", ".join(f"{load:.1f}" for load in os.getloadavg())
    print(f"the service does {service / same:.0%} of the bare framework, {service / least:.0%} of it answering {{}}")
    print(f"load of the machine {busy}")
    print(f"{written:,} attempts are in the store")


def attempts(folder: Path) -> int:
    """Count what the service wrote down."""
    with Store(folder / "store.sqlite") as store:
        return store.count_attempts()


if __name__ == "__main__":
    main()
