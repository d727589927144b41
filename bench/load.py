"""Many readers at once: a signed-in list page served by granian, asked for over so many connections."""

from __future__ import annotations

import http.client
import json
import os
import socket
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import django

django.setup()

from bench.pages import client_as  # noqa: E402  after django.setup()
from wraparound.foundation.access.wall import acting_as  # noqa: E402
from wraparound.foundation.partners.actors import system  # noqa: E402
from wraparound.foundation.partners.models import Organisation  # noqa: E402
from wraparound.foundation.partners.roles import Role  # noqa: E402

PATH = "/cases/"
WORKERS, CONNECTIONS = 2, 8
WARM_UP, SECONDS = 4.0, 20.0
STARTS_WITHIN = 60.0


def signed_in() -> str:
    """The cookie of a practitioner whose force holds every case of the import."""
    police = Organisation.objects.filter(kind="police").exclude(force_code="").order_by("pk")[0]
    with acting_as(system("bench")):
        client, _ = client_as(Role.PRACTITIONER, police, name="load")
    return "; ".join(f"{name}={morsel.value}" for name, morsel in client.cookies.items())


@contextmanager
def served() -> Iterator[int]:
    """The application behind granian, on a free port of this machine."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    environment = {**os.environ, "WRAPAROUND_REQUIRE_SECOND_FACTOR": "0", "WRAPAROUND_REQUEST_LOG_LEVEL": "ERROR"}
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--workers", str(WORKERS)]
    command += ["--host", "127.0.0.1", "--port", str(port), "--no-log", "wraparound.interfaces.wsgi:application"]
    server = subprocess.Popen(command, env=environment)
    try:
        _wait_for(port, server)
        yield port
    finally:
        server.terminate()
        server.wait()


def _wait_for(port: int, server: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < until and server.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise SystemExit("granian did not start.")


class Reader(threading.Thread):
    """Asks for the page again and again over one connection, and keeps how long each answer took, in ms."""

    def __init__(self, port: int, cookie: str, begin: float, end: float) -> None:
        super().__init__()
        self.port, self.cookie, self.begin, self.end = port, cookie, begin, end
        self.times: list[float] = []
        self.wrong: list[int] = []

    def run(self) -> None:
        """Until the end; what is answered before the beginning warms up."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        while (asked := time.perf_counter()) < self.end:
            connection.request("GET", PATH, headers={"Cookie": self.cookie})
            answer = connection.getresponse()
            answer.read()
            if answer.status != 200:
                self.wrong.append(answer.status)
            elif asked >= self.begin:
                self.times.append((time.perf_counter() - asked) * 1000)


def main() -> None:
    """Print the figures as JSON."""
    cookie = signed_in()
    with served() as port:
        now = time.perf_counter()
        readers = [Reader(port, cookie, now + WARM_UP, now + WARM_UP + SECONDS) for _ in range(CONNECTIONS)]
        for reader in readers:
            reader.start()
        for reader in readers:
            reader.join()
    wrong = [status for reader in readers for status in reader.wrong]
    assert not wrong, wrong[:5]
    times = sorted(one for reader in readers for one in reader.times)
    print(
        json.dumps(
            {
                "granian: list pages a second": len(times) / SECONDS,
                "granian: median ms": statistics.median(times),
                "granian: 95th percentile ms": times[int(len(times) * 0.95)],
            }
        )
    )


if __name__ == "__main__":
    main()
