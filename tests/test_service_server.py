"""A real server on a loopback port: the command, the official client over a socket, slow and oversized requests."""

from __future__ import annotations

import asyncio
import contextlib
import http.client
import json
import os
import re
import signal
import socket
import struct
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from serving import ADMIN_KEY, KEYS, TOKEN, USER

from identity_match.cli import main
from identity_match.service.connection import MOST_WAITING, Corked

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parent.parent
SETTINGS = """
header_seconds = 1
body_seconds = 1
idle_seconds = 2
header_bytes = 2_000
connections = 5
"""


@contextlib.contextmanager
def served(folder: Path, *options: str) -> Iterator[tuple[int, subprocess.Popen[str]]]:
    """Run the command, and give the port and the process."""
    settings = folder / "settings.toml"
    settings.write_text(SETTINGS, "utf-8")
    process = subprocess.Popen(
        [sys.executable, "-m", "identity_match", "serve", "--data", "data/sample", "--port", "0", "--settings",
         str(settings), *options],
        stderr=subprocess.PIPE, text=True, cwd=ROOT, env=os.environ | {"IDENTITY_MATCH_ADMIN_KEY": ADMIN_KEY},
    )  # fmt: skip
    assert process.stderr is not None
    try:
        found = re.fullmatch(r"listening on http://127\.0\.0\.1:(\d+)\n", process.stderr.readline())
        assert found, process.stderr.read()
        yield int(found[1]), process
    finally:
        process.kill()
        process.wait()
        process.stderr.close()


def request(path: str = "/identity/match", body: Any = None, **headers: str) -> bytes:
    """Write a request."""
    content = json.dumps({"access_token": TOKEN, "user": USER} if body is None else body).encode()
    lines = {"Host": "127.0.0.1", "Content-Type": "application/json", "Content-Length": str(len(content)), **KEYS}
    lines |= {name.replace("_", "-"): value for name, value in headers.items()}
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    return f"POST {path} HTTP/1.1\r\n{head}\r\n".encode() + content


def exchange(port: int, *parts: bytes, pause: float = 0.0) -> bytes:
    """Send what is given, and read until the server closes or is silent for some seconds."""
    with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
        with contextlib.suppress(OSError):  # it may have closed already
            for part in parts:
                connection.sendall(part)
                time.sleep(pause)
        answer = b""
        with contextlib.suppress(OSError):
            while part := connection.recv(65_536):
                answer += part
        return answer


@pytest.mark.usefixtures("loopback")
def test_a_server_from_start_to_end(tmp_path: Path) -> None:
    """One process for all of this, because each takes a second to start."""
    with served(tmp_path) as (port, process):
        with_close = request(Connection="close")
        assert exchange(port, with_close).startswith(b"HTTP/1.1 200 ")

        plaid = pytest.importorskip("plaid")
        from plaid.api.plaid_api import PlaidApi
        from plaid.model.identity_get_request import IdentityGetRequest

        keys = {"clientId": "sample", "secret": "sample"}
        client = plaid.ApiClient(plaid.Configuration(host=f"http://127.0.0.1:{port}", api_key=keys))
        client.rest_client.pool_manager.connection_pool_kw["maxsize"] = 1
        answer = PlaidApi(client).identity_get(IdentityGetRequest(access_token=TOKEN))
        assert answer.item.item_id == "sample-item-0001"
        client.rest_client.pool_manager.clear()

        # Two requests in one packet are two answers; the limit of headers holds for the second, too.
        assert exchange(port, request() + with_close).count(b"HTTP/1.1 200 ") == 2
        assert b"HTTP/1.1 431" in exchange(port, request() + request(X="x" * 2_100))

        # Another method of framing, another host, and what is no HTTP.
        chunked = with_close.partition(b"\r\n\r\n")
        head = re.sub(rb"Content-Length: \d+", b"Transfer-Encoding: chunked", chunked[0])
        body = b"%x\r\n%s\r\n0\r\n\r\n" % (len(chunked[2]), chunked[2])
        assert exchange(port, head + b"\r\n\r\n" + body).startswith(b"HTTP/1.1 200 ")
        assert b"INVALID_HEADERS" in exchange(port, request(Host="evil.test", Connection="close"))
        for wrong in (b"\x00\x01\x02\r\n\r\n", request(Content_Length="-5"), request(Content_Length="x")):
            assert exchange(port, wrong).startswith(b"HTTP/1.1 400 ")
        both = request(Transfer_Encoding="chunked", Connection="close")
        assert exchange(port, both).startswith(b"HTTP/1.1 400 ")

        # Too long: refused before it has come, and the connection ends.
        assert b"413" in exchange(port, request(Content_Length="2000000"))[:20]
        assert b"431" in exchange(port, request(X="x" * 2_100))[:20]
        assert b"431" in exchange(port, b"GET /" + b"x" * 3_000)[:20]
        # What a chunked body brings besides itself is no body: headers behind it, and what a chunk says of its length.
        whole = body.removesuffix(b"\r\n")
        for more in (b"X: ", b"X: y\r\n" * 10, b"5;x="):
            sent = head + b"\r\n\r\n" + (b"" if b";" in more else whole)
            assert b"431" in exchange(port, sent, *[more + b"x" * 700] * 8, pause=0.02)[:20]
        small = b"".join(b"1\r\n%c\r\n" % byte for byte in chunked[2]) + b"0\r\n\r\n"
        assert len(small) - len(chunked[2]) > 1_000
        assert exchange(port, head + b"\r\n\r\n", *re.findall(b"(?s).{1,200}", small), pause=0.02).startswith(
            b"HTTP/1.1 200 "
        )

        # A client that reads nothing of a long answer.
        account = {"account_id": "a1", "official_name": "x" * 12_000_000}
        item = {"client_id": "sample", "access_token": "access-long", "accounts": [account], "item": {"item_id": "i1"}}
        loading = request("/admin/items", item, Authorization=f"Bearer {ADMIN_KEY}", Connection="close")
        assert exchange(port, loading).startswith(b"HTTP/1.1 200 ")
        idle = socket.create_connection(("127.0.0.1", port), timeout=5)
        idle.sendall(request("/identity/get", {"access_token": "access-long"}, Connection="close"))

        # Too slow: headers that never end, a body that never comes, a connection that never asks.
        started = time.monotonic()
        assert exchange(port, b"POST /identity/match HTTP/1.1\r\nHost:") == b""
        assert exchange(port, b"\r\n", b"\r\n") == b""
        assert b"408" in exchange(port, with_close[:-20])[:20]
        assert exchange(port) == b""
        kept = request()
        assert exchange(port, kept).startswith(b"HTTP/1.1 200 ")
        assert 4 <= time.monotonic() - started < 30
        with contextlib.suppress(ConnectionError):
            left = 0
            while part := idle.recv(1_000_000):
                left += len(part)
        assert left < 12_000_000
        idle.close()

        # One connection more than may be: it is closed, and the others are answered.
        many = [socket.create_connection(("127.0.0.1", port), timeout=5) for _ in range(5)]
        time.sleep(0.2)
        assert exchange(port, with_close) == b""
        many[0].sendall(with_close)
        assert many[0].recv(20).startswith(b"HTTP/1.1 200 ")
        for connection in many:
            connection.close()

        process.send_signal(signal.SIGTERM)
        assert process.wait(15) == 0
        assert process.stderr is not None
        assert "Traceback" not in process.stderr.read()


def statuses(answer: bytes) -> list[str]:
    return re.findall(r"HTTP/1.1 (\d+)", answer.decode())


@pytest.mark.usefixtures("loopback")
def test_connections_that_are_used_again(tmp_path: Path) -> None:
    """Requests in a row on one connection are answered in a row, whatever is wrong with one of them."""
    with served(tmp_path) as (port, process):
        # Answers in order; what cannot be read ends the connection, and its answer is the last, an error object.
        long = request(X="x" * 2_100)
        far = b"GET /" + b"x" * 3_000 + b" HTTP/1.1\r\n\r\n"
        framed_twice = request(Transfer_Encoding="chunked")
        for wrong, status in ((b"\0\r\n\r\n", "400"), (long, "431"), (framed_twice, "400"), (far, "431")):
            for before in ((), (request(),), (request(), request("/nowhere"))):
                answer = exchange(port, b"".join(before) + wrong + request())
                expected = ["200", "404"][: len(before)]
                assert statuses(answer) == [*expected, status]
                assert json.loads(answer.rpartition(b"\r\n\r\n")[2])["error_code"] == "INVALID_HEADERS"
        head = re.sub(rb"Content-Length: \d+", b"Transfer-Encoding: chunked", request().partition(b"\r\n\r\n")[0])
        for before, expected in (((), []), ((request(),), ["200"])):
            answer = exchange(port, b"".join(before) + head + b"\r\n\r\nzz\r\n")
            assert statuses(answer) == [*expected, "400"]

        # More than may wait: those that were let in are answered, and the connection ends.
        flood = b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n" * 3_000
        assert statuses(exchange(port, flood)) == ["200"] * (1 + MOST_WAITING)

        # An answer that is given before the body has come costs the next request nothing.
        with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
            for path, kind, early in (
                ("/nowhere", "application/json", b"404"),
                ("/identity/match", "text/plain", b"400"),
                ("/admin/items", "application/json", b"401"),
            ):
                sent = request(path, "x" * 300_000, Content_Type=kind)
                connection.sendall(sent[:10_000])
                assert connection.recv(65_536)[9:12] == early  # headers and body come in one packet
                connection.sendall(sent[10_000:])
                connection.sendall(request())
                assert connection.recv(65_536)[9:12] == b"200"

        # One that asks before it sends the body, and is refused, may send it or not: the connection ends.
        asks = request("/nowhere", Expect="100-continue").partition(b"\r\n\r\n")
        assert b"connection: close" in exchange(port, asks[0] + asks[1])
        asks = request(Expect="100-continue").partition(b"\r\n\r\n")
        assert statuses(exchange(port, asks[0] + asks[1], asks[2], pause=0.05)) == ["100", "200"]

        # One that is told to stop can read why, also where it sends on for a while.
        for path, refused in (("/identity/match", 413), ("/admin/items", 401)):
            client = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            client.putrequest("POST", path)
            client.putheader("Content-Type", "application/json")
            client.putheader("Content-Length", "3000000")
            client.endheaders()
            with contextlib.suppress(OSError):
                for _ in range(300):
                    client.send(b"x" * 10_000)
            assert client.getresponse().status == refused
            client.close()

        # Another protocol is not spoken, and the request that offers it is answered.
        offered = {
            "Connection": "Upgrade, HTTP2-Settings",
            "Upgrade": "h2c",
            "HTTP2_Settings": "AAMAAABkAAQCAAAAAAIAAAAA",
        }
        assert statuses(exchange(port, request(**offered))) == ["200"]
        assert statuses(exchange(port, *request(**offered).partition(b"\r\n\r\n"), pause=0.05)) == ["200"]

        # Clients that go before their answers come leave nothing in the log.
        for _ in range(5):
            with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
                connection.sendall(request() * 5)
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        time.sleep(0.5)  # as many connections as there may be
        assert statuses(exchange(port, request(Connection="close"))) == ["200"]
        process.send_signal(signal.SIGTERM)
        assert process.wait(15) == 0
        assert process.stderr is not None
        said = {line.partition(" WARNING ")[2] for line in process.stderr.read().splitlines()}
        assert said == {"Invalid HTTP request received."}


@pytest.mark.usefixtures("loopback")
def test_a_store_outlives_its_server(tmp_path: Path) -> None:
    store = str(tmp_path / "store.sqlite")
    for expected in (1, 2):
        with served(tmp_path, "--store", store) as (port, process):
            assert exchange(port, request(Connection="close")).startswith(b"HTTP/1.1 200 ")
            process.kill()
            process.wait()
        from identity_match.service.store import Store

        with Store(store) as opened:
            assert opened.count_attempts() == expected


def test_what_is_written_is_sent_in_one_go() -> None:
    """Headers and body in one packet; what was held is sent before the end, and where nothing follows."""
    sent: list[str] = []

    class Transport:
        def write(self, data: bytes) -> None:
            sent.append(data.decode())

        def close(self) -> None:
            sent.append("end")

        def is_closing(self) -> bool:
            return False

        def get_write_buffer_size(self) -> int:
            return 0

        def get_extra_info(self, name: str) -> str:
            return name

    async def use() -> None:
        corked = Corked(Transport(), asyncio.get_running_loop())  # type: ignore[arg-type]
        corked.write(b"head ")
        corked.write(b"body")
        assert sent == ["head body"]
        corked.write(b"alone")
        await asyncio.sleep(0)
        assert sent == ["head body", "alone"]
        corked.write(b"last")
        corked.close()
        assert sent == ["head body", "alone", "last", "end"]
        await asyncio.sleep(0)
        assert len(sent) == 4
        assert (corked.get_extra_info("x"), corked.is_closing(), corked.get_write_buffer_size()) == ("x", False, 0)

    asyncio.run(use())


# The command


def complaint(*args: str, capsys: pytest.CaptureFixture[str]) -> str:
    assert main(list(args)) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1
    return err


def test_the_command_says_what_is_wrong(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wrong = tmp_path / "settings.toml"
    wrong.write_text("port = 'Jane'", "utf-8")
    assert "port: " in complaint("serve", "--settings", str(wrong), capsys=capsys)
    assert "host: " in complaint("serve", "--host", "0.0.0.0", capsys=capsys)
    assert "service.json: cannot be read" in complaint("serve", "--data", str(tmp_path), capsys=capsys)
    (tmp_path / "service.json").write_text('{"clients": [{"client_id": "Jane Doe", "secret": "x"}]}')
    said = complaint("serve", "--data", str(tmp_path), capsys=capsys)
    assert "clients[0].client_id" in said
    assert "Jane" not in said
    for file, problem in (("../item.json", "items[0].file"), ("none.json", "items[0].file: cannot be read")):
        item = {"client_id": "c", "access_token": "access-one", "file": file}
        catalogue = {"clients": [{"client_id": "c", "secret": "x"}], "items": [item]}
        (tmp_path / "service.json").write_text(json.dumps(catalogue))
        assert problem in complaint("serve", "--data", str(tmp_path), capsys=capsys)
    assert "store: " in complaint("serve", "--store", str(tmp_path), capsys=capsys)


@pytest.mark.usefixtures("loopback")
def test_an_address_where_another_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        command = [sys.executable, "-m", "identity_match", "serve", "--port", str(other.getsockname()[1])]
        ended = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=30, check=False)
    assert ended.returncode == 2
    assert ended.stderr.endswith("identity-match: serve: nothing can listen on this address and port\n")


def test_the_description_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["openapi"]) == 0
    assert "/identity/match" in json.loads(capsys.readouterr().out)["paths"]


def test_without_the_extra_the_command_says_so(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "identity_match.service.server", None)
    monkeypatch.delattr("identity_match.service.server", raising=False)
    for command in ("serve", "openapi"):
        assert complaint(command, capsys=capsys) == "identity-match: install identity-match[service]\n"
