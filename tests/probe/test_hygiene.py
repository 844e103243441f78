"""What the system sees of a probe: no look-up, no connection to elsewhere, nothing in the home, nothing left."""

from __future__ import annotations

import ipaddress
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from probing import browser, nothing_left, of_folder

CALLS = re.compile(r"(connect|send(?:to|msg|mmsg))\((\d+)<(TCP|UDP)")
ADDRESS = re.compile(r'sin6?_port=htons\((\d+)\).*?(?:inet_addr\(|inet_pton\(AF_INET6, )"([^"]+)"')
PEER = re.compile(r"^(?:connect|send(?:to|msg|mmsg))\(\d+<(?:TCP|UDP)(?:v6)?:\[(?:.*->)?\[?([0-9a-f.:]+?)\]?:(\d+)\]")


def own_addresses() -> set[str]:
    """The addresses of this machine; what is sent to them stays in it."""
    return {each.address.partition("%")[0] for found in psutil.net_if_addrs().values() for each in found}


def goes_out(line: str, own: set[str]) -> bool:
    """Whether a call connects over TCP, or sends anything, to another machine. To choose a route by UDP sends nothing."""
    call = CALLS.search(line)
    if call is None or (call.group(1) == "connect" and call.group(3) == "UDP"):
        return False
    found = ADDRESS.search(line)
    peer = PEER.search(line[call.start() :])
    address = found.group(2) if found else peer.group(1) if peer and "->" in peer.group(0) else ""
    return bool(address) and not ipaddress.ip_address(address).is_loopback and address not in own


@pytest.mark.parametrize(
    ("line", "out"),
    [
        ('1 connect(9<TCP:[12]>, {sa_family=AF_INET, sin_port=htons(443), sin_addr=inet_addr("192.0.2.1")}, 16) = 0', True),
        ('1 connect(9<TCP:[12]>, {sa_family=AF_INET, sin_port=htons(443), sin_addr=inet_addr("127.0.0.1")}, 16) = 0', False),
        ('1 connect(9<UDP:[12]>, {sa_family=AF_INET, sin_port=htons(53), sin_addr=inet_addr("192.0.2.1")}, 16) = 0', False),
        ('1 sendto(9<UDP:[127.0.0.1:5->192.0.2.1:53]>, "x", 1, 0, NULL, 0) = 1', True),
        ('1 sendmmsg(9<UDP:[10.0.0.1:5->10.0.0.1:7]>, [], 1, 0) = 1', False),
        ('1 sendto(9<UDPv6:[[::]:5]>, "x", 1, 0, {sa_family=AF_INET6, sin6_port=htons(9), inet_pton(AF_INET6, "2001:db8::1", &sin6_addr)}, 28) = 1', True),
        ('1 sendto(9<UDP:[0.0.0.0:5]>, "x", 1, 0, {sa_family=AF_INET, sin_port=htons(5353), sin_addr=inet_addr("224.0.0.251")}, 16) = 1', True),
        ('1 sendmsg(9<UNIX-STREAM:[1->2]>, {}, 0) = 1', False),
    ],
)  # fmt: skip
def test_what_goes_out_is_told_from_what_does_not(line: str, out: bool) -> None:
    assert goes_out(line, {"10.0.0.1"}) == out


@pytest.mark.parametrize("engine", ["blink", "gecko"])
def test_nothing_goes_out_and_nothing_is_put_into_the_home(engine: str, place: Path, tmp_path: Path) -> None:
    target = browser(engine)
    if not shutil.which("strace"):
        pytest.skip("strace is not installed: python3 tools/check.py does that")
    home, log, result = tmp_path / "home", tmp_path / "strace", tmp_path / "result.json"
    home.mkdir()
    words = ["strace", "-f", "-qq", "--seccomp-bpf", "-yy", "-e", "trace=connect,sendto,sendmsg,sendmmsg", "-o", str(log)]
    words += [sys.executable, "-m", "auditor", "probe", "--only", target.product, "--timeout", "120", "--format", "json"]
    done = subprocess.run(
        [*words, "-o", str(result)], env=environment(home, place), capture_output=True, text=True, check=False, cwd=tmp_path
    )
    if "ptrace" in done.stderr.casefold():
        pytest.skip(f"nothing may be traced here: {done.stderr.strip()[:200]}")
    assert done.returncode == 0, done.stderr
    assert '"result": "done"' in result.read_text(encoding="utf-8")
    own = own_addresses()
    calls = log.read_text(encoding="utf-8", errors="replace").splitlines()
    assert any("connect" in line and "127.0.0.1" in line for line in calls), "the page was fetched"
    assert [line for line in calls if goes_out(line, own)] == []
    assert list(home.iterdir()) == []
    assert nothing_left(place)


def environment(home: Path, place: Path) -> dict[str, str]:
    return {**os.environ, "HOME": str(home), "TMPDIR": str(place), "PYTHONPATH": str(Path(__file__).resolve().parents[2])}


@pytest.mark.parametrize(
    ("words", "ending"),
    [(["probe"], signal.SIGTERM), (["scan", "--probe", "--format", "json"], signal.SIGTERM), (["probe"], signal.SIGHUP)],
)
def test_ended_by_the_system_it_leaves_nothing(
    words: list[str], ending: signal.Signals, place: Path, tmp_path: Path
) -> None:
    browser("blink")
    command = [sys.executable, "-m", "auditor", *words]
    running = subprocess.Popen(command, env=environment(tmp_path, place), stderr=subprocess.PIPE, text=True)
    while not of_folder(place):
        assert running.poll() is None
        time.sleep(0.01)
    running.send_signal(ending)
    _, errors = running.communicate()
    assert running.returncode == 3
    assert "ended " in errors
    assert "nothing was left behind" in errors
    assert nothing_left(place)
