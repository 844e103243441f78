"""A server of this machine's own, for one visit of one browser, with nothing behind it but the page.

Protocol 1: ``GET /p/TOKEN`` is the page, ``POST /r/TOKEN`` takes the answer, once, as text of
at most 64 KB, and ``/w /sw /csp /cj /es /ws /n /3p`` are what single tests of the page need.
It listens on 127.0.0.1 only. ``localhost`` is another name for it, and so another site.

The token keeps web pages out, and not other users of the PC, who can see it in the list of
processes: an answer is a claim about this machine, and is taken as no more than that.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import secrets
import socket
import threading
import time
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, HTTPServer
from types import TracebackType
from typing import Any, NamedTuple, Self

from auditor.probe import page

HOST = "127.0.0.1"
"""Where it listens."""

MAX_BODY = 64 * 1024
"""Longest answer that is taken, in bytes; a page sends about 4,000."""

MAX_HEAD = 16 * 1024
"""Most of a request before its body, in bytes."""

MAX_THREADS = 8
"""Most connections that are served at a time; more wait, and the oldest that asked for nothing yet gives way."""

MAX_CONNECTIONS = 1000
"""Most connections in all; a page makes about 15."""

PATIENCE = 15.0
"""Seconds after which a connection is dropped, whatever it waits for."""

_WEBSOCKET = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"  # RFC 6455, section 1.3
_HTML, _SCRIPT = "text/html; charset=utf-8", "text/javascript; charset=utf-8"


class Heard(NamedTuple):
    """What came of the visit so far: whether the page was fetched, its answer, and whether it said that scripts are off."""

    fetched: bool = False
    answer: bytes | None = None
    script_off: bool = False


class Server:
    """Serves one visit as long as the ``with`` block lasts."""

    def __init__(self, *, renderer: bool = True, patience: float = PATIENCE) -> None:
        self.token = secrets.token_urlsafe(18)
        self._renderer = renderer
        self._heard = Heard()
        self._changed = threading.Condition()
        self._first = threading.Lock()
        self._http = _Http(self, patience)
        self.port: int = self._http.server_address[1]
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.05,), daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._http.shutdown()
        self._http.drop_all()
        self._http.server_close()
        self._thread.join()

    @property
    def address(self) -> str:
        """The page's address."""
        return f"http://{HOST}:{self.port}/p/{self.token}"

    @property
    def heard(self) -> Heard:
        """What came so far."""
        return self._heard

    def wait(self, seconds: float) -> Heard:
        """What came so far, as soon as more comes, at the latest after ``seconds``."""
        with self._changed:
            self._changed.wait(seconds)
            return self._heard

    def note(self, **news: Any) -> None:
        """Take note of something that came."""
        with self._changed:
            self._heard = self._heard._replace(**news)
            self._changed.notify_all()

    def claim(self) -> bool:
        """Whether this is the first answer to be taken."""
        return self._first.acquire(blocking=False)

    def give_back(self) -> None:
        """The answer that was to be taken did not come whole."""
        self._first.release()

    def answers_to(self) -> Mapping[str, Callable[[], tuple[str, str, Mapping[str, str]]]]:
        """First part of a path → the function that gives type, text and further headers of what is there."""
        third = f"http://localhost:{self.port}/3p/{self.token}"
        return {
            "p": lambda: (_HTML, page.text(self.token, third, renderer=self._renderer), {}),
            "w": lambda: (_SCRIPT, page.WORKER, {}),
            "sw": lambda: (_SCRIPT, page.SERVICE_WORKER, {}),
            "csp": lambda: (_HTML, page.GUARDED.format(token=self.token), {"Content-Security-Policy": page.GUARDS}),
            "cj": lambda: (_SCRIPT, page.BESIDE, {}),
            "es": lambda: ("text/event-stream", "data: 1\n\n", {}),
            "3p": lambda: (_HTML, page.OTHER_SITE, {}),
        }


class _Http(HTTPServer):
    """One thread a connection, of which there are few, each for a limited time."""

    request_queue_size = 64

    def __init__(self, visit: Server, patience: float) -> None:
        self.visit = visit
        self.patience = patience
        self._open: dict[socket.socket, float] = {}
        self._silent: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._count = 0
        super().__init__((HOST, 0), _Handler)

    def server_bind(self) -> None:
        """Bind without asking what this machine is called, which may take a look-up."""
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()
        self.server_name, self.server_port = HOST, self.server_address[1]

    def service_actions(self) -> None:
        """Between connections: drop those that have lasted too long."""
        now = time.monotonic()
        with self._lock:
            late = [each for each, since in self._open.items() if now - since > self.patience]
        for each in late:
            self._drop(each)

    def process_request(self, request: Any, client_address: Any) -> None:
        """Serve one connection in a thread of its own, as soon as there is room."""
        self._count += 1
        if self._count > MAX_CONNECTIONS:
            self.shutdown_request(request)
            return
        with self._lock:
            silent = min(self._silent, key=self._open.__getitem__, default=None) if len(self._open) >= MAX_THREADS else None
        if silent is not None:
            self._drop(silent)
        while len(self._open) >= MAX_THREADS:
            time.sleep(0.01)
            self.service_actions()
        with self._lock:
            self._open[request] = time.monotonic()
            self._silent.add(request)
        threading.Thread(target=self._serve, args=(request, client_address), daemon=True).start()

    def _serve(self, request: socket.socket, client_address: Any) -> None:
        try:
            with contextlib.suppress(OSError, ValueError):  # the other side left, or was dropped
                self.finish_request(request, client_address)
        finally:
            self.shutdown_request(request)
            with self._lock:
                self._open.pop(request, None)
                self._silent.discard(request)

    def has_asked(self, request: socket.socket) -> None:
        """A whole request came: this connection no longer gives way to others."""
        with self._lock:
            self._silent.discard(request)

    def drop_all(self) -> None:
        """End every connection."""
        with self._lock:
            left = list(self._open)
        for each in left:
            self._drop(each)
        for _ in range(200):
            if not self._open:
                break
            time.sleep(0.01)

    @staticmethod
    def _drop(connection: socket.socket) -> None:
        with contextlib.suppress(OSError):
            connection.shutdown(socket.SHUT_RDWR)


class _Bounded:
    """A stream of which no more than so many bytes are read."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream
        self.left = MAX_HEAD

    def readline(self, size: int = -1) -> bytes:
        line: bytes = self._stream.readline(min(size, self.left) if size >= 0 else self.left)
        self.left -= len(line)
        return line

    def read(self, size: int) -> bytes:
        data: bytes = self._stream.read(min(size, self.left))
        self.left -= len(data)
        return data

    def close(self) -> None:
        self._stream.close()


class _Handler(BaseHTTPRequestHandler):
    """One request a connection."""

    protocol_version = "HTTP/1.1"
    server: _Http

    def setup(self) -> None:
        super().setup()
        self.rfile: Any = _Bounded(self.rfile)
        self.close_connection = True

    def version_string(self) -> str:
        return "auditor"

    def log_message(self, format: str, *words: Any) -> None:  # noqa: A002  the library calls it so
        """Nothing is logged: whoever starts the server hears of what matters."""

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """The library's own refusals in the same form as ours."""
        self._say(code)

    def do_GET(self) -> None:
        """The page, and what its tests need."""
        kind = self._allowed()
        visit = self.server.visit
        if not kind:
            return
        if kind == "ws":
            self._websocket()
        elif kind == "n":
            visit.note(script_off=True)
            self._say(204)
        elif kind == "r":
            self._say(405)
        else:
            if kind == "p":
                visit.note(fetched=True)
            mime, text, headers = visit.answers_to()[kind]()
            self._say(200, text.encode(), {"Content-Type": mime, **headers})

    def do_POST(self) -> None:
        """The answer, once."""
        kind = self._allowed()
        if not kind:
            return
        length = self.headers.get("Content-Length", "")
        if kind != "r":
            self._say(405)
        elif not (length.isascii() and length.isdecimal() and len(length) < 10 and int(length) <= MAX_BODY):
            self._say(413)
        elif not self.server.visit.claim():
            self._say(409)
        else:
            self._take(int(length))

    def _take(self, length: int) -> None:
        """Read the answer. It is said to have come before that is noted: who waits for it ends the browser at once."""
        visit, body = self.server.visit, b""
        self.rfile.left = length
        try:
            body = self.rfile.read(length)
        finally:
            if len(body) < length:
                visit.give_back()
        if len(body) == length:
            try:
                self._say(204)
            finally:
                visit.note(answer=body)

    def _allowed(self) -> str:
        """The first part of the path where all is as it must be; else an answer was given, and it is empty."""
        visit, headers = self.server.visit, self.headers
        self.server.has_asked(self.request)
        _, kind, token = (*self.path.split("/"), "", "", "")[:3]
        known = {*visit.answers_to(), "ws", "n", "r"}
        own, other = f"{HOST}:{visit.port}", f"localhost:{visit.port}"
        hosts, origins = headers.get_all("Host") or [], headers.get_all("Origin") or []
        if hosts != [own] and not (hosts == [other] and kind == "3p"):
            self._say(421)
        elif any(each != f"http://{own}" for each in origins):
            self._say(403)
        elif kind not in known or self.path != f"/{kind}/{token}" or not secrets.compare_digest(
            token.encode("utf-8", "replace"), visit.token.encode()
        ):  # fmt: skip
            self._say(404)
        else:
            return kind
        return ""

    def _say(self, code: int, body: bytes = b"", headers: Mapping[str, str] | None = None) -> None:
        self.close_connection = True
        self.send_response(code)
        for name, value in {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff", **(headers or {})}.items():
            self.send_header(name, value)
        if code != 204:
            self.send_header("Content-Length", str(len(body)))
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)
        if code >= 400:
            self._leave()

    def _leave(self) -> None:
        """Read what is still under way, within limits: to close on it would take the refusal back from the other side."""
        self.connection.shutdown(socket.SHUT_WR)
        self.connection.settimeout(0.5)
        left = 4 * MAX_BODY
        while left > 0 and (data := self.connection.recv(min(left, 8192))):
            left -= len(data)

    def _websocket(self) -> None:
        """Shake hands, say one word, and wait until the other side closes: to close first looks like a fault to it."""
        self.close_connection = True
        key = self.headers.get("Sec-WebSocket-Key", "")
        if self.headers.get("Upgrade", "").casefold() != "websocket" or len(key) > 64:
            self._say(400)
            return
        accept = base64.b64encode(hashlib.sha1((key + _WEBSOCKET).encode(), usedforsecurity=False).digest()).decode()
        self.send_response(101)
        for name, value in (("Upgrade", "websocket"), ("Connection", "Upgrade"), ("Sec-WebSocket-Accept", accept)):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(b"\x81\x01" + b"1")
        self.rfile.left = 256
        head = self.rfile.read(2)
        if len(head) == 2 and head[0] == 0x88:
            self.wfile.write(b"\x88\x00")
