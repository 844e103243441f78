"""The yardstick: the same reads as ``auditor scan`` on Linux, in bare Python, and nothing made of them."""

import json
import os
import re


def main() -> None:
    found = {"os": open("/etc/os-release").read()}
    try:
        text = open("/var/lib/dpkg/status").read()
    except OSError:
        text = ""
    wanted = re.compile(r"^Package: (firefox|chromium|google-chrome|microsoft-edge|brave|vivaldi|opera|libreoffice)", re.M)
    found["packages"] = [stanza for stanza in text.split("\n\n") if wanted.search(stanza)]
    for place in ("/usr/lib", "/usr/lib64", "/opt"):
        for name in os.listdir(place) if os.path.isdir(place) else ():
            path = f"{place}/{name}/application.ini"
            if os.path.exists(path):
                found[path] = open(path).read()
    found["memory"] = open("/proc/meminfo").read()
    found["cpu"] = open("/proc/cpuinfo").read()
    disk = os.statvfs("/")
    found["disk"] = disk.f_frsize * disk.f_blocks
    found["programs"] = [_program(name) for name in os.listdir("/proc") if name.isdigit()]
    print(len(json.dumps(found)))


def _program(process: str) -> str:
    try:
        return os.readlink(f"/proc/{process}/exe")
    except OSError:
        return ""


main()
