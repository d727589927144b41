"""`wraparound demo serve`: the web server and a worker as child processes, which end when this one does."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import FrameType

import click

from wraparound.demo.day import write_day
from wraparound.demo.personas import SIGN_IN_WORDS, sign_ins
from wraparound.foundation.access.wall import acting_as
from wraparound.foundation.partners.actors import system
from wraparound.kit.errors import Stop

READY_WITHIN_SECONDS = 60
ENDS_WITHIN_SECONDS = 15
THREADS = 8


class _Asked(Exception):
    """Someone wants it to end."""


def serve(port: int) -> None:
    """Serve the demo on this machine until it is stopped (Ctrl-C or SIGTERM). Raises Stop where it can't begin."""
    with acting_as(system("demo")):
        files = write_day()
        people = sign_ins()
    if not people:
        raise Stop("Nobody is here yet. Build the city first: script/wraparound demo build")
    with _stopping_on_signals():
        children = [_web(port), _worker()]
        try:
            _wait_until_ready(port, children)
            for line in _welcome(port, people, [files.incidents.name, files.children.name]):
                click.echo(line)
            _watch(children)
        except _Asked:
            click.echo("Ending.")
        finally:
            _end(children)


def _web(port: int) -> subprocess.Popen[bytes]:
    return _start(
        "gunicorn",
        "wraparound.interfaces.wsgi:application",
        f"--bind=127.0.0.1:{port}",
        "--worker-class=gthread",
        f"--threads={THREADS}",
        "--log-level=warning",
    )


def _worker() -> subprocess.Popen[bytes]:
    return _start("wraparound.interfaces.cli", "work")


def _start(module: str, *arguments: str) -> subprocess.Popen[bytes]:
    # A session of its own: Ctrl-C reaches this process only, which then ends its children in order.
    environment = {**os.environ, "WRAPAROUND_MODE": "demo"}
    return subprocess.Popen(  # noqa: S603  only our own modules, with a port number
        [sys.executable, "-m", module, *arguments], env=environment, start_new_session=True
    )


def _wait_until_ready(port: int, children: Sequence[subprocess.Popen[bytes]]) -> None:
    until = time.monotonic() + READY_WITHIN_SECONDS
    while time.monotonic() < until:
        _check_alive(children)
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=2) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, TimeoutError, ConnectionError):
            time.sleep(0.2)
    raise Stop(f"The server did not answer within {READY_WITHIN_SECONDS} seconds.")


def _watch(children: Sequence[subprocess.Popen[bytes]]) -> None:
    while True:
        _check_alive(children)
        time.sleep(1)


def _check_alive(children: Sequence[subprocess.Popen[bytes]]) -> None:
    for child in children:
        if child.poll() is not None:
            raise Stop("The web server or its worker has ended by itself. Is the port in use? What it said is above.")


def _end(children: Sequence[subprocess.Popen[bytes]]) -> None:
    for child in children:
        if child.poll() is None:
            child.terminate()
    for child in children:
        try:
            child.wait(ENDS_WITHIN_SECONDS)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


@contextmanager
def _stopping_on_signals() -> Iterator[None]:
    def ask(number: int, frame: FrameType | None) -> None:
        raise _Asked

    before = {number: signal.signal(number, ask) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _welcome(port: int, people: Sequence[tuple[str, str, str]], files: Sequence[str]) -> Iterator[str]:
    site = f"http://localhost:{port}"
    yield ""
    yield "Wraparound is ready. Synthetic data: everyone in it is invented."
    yield f"  Sign in with one click:  {site}/demo/personas"
    yield f"  The police's files:      {site}/demo/files  ({', '.join(files)})"
    yield f"  Or by hand:              {site}/sign-in  with the password  {SIGN_IN_WORDS}"
    yield ""
    width = max(len(email) for email, _, _ in people)
    for email, name, roles in people:
        yield f"    {email:<{width}}  {name}: {roles}"
    yield ""
    yield "Ctrl-C ends it."
