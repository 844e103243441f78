"""What is told of an operating system: the facts of ``os``, for every family."""

from __future__ import annotations

from auditor.checks.windows_editions import GROUPS
from auditor.model import FactSpec, Subject

SUBJECT = Subject("os", "system")

FACTS: tuple[FactSpec, ...] = (
    FactSpec("os", "family", "text", "The family of operating systems.", ("windows", "macos", "linux", "chromeos")),
    FactSpec("os", "name", "text", 'What it is, decided by its build: "Windows 11", "Debian GNU/Linux 12".'),
    FactSpec("os", "edition", "text", "Edition as the system names it: Professional, Core, EnterpriseS."),
    FactSpec("os", "edition_group", "text", "What kind of edition of Windows it is, whatever its suffixes.", GROUPS),
    FactSpec(
        "os", "n_edition", "yes-no", "Whether it is an N or KN edition of Windows, which comes without media features."
    ),
    FactSpec("os", "version", "version", "Full version: 10.0.22631, 12.15, 14.3."),
    FactSpec("os", "build", "whole", "Windows' build number."),
    FactSpec("os", "revision", "whole", "Windows' update revision (UBR) of the build."),
    FactSpec("os", "release", "text", "Name of the feature release: 23H2, bookworm."),
    FactSpec("os", "service_pack", "text", "Service pack as the system names it; none where there is none."),
    FactSpec(
        "os",
        "architecture",
        "text",
        "Processor family the system is made for, not the process that asked.",
        ("x86", "x86_64", "arm64", "arm", "ppc64", "s390x", "riscv64"),
    ),
    FactSpec("os", "type", "text", "Whether it is made for a desk or for a rack.", ("client", "server")),
    FactSpec("os", "ltsc", "yes-no", "Whether it is a long-term servicing edition of Windows."),
    FactSpec("os", "evaluation", "yes-no", "Whether it is an evaluation edition, which has an end date of its own."),
    FactSpec("os", "wine", "yes-no", "Whether Wine stands in for Windows: what it says of itself is then made up."),
    FactSpec("os", "beta", "yes-no", "Whether it is a pre-release build of macOS."),
    FactSpec("os", "build_name", "text", 'The name of the build on macOS: "22F66".'),
    FactSpec("os", "raw_name", "text", "What the system calls itself, as written."),
)
