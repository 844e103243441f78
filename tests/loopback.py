"""A web server on loopback whose every answer is written by the test that asks it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

Answer = Callable[[BaseHTTPRequestHandler], None]


class Server:
    """A running server. ``answers`` is path → what to do; ``asked`` the (path, headers) of every request."""

    def __init__(self, port: int) -> None:
        self.answers: dict[str, Answer] = {}
        self.asked: list[tuple[str, Mapping[str, str]]] = []
        self.address = f"http://127.0.0.1:{port}"


@contextmanager
def serving() -> Iterator[Server]:
    """A server until the end of the block."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            server.asked.append((self.path, dict(self.headers)))
            try:
                server.answers.get(self.path, status(404))(self)
            except (BrokenPipeError, ConnectionResetError):
                self.close_connection = True

        def log_message(self, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as listening:
        server = Server(listening.server_port)
        thread = threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield server
        finally:
            listening.shutdown()
            thread.join()


def body(data: bytes, code: int = 200, **headers: str) -> Answer:
    """A whole answer, with headers as given: ``etag='"1"'``, ``content_encoding="gzip"``."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(code)
        named = {"content_length": str(len(data)), **headers}
        for name, value in named.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(data)

    return answer


def status(code: int, **headers: str) -> Answer:
    """An answer without a body."""
    return body(b"", code, **headers)


def dripping(piece: bytes, seconds: float, stop: threading.Event) -> Answer:
    """An answer that never ends: a piece each so many seconds, until the test is over."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.end_headers()
        while not stop.wait(seconds):
            handler.wfile.write(piece)
            handler.wfile.flush()

    return answer
