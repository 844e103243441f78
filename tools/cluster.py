#!/usr/bin/env python3
"""A report on a real Spark cluster and on DuckDB: the same JSON, to the byte? ``tools/cluster.py ESTATE``.

Starts a standalone master and workers from the PySpark that is installed, all on this machine's loopback address, has
``auditor report`` report on ESTATE, compares, prints times and peak memory, and ends what it started. Without ESTATE one is
simulated.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HOST = "127.0.0.1"
MASTER, WORKER = (f"org.apache.spark.deploy.{name}" for name in ("master.Master", "worker.Worker"))
LONGEST = 120.0
"""Seconds until a master or a worker that has not started is given up."""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("estate", type=Path, nargs="?")
    parser.add_argument("--workers", type=int, default=2, help="each with one core; default: 2")
    parser.add_argument("--memory", default="1g", help="of each worker; default: 1g")
    parser.add_argument("--pcs", type=int, default=300, help="how many to simulate without ESTATE; default: 300")
    parser.add_argument("--as-of", default=datetime.now(UTC).date().isoformat())
    parser.add_argument("--local", action="store_true", help="Spark in one process (local[WORKERS]) instead of a cluster")
    asked = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended from outside"))
    with tempfile.TemporaryDirectory(prefix="auditor-cluster-") as folder:
        scratch = Path(folder)
        estate = asked.estate or simulated(scratch, asked.pcs, asked.as_of)
        sums = {report(estate, "duckdb", asked.as_of, scratch)}
        memory = [f"{each}={asked.memory}" for each in ("spark.executor.memory", "spark.driver.memory")]
        settings = [*memory, f"spark.local.dir={scratch}"]
        if asked.local:
            sums.add(report(estate, f"local[{asked.workers}]", asked.as_of, scratch, settings))
        else:
            with cluster(scratch, asked.workers, asked.memory) as address:
                sums.add(report(estate, address, asked.as_of, scratch, settings))
    print("the same to the byte" if len(sums) == 1 else "NOT THE SAME")
    return len(sums) - 1


def simulated(scratch: Path, pcs: int, day: str) -> Path:
    """An estate of PCs that do not exist."""
    auditor(scratch, "estate", "simulate", str(pcs), "--as-of", day, "-o", str(scratch / "snapshots"))
    auditor(scratch, "ingest", str(scratch / "snapshots"), "--estate", str(scratch / "estate"))
    return scratch / "estate"


def auditor(scratch: Path, *words: str) -> None:
    """Run auditor.

    :raises subprocess.CalledProcessError: it fails.
    """
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "SPARK_LOCAL_IP": HOST}
    with (scratch / "said").open("w", encoding="utf-8") as said:
        process = subprocess.Popen([sys.executable, "-m", "auditor", *words], env=environment, stdout=said, stderr=said)
        try:
            process.wait()
        finally:
            process.terminate()
        if process.returncode:
            print((scratch / "said").read_text(encoding="utf-8")[-2000:], file=sys.stderr)
            raise subprocess.CalledProcessError(process.returncode, words)


def report(estate: Path, engine: str, day: str, scratch: Path, settings: list[str] | None = None) -> str:
    """The SHA-256 of the JSON report by ``engine``; time and memory are printed."""
    output = scratch / "report.json"
    extra = [word for each in settings or () for word in ("--engine-setting", each)]
    start = time.monotonic()
    with peak() as most:
        auditor(scratch, "report", "--estate", str(estate), "--engine", engine, "--as-of", day, "--format", "json",
                "-o", str(output), "--knowledge", "none", *extra)  # fmt: skip
    data = output.read_bytes()
    found = hashlib.sha256(data).hexdigest()
    figures = f"{time.monotonic() - start:.1f} s, {most[0]} MB, load {os.getloadavg()[0]:.1f}"
    print(f"{engine}: {figures}: {len(data):,} bytes, SHA-256 {found}", flush=True)
    return found


@contextmanager
def peak() -> Iterator[list[int]]:
    """The most megabytes that all processes below this one had in memory together, looked at twice a second."""
    most, done = [0], threading.Event()

    def look() -> None:
        while not done.wait(0.5):
            most[0] = max(most[0], sum(map(megabytes, below(os.getpid()))))

    watching = threading.Thread(target=look)
    watching.start()
    try:
        yield most
    finally:
        done.set()
        watching.join()


def below(pid: int) -> list[int]:
    """The processes that ``pid`` started, and those that these started; of Linux."""
    try:
        words = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    except OSError:
        return []
    return [each for word in words for each in (int(word), *below(int(word)))]


def megabytes(pid: int) -> int:
    """The resident memory of a process; 0 when it has ended."""
    try:
        found = re.search(r"VmRSS:\s+([0-9]+)", Path(f"/proc/{pid}/status").read_text(encoding="utf-8"))
    except OSError:
        return 0
    return int(found[1]) >> 10 if found else 0


@contextmanager
def cluster(scratch: Path, workers: int, memory: str) -> Iterator[str]:
    """The address of a standalone master with ``workers``, which end with it. Nothing listens but on loopback."""
    port, page = free_port(), free_port()
    address = f"spark://{HOST}:{port}"
    processes: list[subprocess.Popen[bytes]] = []
    try:
        processes.append(spark_class(scratch / "master.log", MASTER, "--port", str(port), "--webui-port", str(page)))
        until(port, processes[0], scratch / "master.log")
        for number in range(workers):
            log = scratch / f"worker-{number}.log"
            folder = str(scratch / f"work-{number}")
            words = ("--cores", "1", "--memory", memory, "--webui-port", str(free_port()), "--work-dir", folder, address)
            processes.append(spark_class(log, WORKER, *words))
        for number, process in enumerate(processes[1:]):
            registered(scratch / f"worker-{number}.log", process)
        print(f"{address}: {workers} workers with a core and {memory} each", flush=True)
        yield address
    finally:
        for process in reversed(processes):
            process.terminate()
        for process in processes:
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def spark_class(log: Path, name: str, *words: str) -> subprocess.Popen[bytes]:
    """Start one of Spark's programs; what it says goes to ``log``."""
    import pyspark

    home = Path(pyspark.__file__).parent
    environment = {
        **os.environ, "SPARK_HOME": str(home), "SPARK_LOCAL_IP": HOST, "SPARK_MASTER_HOST": HOST, "SPARK_PUBLIC_DNS": HOST,
        "SPARK_DAEMON_MEMORY": "256m", "SPARK_NO_DAEMONIZE": "1",
    }  # fmt: skip
    command = [home / "bin" / "spark-class", name, "--host", HOST, *words]
    with log.open("wb") as said:
        return subprocess.Popen(command, env=environment, stdout=said, stderr=said)


def free_port() -> int:
    """A port that nothing listens on."""
    with socket.socket() as one:
        one.bind((HOST, 0))
        return int(one.getsockname()[1])


def until(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    """Wait until somebody answers."""
    end = time.monotonic() + LONGEST
    while time.monotonic() < end and process.poll() is None:
        try:
            socket.create_connection((HOST, port), 1).close()
        except OSError:
            time.sleep(0.2)
        else:
            return
    sys.exit(f"the master did not start:\n{log.read_text(encoding='utf-8', errors='replace')[-2000:]}")


def registered(log: Path, process: subprocess.Popen[bytes]) -> None:
    """Wait until a worker has found its master."""
    end = time.monotonic() + LONGEST
    while time.monotonic() < end and process.poll() is None:
        if b"Successfully registered with master" in log.read_bytes():
            return
        time.sleep(0.2)
    sys.exit(f"a worker did not start:\n{log.read_text(encoding='utf-8', errors='replace')[-2000:]}")


if __name__ == "__main__":
    sys.exit(main())
