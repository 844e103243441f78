"""Asking an address for a document: the only place that talks to the network of its own accord.

TLS is checked and cannot be switched off. A redirect is followed only to HTTPS and to hosts
that the caller's table names, and no more is read than asked for, however it is packed. A proxy is taken from
the environment, as ``requests`` has it; passwords in ``.netrc`` are not sent.
"""

from __future__ import annotations

import hashlib
import ipaddress
import time
import zlib
from collections.abc import Collection, Iterator
from typing import Any, NamedTuple
from urllib.parse import urljoin, urlsplit

import requests
from urllib3.exceptions import HTTPError

from auditor.errors import RemoteError

_AGAIN = "Try again later; or fetch the file with a browser and give its folder to --from."
_CHUNK = 64 * 1024


class Limits(NamedTuple):
    """Seconds to connect, to wait for the next bytes, and for all; most bytes, unpacked; most redirects."""

    connect: float = 10
    read: float = 20
    whole: float = 120
    size: int = 32 * 2**20
    redirects: int = 4


LIMITS = Limits()


class Received(NamedTuple):
    """An answer: its bytes as they were meant, their SHA-256 and what the source calls it. ``unchanged``: no newer one."""

    data: bytes
    sha256: str
    etag: str
    unchanged: bool = False


def fetch(address: str, agent: str, *, hosts: Collection[str] = (), etag: str = "", limits: Limits = LIMITS) -> Received:
    """The document at ``address``; ``agent`` says who asks.

    ``hosts`` are those that a redirect may lead to besides the address's own. With ``etag`` of an earlier answer
    the source may say that it is still the newest. Plain HTTP is spoken with a loopback address only.

    :raises RemoteError: there is no answer in time, it is too large, not OK, or from elsewhere.
    """
    end = time.monotonic() + limits.whole
    own = urlsplit(address)
    allowed = {own.hostname, *hosts}
    plain = own.scheme == "http" and _is_loopback(own.hostname)
    headers = {"User-Agent": agent, "Accept": "application/json", "Accept-Encoding": "gzip"}
    if etag:
        headers["If-None-Match"] = etag
    with requests.Session() as session:
        session.auth = _no_password
        for _ in range(limits.redirects + 1):
            _refuse_elsewhere(address, allowed, plain)
            try:
                with session.get(
                    address, headers=headers, stream=True, allow_redirects=False, timeout=(limits.connect, limits.read)
                ) as answer:
                    if answer.is_redirect:
                        address = urljoin(address, answer.headers["Location"])
                        continue
                    return _received(answer, address, limits, end)
            except requests.RequestException as error:
                raise RemoteError(f"{address}: no answer: {_why(error)}", _AGAIN) from error
    raise RemoteError(f"{address}: redirected more than {limits.redirects} times", _AGAIN)


def _no_password(request: Any) -> Any:
    """Authentication of nobody: keeps requests from looking for passwords of its own."""
    return request


def _is_loopback(host: str | None) -> bool:
    try:
        return ipaddress.ip_address(host or "").is_loopback
    except ValueError:
        return False


def _refuse_elsewhere(address: str, allowed: Collection[str | None], plain: bool) -> None:
    """Whether this is an address that may be asked, at the beginning and after each redirect."""
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError as error:
        raise RemoteError(f"{address!r}: is no address", _AGAIN) from error
    if parts.scheme != "https" and not (plain and parts.scheme == "http" and _is_loopback(parts.hostname)):
        raise RemoteError(f"{address}: only https is asked", "The source may have moved; auditor's table has to follow.")
    if parts.hostname not in allowed or parts.username or not (plain or port in (None, 443)):
        raise RemoteError(
            f"{address}: is not a host of this source", "The source may have moved; auditor's table has to follow."
        )


def _received(answer: Any, address: str, limits: Limits, end: float) -> Received:
    etag = answer.headers.get("ETag", "")
    etag = etag if len(etag) <= 200 and etag.isascii() and etag.isprintable() else ""
    if answer.status_code == 304:
        return Received(b"", "", etag, unchanged=True)
    if answer.status_code != 200:
        raise RemoteError(f"{address}: answered {answer.status_code} {answer.reason}", _AGAIN)
    declared = answer.headers.get("Content-Length", "")
    if declared.isascii() and declared.isdecimal() and int(declared) > limits.size:
        raise RemoteError(
            f"{address}: larger than {limits.size // 2**20} MB", "It is something else, or the source is broken."
        )
    data = b"".join(
        _unpacked(_chunks(answer, address, limits, end), answer.headers.get("Content-Encoding", ""), address, limits)
    )
    if not answer.headers.get("Content-Encoding") and declared.isdecimal() and len(data) != int(declared):
        raise RemoteError(f"{address}: cut off: {len(data)} of {declared} bytes came", _AGAIN)
    return Received(data, hashlib.sha256(data).hexdigest(), etag)


def _chunks(answer: Any, address: str, limits: Limits, end: float) -> Iterator[bytes]:
    """The bytes as they came over the wire, while time and room last."""
    size = 0
    try:
        # read1 hands over what is there; read would wait for a whole chunk, for as long as a byte comes now and then.
        while chunk := answer.raw.read1(_CHUNK, decode_content=False):
            size += len(chunk)
            if size > limits.size:
                raise _too_large(address, limits)
            yield chunk
            if time.monotonic() > end:
                raise RemoteError(f"{address}: not done within {limits.whole:g} seconds", _AGAIN)
    except (OSError, HTTPError) as error:
        raise RemoteError(f"{address}: cut off: {_why(error)}", _AGAIN) from error


def _unpacked(chunks: Iterator[bytes], encoding: str, address: str, limits: Limits) -> Iterator[bytes]:
    """The bytes as they were meant; a small answer that unpacks to a huge one is stopped at the limit."""
    if encoding.lower() in ("", "identity"):
        yield from chunks
        return
    if encoding.lower() not in ("gzip", "x-gzip"):
        raise RemoteError(f"{address}: packed as {encoding[:40]!r}, which was not asked for", _AGAIN)
    unpacker = zlib.decompressobj(wbits=31)
    size = 0
    try:
        for chunk in chunks:
            data = unpacker.decompress(chunk, limits.size - size + 1)
            size += len(data)
            if size > limits.size:
                raise _too_large(address, limits)
            yield data
    except zlib.error as error:
        raise RemoteError(f"{address}: not gzip, or broken: {error}", _AGAIN) from error
    if not unpacker.eof:
        raise RemoteError(f"{address}: cut off: the packed answer ends too early", _AGAIN)


def _too_large(address: str, limits: Limits) -> RemoteError:
    return RemoteError(f"{address}: larger than {limits.size // 2**20} MB", "It is something else, or the source is broken.")


def _why(error: Exception) -> str:
    """The innermost cause in a line."""
    while error.args and isinstance(error.args[-1], Exception):
        error = error.args[-1]
    reason = getattr(error, "reason", None)
    return str(reason or error).partition("\n")[0][:200] or type(error).__name__
