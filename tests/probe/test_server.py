"""The one-shot server against what web pages and other programs of the PC could try, over real sockets."""

from __future__ import annotations

import base64
import socket
import threading
from collections.abc import Iterator
from contextlib import closing, suppress

import psutil
import pytest

from auditor.probe import server as served
from auditor.probe.server import Server

GOOD = b"f\tcsp\t1\n"


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as running:
        yield running


def connected(server: Server) -> socket.socket:
    connection = socket.create_connection((served.HOST, server.port), timeout=10)
    connection.settimeout(10)
    return connection


def exchange(server: Server, data: bytes, *, half: bool = False) -> bytes:
    """All that comes back for these bytes. ``half`` says that no more are to come, but leaves the connection open."""
    with closing(connected(server)) as connection:
        with suppress(OSError):  # it may have been refused before all of it was sent
            connection.sendall(data)
            if not half:
                connection.shutdown(socket.SHUT_WR)
        return everything(connection)


def everything(connection: socket.socket) -> bytes:
    came = b""
    try:
        while data := connection.recv(65536):
            came += data
    except ConnectionResetError:
        pass
    return came


def request(server: Server, words: str, body: bytes = b"", **headers: str) -> tuple[int, str]:
    """Status and the rest of the answer to a request; ``{token}`` and ``{port}`` are filled in."""
    named = {"Host": "127.0.0.1:{port}", **{name.replace("_", "-"): value for name, value in headers.items()}}
    if body and "Content-Length" not in named:
        named["Content-Length"] = str(len(body))
    lines = [f"{words} HTTP/1.1", *(f"{name}: {value}" for name, value in named.items() if value), "", ""]
    text = "\r\n".join(lines).replace("{token}", server.token).replace("{port}", str(server.port))
    answer = exchange(server, text.encode() + body).decode("latin-1")
    return int(answer.split(" ")[1]), answer


def test_the_page_and_what_its_tests_need_are_served(server: Server) -> None:
    for kind, mime in {
        "p": "text/html",
        "w": "text/javascript",
        "sw": "text/javascript",
        "csp": "text/html",
        "cj": "text/javascript",
        "es": "text/event-stream",
    }.items():
        status, text = request(server, f"GET /{kind}/{{token}}")
        assert status == 200
        assert f"Content-Type: {mime}" in text
    assert server.heard == (True, None, False)


def test_every_answer_forbids_keeping_guessing_and_sharing(server: Server) -> None:
    for words in ("GET /p/{token}", "GET /p/wrong", "PUT /r/{token}", "POST /r/{token}", "GET /n/{token}"):
        _, text = request(server, words)
        head = text.partition("\r\n\r\n")[0]
        assert "Cache-Control: no-store" in head
        assert "X-Content-Type-Options: nosniff" in head
        assert "Access-Control" not in head
        assert "Location:" not in head
        assert "Python" not in head


@pytest.mark.parametrize(
    ("words", "headers", "status"),
    [
        ("GET /p/wrong", {}, 404),
        ("GET /p/", {}, 404),
        ("GET /", {}, 404),
        ("GET /p/{token}/", {}, 404),
        ("GET /p/{token}?x", {}, 404),
        ("GET /P/{token}", {}, 404),
        ("GET /p/../p/{token}", {}, 404),
        ("GET /../../../etc/passwd", {}, 404),
        ("GET /p/%2e%2e/%2e%2e/etc/passwd", {}, 404),
        ("GET /p/\\..\\..\\windows\\win.ini", {}, 404),
        ("GET //p/{token}/..", {}, 404),
        ("GET http://127.0.0.1:{port}/p/{token}", {}, 404),
        ("GET /r/{token}", {}, 405),
        ("GET /p/{token}", {"Host": "evil.example"}, 421),
        ("GET /p/{token}", {"Host": "evil.example:{port}"}, 421),
        ("GET /p/{token}", {"Host": "127.0.0.1"}, 421),
        ("GET /p/{token}", {"Host": ""}, 421),
        ("GET /p/{token}", {"Host": "localhost:{port}"}, 421),
        ("POST /r/{token}", {"Host": "localhost:{port}"}, 421),
        ("GET /3p/{token}", {"Host": "localhost:{port}"}, 200),
        ("GET /3p/wrong", {"Host": "localhost:{port}"}, 404),
        ("GET /p/{token}", {"Origin": "http://evil.example"}, 403),
        ("GET /p/{token}", {"Origin": "null"}, 403),
        ("POST /r/{token}", {"Origin": "http://localhost:{port}", "Content-Length": "0"}, 403),
        ("POST /r/{token}", {"Origin": "https://127.0.0.1:{port}", "Content-Length": "0"}, 403),
        ("GET /ws/{token}", {"Origin": "http://evil.example", "Upgrade": "websocket", "Sec-WebSocket-Key": "x"}, 403),
        ("GET /ws/{token}", {}, 400),
        ("POST /p/{token}", {}, 405),
        ("POST /r/{token}", {}, 413),
        ("POST /r/{token}", {"Content-Length": "65537"}, 413),
        ("POST /r/{token}", {"Content-Length": "-1"}, 413),
        ("POST /r/{token}", {"Content-Length": "9" * 30}, 413),
        ("POST /r/{token}", {"Transfer-Encoding": "chunked"}, 413),
        *((f"{method} /p/{{token}}", {}, 501) for method in ("PUT", "DELETE", "OPTIONS", "HEAD", "TRACE", "PATCH", "CONNECT")),
    ],
)  # fmt: skip
def test_what_is_not_as_it_must_be_is_refused(server: Server, words: str, headers: dict[str, str], status: int) -> None:
    assert request(server, words, **headers)[0] == status
    assert server.heard == (False, None, False)


def test_two_hosts_are_no_host(server: Server) -> None:
    text = f"GET /p/{server.token} HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nHost: evil.example\r\n\r\n"
    assert b" 421 " in exchange(server, text.encode())


def test_an_answer_is_taken_once(server: Server) -> None:
    assert request(server, "POST /r/{token}", GOOD, Origin="http://127.0.0.1:{port}")[0] == 204
    while server.heard.answer is None:  # it is said to have come a moment before it is noted
        server.wait(0.05)
    assert server.heard.answer == GOOD
    assert request(server, "POST /r/{token}", b"f\tcsp\t0\n")[0] == 409
    assert server.heard.answer == GOOD


def test_of_many_answers_at_a_time_one_is_taken(server: Server) -> None:
    statuses: list[int] = []
    bodies = [f"f\tcsp\t{number % 2}\n".encode() for number in range(20)]
    threads = [
        threading.Thread(target=lambda body=body: statuses.append(request(server, "POST /r/{token}", body)[0]))
        for body in bodies
    ]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sorted(statuses) == [204] + [409] * 19


def test_an_answer_that_is_too_long_is_refused_as_a_whole(server: Server) -> None:
    assert request(server, "POST /r/{token}", b"x" * (served.MAX_BODY + 1))[0] == 413
    assert request(server, "POST /r/{token}", b"x" * served.MAX_BODY)[0] == 204


def test_an_answer_that_is_cut_short_is_none_and_keeps_no_place(server: Server) -> None:
    text = f"POST /r/{server.token} HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nContent-Length: 50\r\n\r\nf\tcsp"
    assert exchange(server, text.encode()) == b""
    assert server.heard.answer is None
    assert request(server, "POST /r/{token}", GOOD)[0] == 204


@pytest.mark.parametrize(
    "start", ["", "GET /p/", "POST /r/{token} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Length: 9\r\n\r\nf"]
)
def test_a_request_without_an_end_is_dropped(start: str) -> None:
    with Server(patience=0.3) as short:
        data = start.replace("{token}", short.token).replace("{port}", str(short.port)).encode()
        assert b" 200 " not in exchange(short, data, half=True), "the connection was closed by the server"
        assert short.heard.answer is None
    assert served.PATIENCE == 15


def test_a_head_without_an_end_is_not_read_for_ever(server: Server) -> None:
    head = f"GET /p/{server.token} HTTP/1.1\r\nX: ".encode() + b"x" * 10 * served.MAX_HEAD
    assert b" 200 " not in exchange(server, head, half=True)
    assert not server.heard.fetched


def test_connections_that_ask_for_nothing_give_way(server: Server) -> None:
    idle = [connected(server) for _ in range(3 * served.MAX_THREADS)]
    assert request(server, "GET /p/{token}")[0] == 200
    assert len(serving()) <= served.MAX_THREADS + 1, "and the one that takes connections in"
    for each in idle:
        each.close()


def serving() -> list[threading.Thread]:
    return [each for each in threading.enumerate() if "(_serve)" in each.name or "serve_forever" in each.name]


def test_no_more_than_so_many_connections_are_served(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(served, "MAX_CONNECTIONS", 2)
    assert [exchange(server, b"GET / HTTP/1.1\r\n\r\n")[:12] for _ in range(3)] == [b"HTTP/1.1 421", b"HTTP/1.1 421", b""]


def test_a_hit_on_the_picture_says_that_scripts_are_off(server: Server) -> None:
    assert request(server, "GET /n/{token}")[0] == 204
    assert server.heard.script_off


def test_a_web_socket_shakes_hands_says_a_word_and_waits_for_the_other_side_to_close(server: Server) -> None:
    with closing(connected(server)) as connection:
        lines = [
            f"GET /ws/{server.token} HTTP/1.1",
            f"Host: 127.0.0.1:{server.port}",
            f"Origin: http://127.0.0.1:{server.port}",
            "Upgrade: websocket",
            "Connection: Upgrade",
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
            "",
            "",
        ]
        connection.sendall("\r\n".join(lines).encode())
        came = b""
        while not came.endswith(b"\x81\x011"):
            came += connection.recv(1024)
        assert b"HTTP/1.1 101 " in came
        assert b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=" in came  # as in the example of RFC 6455
        connection.settimeout(0.5)
        with pytest.raises(TimeoutError):
            connection.recv(1)
        connection.settimeout(10)
        connection.sendall(b"\x88\x80\x00\x00\x00\x00")
        assert everything(connection) == b"\x88\x00"


def test_it_listens_on_this_machine_alone(server: Server) -> None:
    own = [each for each in psutil.Process().net_connections("inet") if each.laddr and each.laddr.port == server.port]
    assert {each.laddr.ip for each in own if each.status == psutil.CONN_LISTEN} == {"127.0.0.1"}


def test_every_visit_has_a_token_of_its_own_of_144_bits() -> None:
    with Server() as one, Server() as two:
        assert one.token != two.token
        assert len(base64.urlsafe_b64decode(one.token)) * 8 == 144


def test_it_is_gone_with_the_visit() -> None:
    with Server() as server:
        idle = connected(server)
        assert request(server, "GET /p/{token}")[0] == 200
    with pytest.raises(OSError):  # noqa: PT011  refused, by whichever name the system has for it
        connected(server)
    idle.close()
    assert serving() == []
