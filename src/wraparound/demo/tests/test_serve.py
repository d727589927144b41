"""The demo's processes: they begin together, are watched, and end with the one that began them."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from wraparound.demo import serve
from wraparound.kit.errors import Stop

SLEEPS = "import time; time.sleep(60)"
IGNORES = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); time.sleep(60)"


@pytest.fixture
def children() -> Iterator[list[subprocess.Popen[bytes]]]:
    begun = [subprocess.Popen([sys.executable, "-c", SLEEPS]) for _ in range(2)]
    yield begun
    for child in begun:
        child.kill()
        child.wait()


@pytest.fixture
def port() -> Iterator[int]:
    """A little server that answers as the health page does."""

    class Healthy(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None: ...

    server = HTTPServer(("127.0.0.1", 0), Healthy)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server.server_port
    server.shutdown()
    thread.join()
    server.server_close()


def test_ends_every_child(children: list[subprocess.Popen[bytes]]) -> None:
    serve._end(children)
    assert [child.returncode for child in children] == [-signal.SIGTERM] * 2


def test_ends_a_child_that_will_not_hear(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serve, "ENDS_WITHIN_SECONDS", 0.2)
    with subprocess.Popen([sys.executable, "-c", IGNORES], stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == b"up\n"
        serve._end([child])
        assert child.returncode == -signal.SIGKILL


def test_says_when_a_child_has_died(children: list[subprocess.Popen[bytes]]) -> None:
    children[1].kill()
    children[1].wait()
    with pytest.raises(Stop, match="ended by itself"):
        serve._watch(children)


def test_waits_until_the_server_answers(children: list[subprocess.Popen[bytes]], port: int) -> None:
    begun = time.monotonic()
    serve._wait_until_ready(port, children)
    assert time.monotonic() - begun < 10


def test_says_when_the_server_never_answers(
    children: list[subprocess.Popen[bytes]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serve, "READY_WITHIN_SECONDS", 0.5)
    with pytest.raises(Stop, match="did not answer"):
        serve._wait_until_ready(9, children)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_asks_it_to_end_and_handlers_come_back(number: int) -> None:
    before = signal.getsignal(number)
    with serve._stopping_on_signals(), pytest.raises(serve._Asked):
        signal.raise_signal(number)
    assert signal.getsignal(number) == before


@pytest.mark.django_db
def test_says_what_to_do_before_there_is_a_city(settings: object, tmp_path: object) -> None:
    settings.VAR = tmp_path  # type: ignore[attr-defined]
    with pytest.raises(Stop, match="demo build"):
        serve.serve(0)


def test_the_welcome_names_addresses_files_and_sign_ins() -> None:
    people = [("a@x.demo.invalid", "Amina", "Practitioner, Homes"), ("bb@x.demo.invalid", "Beth", "IDVA, Harbour")]
    text = "\n".join(serve._welcome(8000, people, ["incidents-2026-11-21.csv"]))
    for wanted in ("http://localhost:8000/demo/personas", "Synthetic", "incidents-2026-11-21.csv", "Beth", "bb@x"):
        assert wanted in text
