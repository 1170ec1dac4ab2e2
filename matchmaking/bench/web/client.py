"""Requests sent over kept connections, at a rate or as fast as they are answered."""

import http.client
import multiprocessing
import socket
import time
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import local

# So many requests may be under way at once; a server that falls behind is measured falling behind.
_CONNECTIONS = 32
_PATIENCE = 30.0


class Refused(RuntimeError):
    """A page answered something else than 200."""


@dataclass(frozen=True, slots=True)
class Page:
    """What is asked for, as whom."""

    name: str
    path: str
    cookies: Mapping[str, str]

    @property
    def headers(self) -> dict[str, str]:
        words = {"Accept": "text/html", "Accept-Language": "zh-CN", "Host": "127.0.0.1"}
        if self.cookies:
            words["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        return words


class _Connection(local):
    """A kept connection for each thread."""

    kept: http.client.HTTPConnection | None = None


def fetch(connection: http.client.HTTPConnection, page: Page) -> bytes:
    connection.request("GET", page.path, headers=page.headers)
    response = connection.getresponse()
    body = response.read()
    if response.status != http.HTTPStatus.OK:
        raise Refused(f"{page.name} {page.path}: {response.status}")
    return body


def at_rate(port: int, pages: Iterable[Page], rate: float, count: int) -> list[float]:
    """Ask for ``pages`` in turn, ``rate`` a second, ``count`` times; return milliseconds each.

    A time runs from the moment a request was due, so that waiting for a slow predecessor counts.
    """
    turns = list(pages)
    connection = _Connection()
    started = time.perf_counter() + 0.2

    def ask(number: int) -> float:
        due = started + number / rate
        if (early := due - time.perf_counter()) > 0:
            time.sleep(early)
        if connection.kept is None:
            connection.kept = http.client.HTTPConnection("127.0.0.1", port, timeout=_PATIENCE)
        fetch(connection.kept, turns[number % len(turns)])
        return 1000 * (time.perf_counter() - due)

    with ThreadPoolExecutor(_CONNECTIONS) as pool:
        return list(pool.map(ask, range(count)))


def per_second(port: int, page: Page, *, connections: int, seconds: float) -> float:
    """Return how many requests a second are answered when each connection asks at once again.

    The client is another process that only counts bytes: it leaves the server the most it can.
    """
    context = multiprocessing.get_context("spawn")
    with context.Pool(1) as pool:
        return float(pool.apply(_asked_again, (port, page, connections, seconds)))


def _asked_again(port: int, page: Page, connections: int, seconds: float) -> float:
    lines = [f"GET {page.path} HTTP/1.1", *(f"{k}: {v}" for k, v in page.headers.items())]
    request = ("\r\n".join(lines) + "\r\n\r\n").encode()
    ends = time.perf_counter() + seconds

    def ask(_number: int) -> int:
        answered = 0
        with (
            socket.create_connection(("127.0.0.1", port), _PATIENCE) as connection,
            connection.makefile("rb") as answers,
        ):
            while time.perf_counter() < ends:
                connection.sendall(request)
                length = 0
                if b" 200 " not in answers.readline():
                    raise Refused(page.path)
                while (line := answers.readline()) not in (b"\r\n", b""):
                    if line.lower().startswith(b"content-length:"):
                        length = int(line.split(b":")[1])
                answers.read(length)
                answered += 1
        return answered

    started = time.perf_counter()
    with ThreadPoolExecutor(connections) as pool:
        total = sum(pool.map(ask, range(connections)))
    return total / (time.perf_counter() - started)
