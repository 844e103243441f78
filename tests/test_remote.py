"""Asking an address: what is taken, and everything that a broken, slow or lying server does instead."""

from __future__ import annotations

import gzip
import hashlib
import threading
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from auditor import remote
from auditor.errors import RemoteError
from auditor.remote import Limits
from loopback import Server, body, dripping, serving, status

SMALL = Limits(connect=5, read=5, whole=30, size=1000)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    with serving() as running:
        yield running


@pytest.fixture
def stop() -> Iterator[threading.Event]:
    event = threading.Event()
    yield event
    event.set()


def refused(server: Server, path: str = "/", limits: Limits = SMALL) -> str:
    with pytest.raises(RemoteError) as raised:
        remote.fetch(server.address + path, "test", limits=limits)
    assert "://" in raised.value.message, "it names the address"
    assert raised.value.hint
    return raised.value.message


def test_a_document_comes_with_its_hash_and_its_tag(server: Server) -> None:
    server.answers["/"] = body(b'{"a": 1}', etag='"7"')
    got = remote.fetch(server.address + "/", "auditor/test", limits=SMALL)
    assert got == remote.Received(b'{"a": 1}', hashlib.sha256(b'{"a": 1}').hexdigest(), '"7"')
    _, headers = server.asked[0]
    assert (headers["User-Agent"], headers["Accept"]) == ("auditor/test", "application/json")
    assert "If-None-Match" not in headers


def test_with_a_tag_the_server_may_say_that_nothing_is_newer(server: Server) -> None:
    server.answers["/"] = status(304, etag='"7"')
    assert remote.fetch(server.address + "/", "test", etag='"7"', limits=SMALL).unchanged
    assert server.asked[0][1]["If-None-Match"] == '"7"'


def test_a_packed_answer_is_unpacked_and_hashed_as_it_was_meant(server: Server) -> None:
    server.answers["/"] = body(gzip.compress(b"[1]"), content_encoding="gzip")
    got = remote.fetch(server.address + "/", "test", limits=SMALL)
    assert (got.data, got.sha256) == (b"[1]", hashlib.sha256(b"[1]").hexdigest())


@pytest.mark.parametrize("code", [204, 400, 403, 404, 429, 500, 503])
def test_anything_but_ok_is_refused(server: Server, code: int) -> None:
    server.answers["/"] = status(code)
    assert f"answered {code}" in refused(server)


def test_too_much_is_refused_by_what_is_declared_and_by_what_comes(server: Server, stop: threading.Event) -> None:
    server.answers["/"] = body(b"x" * 1001)
    assert "larger than" in refused(server)
    server.answers["/"] = dripping(b"x" * 600, 0.01, stop)
    assert "larger than" in refused(server)


def test_a_small_answer_that_unpacks_to_a_huge_one_is_refused(server: Server) -> None:
    packed = gzip.compress(b"0" * 900_000)
    assert len(packed) < 1000
    server.answers["/"] = body(packed, content_encoding="gzip")
    assert "larger than" in refused(server)


@pytest.mark.parametrize(
    ("data", "encoding", "said"),
    [
        (gzip.compress(b"[1, 2, 3]")[:-9], "gzip", "cut off"),
        (b"no gzip at all", "gzip", "not gzip, or broken"),
        (zlib.compress(b"[1]"), "deflate", "which was not asked for"),
        (b"[1]", "br", "which was not asked for"),
    ],
    ids=["cut off", "not gzip", "deflate", "br"],
)
def test_a_badly_packed_answer_is_refused(server: Server, data: bytes, encoding: str, said: str) -> None:
    server.answers["/"] = body(data, content_encoding=encoding)
    assert said in refused(server)


def test_an_answer_that_ends_too_early_is_refused(server: Server) -> None:
    server.answers["/"] = body(b'{"a": ', content_length="400")
    assert "cut off" in refused(server)


def test_a_server_that_says_nothing_or_too_slowly_is_left(server: Server, stop: threading.Event) -> None:
    server.answers["/"] = lambda handler: stop.wait() and None
    assert "no answer" in refused(server, limits=SMALL._replace(read=0.2))
    server.answers["/"] = dripping(b"x", 0.02, stop)
    assert "not done within 0.2 seconds" in refused(server, limits=SMALL._replace(whole=0.2))
    server.answers["/"] = dripping(b"x", 5, stop)
    refused(server, limits=SMALL._replace(read=0.2))


def test_nobody_at_the_address_is_said(server: Server) -> None:
    with pytest.raises(RemoteError, match="no answer"):
        remote.fetch("http://127.0.0.1:9/", "test", limits=SMALL)


def test_a_redirect_within_the_source_is_followed(server: Server) -> None:
    server.answers["/"] = status(302, location="/there")
    server.answers["/there"] = body(b"[1]")
    assert remote.fetch(server.address + "/", "test", limits=SMALL).data == b"[1]"


def test_redirects_end(server: Server) -> None:
    server.answers["/"] = status(302, location="/")
    assert "redirected more than 4 times" in refused(server)
    assert len(server.asked) == 5


@pytest.mark.parametrize(
    ("location", "said"),
    [
        ("http://example.org/", "only https is asked"),
        ("https://example.org/", "is not a host of this source"),
        ("https://user@127.0.0.1/", "is not a host of this source"),
        ("ftp://127.0.0.1/", "only https is asked"),
        ("file:///etc/passwd", "only https is asked"),
        ("http://127.0.0.2/", "is not a host of this source"),
        ("https://127.0.0.1:99999/", "is no address"),
    ],
)
def test_a_redirect_elsewhere_is_not_followed(server: Server, location: str, said: str) -> None:
    server.answers["/"] = status(301, location=location)
    assert said in refused(server)
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    "address", ["http://example.org/", "http://192.0.2.1/", "http://localhost/", "https://example.org:8443/"]
)
def test_plain_http_and_odd_ports_are_for_loopback_addresses_alone(address: str) -> None:
    with pytest.raises(RemoteError, match=r"only https|not a host"):
        remote.fetch(address, "test", limits=SMALL)


def test_a_server_without_a_certificate_that_holds_is_refused(server: Server) -> None:
    with pytest.raises(RemoteError):
        remote.fetch(server.address.replace("http:", "https:") + "/", "test", limits=SMALL)
    assert server.asked == []


def test_a_proxy_is_taken_from_the_environment(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    server.answers["http://127.0.0.9/feed"] = body(b"[1]")
    monkeypatch.setenv("http_proxy", server.address)
    assert remote.fetch("http://127.0.0.9/feed", "test", limits=SMALL).data == b"[1]"


def test_passwords_that_lie_about_are_not_sent(server: Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login anna password secret\n")
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    server.answers["/"] = body(b"[1]")
    remote.fetch(server.address + "/", "test", limits=SMALL)
    assert "Authorization" not in server.asked[0][1]


@pytest.mark.parametrize("tag", ["x" * 300, "\x80"])
def test_an_odd_tag_is_not_kept(server: Server, tag: str) -> None:
    server.answers["/"] = body(b"[1]", etag=tag)
    assert remote.fetch(server.address + "/", "test", limits=SMALL).etag == ""
