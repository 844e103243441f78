"""Small answers in the forms that the sources document, written by hand."""

from __future__ import annotations

import json
from typing import Any

ENDOFLIFE: dict[str, Any] = {
    "schema_version": "1.2.1",
    "generated_at": "2026-11-20T00:00:00+00:00",
    "result": {
        "name": "ubuntu",
        "label": "Ubuntu",
        "releases": [
            {
                "name": "26.04", "codename": "Resolute Raccoon", "label": "26.04 'Resolute Raccoon' (LTS)",
                "releaseDate": "2026-04-23", "isLts": True, "ltsFrom": None, "isEoas": False, "eoasFrom": "2030-09-30",
                "isEol": False, "eolFrom": "2031-05-29", "isEoes": False, "eoesFrom": "2036-04-25", "isMaintained": True,
                "latest": {"name": "26.04.1", "date": "2026-08-06", "link": "https://example.org/"}, "custom": None,
            },
            {
                "name": "25.10", "codename": None, "label": "25.10", "releaseDate": "2025-10-09", "isLts": False,
                "isEol": True, "eolFrom": "2026-07-09", "isMaintained": False, "latest": None,
            },
        ],
    },
}  # fmt: skip

CHROME: dict[str, Any] = {
    "releases": [
        {
            "name": "chrome/platforms/win64/channels/stable/versions/157.0.8001.10/releases/1763500000",
            "serving": {"startTime": "2026-11-17T18:00:00.123456Z"},
            "fraction": 0.5, "version": "157.0.8001.10", "fractionGroup": "220", "pinnable": False,
        },
        {
            "name": "chrome/platforms/win64/channels/stable/versions/157.0.8001.10/releases/1763400000",
            "serving": {"startTime": "2026-11-16T18:00:00Z", "endTime": "2026-11-17T18:00:00Z"},
            "fraction": 0.01, "version": "157.0.8001.10", "fractionGroup": "220", "pinnable": False,
        },
        {
            "name": "chrome/platforms/win64/channels/stable/versions/156.0.7950.80/releases/1762000000",
            "serving": {"startTime": "2026-11-03T18:00:00Z", "endTime": "2026-11-16T18:00:00Z"},
            "fraction": 1, "version": "156.0.7950.80", "fractionGroup": "219", "pinnable": True,
        },
    ],
    "nextPageToken": "",
}  # fmt: skip

FIREFOX: dict[str, Any] = {
    "FIREFOX_AURORA": "", "FIREFOX_DEVEDITION": "161.0b5", "FIREFOX_ESR": "153.5.0esr", "FIREFOX_ESR115": "115.40.0esr",
    "FIREFOX_ESR_NEXT": "", "FIREFOX_NIGHTLY": "162.0a1", "LAST_MERGE_DATE": "2026-11-09",
    "LAST_RELEASE_DATE": "2026-11-10", "LAST_SOFTFREEZE_DATE": "2026-11-05", "LATEST_FIREFOX_DEVEL_VERSION": "161.0b5",
    "LATEST_FIREFOX_VERSION": "160.0.1",
}  # fmt: skip

EDGE: list[dict[str, Any]] = [
    {
        "Product": "Stable",
        "Releases": [
            {
                "ReleaseId": 90001, "Platform": "Windows", "Architecture": architecture, "CVEs": [],
                "ProductVersion": "156.0.4500.10", "Artifacts": [], "PublishedTime": moment,
                "ExpectedExpiryDate": "2027-11-12T18:45:00",
            }
            for architecture, moment in (("x64", "2026-11-12T18:45:00"), ("arm64", "2026-11-11T18:45:00"))
        ],
    },
    {"Product": "Policy", "Releases": [{"Platform": "any", "Architecture": "any", "ProductVersion": "156.0.4500.10"}]},
]  # fmt: skip

SOFA: dict[str, Any] = {
    "UpdateHash": "0" * 64,
    "OSVersions": [
        {
            "OSVersion": "Tahoe 26",
            "Latest": {"ProductVersion": "26.1", "Build": "25B78", "ReleaseDate": "2025-11-03T00:00:00Z"},
            "SecurityReleases": [
                {"UpdateName": "macOS Tahoe 26.1", "ProductVersion": "26.1", "ReleaseDate": "2025-11-03T00:00:00Z"},
                {"UpdateName": "macOS Tahoe 26", "ProductVersion": "26.0", "ReleaseDate": "2025-09-15T00:00:00Z"},
            ],
        },
        {
            "OSVersion": "Catalina 10.15",
            "SecurityReleases": [{"ProductVersion": "10.15.7", "ReleaseDate": "2020-09-24T00:00:00Z"}],
        },
    ],
}

ANSWERS: dict[str, Any] = {"endoflife": ENDOFLIFE, "chrome": CHROME, "firefox": FIREFOX, "edge": EDGE, "sofa": SOFA}


def data(form: str) -> bytes:
    """An answer of this form as it comes."""
    return json.dumps(ANSWERS[form]).encode()
