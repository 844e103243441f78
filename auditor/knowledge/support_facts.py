"""The facts of support, as the knowledge base adds them for a day: how far each system, browser and suite is mended."""

from __future__ import annotations

from auditor.model import FactSpec

SUPPORT_STATES = ("supported", "ending", "extended", "ended")
"""Mended for all; the same, for less than half a year more; mended for those who pay or are enrolled; mended no more."""

_STATE = "How it is supported on the day: ending is for less than 183 days more, extended for those who pay or are enrolled."
_SUPPORTED = (
    "Whether it gets security fixes on the day, on this PC: extended support counts where the PC shows that it has it."
)
_ENDS = "The last day of the support that it has."
_BEHIND = "Days since the first fix that it lacks came out, at least; 0 where it lacks none that is known of."

FACTS: tuple[FactSpec, ...] = (
    FactSpec("os", "supported", "yes-no", _SUPPORTED),
    FactSpec("os", "support_state", "text", _STATE, SUPPORT_STATES),
    FactSpec("os", "support_ends", "date", _ENDS),
    FactSpec("os", "newest_revision", "whole", "The newest revision of this build of Windows that was out on the day."),
    FactSpec("os", "days_behind", "whole", _BEHIND),
    FactSpec("browser", "supported", "yes-no", _SUPPORTED),
    FactSpec("browser", "support_state", "text", _STATE, SUPPORT_STATES),
    FactSpec("browser", "support_ends", "date", _ENDS),
    FactSpec("browser", "release_date", "date", "The day this release came out."),
    FactSpec("browser", "days_behind", "whole", _BEHIND),
    FactSpec("browser", "newest_for_os", "version", "The newest version of it that runs on this PC's system."),
    FactSpec("office", "release", "text", "The feature release of Microsoft 365 Apps or Office: 2408."),
    FactSpec("office", "supported", "yes-no", _SUPPORTED),
    FactSpec("office", "support_state", "text", _STATE, SUPPORT_STATES),
    FactSpec("office", "support_ends", "date", _ENDS),
    FactSpec(
        "office", "connects", "yes-no", "Whether Microsoft supports it with Microsoft 365's mail and files on the day."
    ),
    FactSpec("office", "days_behind", "whole", _BEHIND),
    FactSpec(
        "device", "segregated", "yes-no", "Whether the organisation says that it is cut off from the internet on the day."
    ),
    FactSpec("hardware", "windows11_capable", "yes-no", "Whether the PC meets what Windows 11 asks of the hardware."),
    FactSpec("hardware", "windows11_reasons", "list", "What of it does not, or what is not known."),
)
"""Every fact of support."""
