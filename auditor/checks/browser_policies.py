"""Policies that hold a browser's updates back or switch parts of the web off: which they are, and with which values.

A policy that is set to let things be is none of these. Sources: Google's Chrome
Enterprise policy list and its update policies (support.google.com/chrome/a/answer/6350036),
Microsoft's Edge and Edge Update policy references (learn.microsoft.com/deployedge),
Mozilla's policy templates (github.com/mozilla/policy-templates). Where a feature's policy
was tried in a browser, its effect was seen there.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import NamedTuple

from auditor.model import Value

MAX_SETTINGS = 2000
"""Most settings that are looked at in one place."""

ANY = "*"
"""Any value that is not empty."""

Values = tuple[str, ...]
"""The values that hold back or switch off, as :func:`plain` writes them; :data:`ANY` for every one."""

OFF: Values = ("0",)
ON: Values = ("1",)
BLOCK: Values = ("2",)

UPDATES_CHROMIUM: Mapping[str, Values] = {
    "UpdateDefault": ("0", "2"),
    "Update": ("0", "2"),
    "TargetVersionPrefix": (ANY,),
    "RollbackToTargetVersion": ON,
    "AutoUpdateCheckPeriodMinutes": OFF,
    "DisableAutoUpdateChecksCheckboxValue": ON,
    "UpdatesSuppressedDurationMin": (ANY,),
    "UpdatesSuppressedStartHour": (ANY,),
}
"""Of the updaters of Google, Microsoft and Brave; ``Update`` and what follows may name one client: ``Update{GUID}``."""

UPDATES_CHROMIUM_MAC: Mapping[str, Values] = {
    "UpdateDefault": ("2", "3"),
    "TargetVersionPrefix": (ANY,),
    "RollbackToTargetVersion": ON,
    "AutoUpdateCheckPeriodMinutes": OFF,
    "UpdatesSuppressedDurationMin": (ANY,),
    "UpdatesSuppressedStartHour": (ANY,),
}
"""Of the updaters of Google and Microsoft on a Mac, where 0 lets updates be and 3 stops them
(support.google.com/chrome/a/answer/7591084)."""

UPDATES_GECKO: Mapping[str, Values] = {
    "DisableAppUpdate": ON,
    "AppAutoUpdate": OFF,
    "BackgroundAppUpdate": OFF,
    "ManualAppUpdateOnly": ON,
    "AppUpdatePin": (ANY,),
    "AppUpdateURL": (ANY,),
}

UPDATES_IE: Mapping[str, Values] = {"DoNotAllowIE11": ON, "DoNotAllowIE10": ON, "DoNotAllowIE90": ON}

FEATURES_CHROMIUM: Mapping[str, Values] = {
    "Disable3DAPIs": ON,
    "DefaultJavaScriptSetting": BLOCK,
    "DefaultJavaScriptJitSetting": BLOCK,
    "DefaultCookiesSetting": BLOCK,
    "BlockThirdPartyCookies": ON,
    "DefaultImagesSetting": BLOCK,
    "DefaultPopupsSetting": BLOCK,
    "DefaultGeolocationSetting": BLOCK,
    "DefaultNotificationsSetting": BLOCK,
    "DefaultClipboardSetting": BLOCK,
    "DefaultSensorsSetting": BLOCK,
    "DefaultFileSystemReadGuardSetting": BLOCK,
    "DefaultFileSystemWriteGuardSetting": BLOCK,
    "DefaultSerialGuardSetting": BLOCK,
    "DefaultWebBluetoothGuardSetting": BLOCK,
    "DefaultWebUsbGuardSetting": BLOCK,
    "DefaultWebHidGuardSetting": BLOCK,
    "VideoCaptureAllowed": OFF,
    "AudioCaptureAllowed": OFF,
    "ScreenCaptureAllowed": OFF,
    "PaymentMethodQueryEnabled": OFF,
    "AlwaysOpenPdfExternally": ON,
    "HardwareAccelerationModeEnabled": OFF,
    "WebRtcIPHandling": ("disable_non_proxied_udp",),
    "WebRtcUdpPortRange": (ANY,),
}

_PERMISSIONS = ("Camera", "Microphone", "Location", "Notifications", "VirtualReality", "ScreenShare")
_PREFERENCES_OFF = (
    "media.peerconnection.enabled", "dom.storage.enabled", "dom.serviceWorkers.enabled", "dom.push.enabled",
    "dom.webnotifications.enabled", "geo.enabled", "media.mediasource.enabled", "media.mp4.enabled", "media.eme.enabled",
)  # fmt: skip
FEATURES_GECKO: Mapping[str, Values] = {
    "Cookies.Behavior": ("reject",),
    "Cookies.Default": OFF,
    "PDFjs.Enabled": OFF,
    "DisableBuiltinPDFViewer": ON,
    "EncryptedMediaExtensions.Enabled": OFF,
    "HardwareAcceleration": OFF,
    "Preferences.webgl.disabled": ON,
    **{f"Permissions.{name}.BlockNewRequests": ON for name in _PERMISSIONS},
    **{f"Preferences.{name}": OFF for name in _PREFERENCES_OFF},
}

FEATURES_IE: Mapping[str, Values] = {
    "NotifyDisableIEOptions": (ANY,),
    "1400": ("3",),
    "AllSitesCompatibilityMode": ON,
    "IntranetCompatibilityMode": ON,
}
"""NotifyDisableIEOptions closes IE as a browser; 1400 is scripting in a zone; the others draw sites as IE 7 would."""


class Known(NamedTuple):
    """The policies of one family of browsers that matter here."""

    updates: Mapping[str, Values]
    features: Mapping[str, Values]


NONE = Known(MappingProxyType({}), MappingProxyType({}))
CHROMIUM = Known(UPDATES_CHROMIUM, FEATURES_CHROMIUM)
GECKO = Known(UPDATES_GECKO, FEATURES_GECKO)
TRIDENT = Known(UPDATES_IE, FEATURES_IE)


def known(engine: str) -> Known:
    """The policies of the browsers with that engine."""
    return {"blink": CHROMIUM, "gecko": GECKO, "trident": TRIDENT}.get(engine, NONE)


class Setting(NamedTuple):
    """One policy that is set: its name with the names it is inside, its value as text, and where it is set."""

    name: str
    value: str
    place: str

    def shown(self) -> str:
        """NAME=VALUE at PLACE."""
        return f"{self.name}={self.value[:100]} at {self.place}"


def plain(value: Value) -> str:
    """A value as text, alike in every store: yes and no are 1 and 0."""
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, dict | list):
        return json.dumps(value)[:200]
    text = "" if value is None else str(value).strip()
    return {"true": "1", "false": "0"}.get(text.casefold(), text)


def settings(content: Mapping[str, Value], place: str, inside: str = "") -> Iterator[Setting]:
    """The settings of one place, those within others by both names: ``Permissions.Camera.BlockNewRequests``.

    A preference's ``Value`` goes by the preference's name; JSON that stands as text in a value is unfolded.
    """
    pending = [(f"{inside}.{name}" if inside else str(name), value) for name, value in content.items()]
    count = 0
    while pending and count < MAX_SETTINGS:
        name, value = pending.pop(0)
        count += 1
        value = _unfolded(value)
        if isinstance(value, dict) and name.count(".") < 12:
            pending[:0] = [(name if each == "Value" else f"{name}.{each}", deeper) for each, deeper in value.items()]
        else:
            yield Setting(name, plain(value), place)


def _unfolded(value: Value) -> Value:
    """What a value holds: a registry's {type: data} is its data, and JSON in a text is what it says."""
    if isinstance(value, dict) and len(value) == 1 and next(iter(value)).startswith("REG_"):
        value = next(iter(value.values()))
    if isinstance(value, list) and value and all(isinstance(each, str) for each in value):
        joined = "".join(each for each in value if isinstance(each, str))
        value = joined if joined.lstrip().startswith("{") else value
    if isinstance(value, str) and value.lstrip().startswith("{") and len(value) < 100_000:
        try:
            return _checked(json.loads(value))
        except (ValueError, RecursionError):
            return value
    return value


def _checked(value: Value) -> Value:
    return value if isinstance(value, dict) else None


def in_file(text: str) -> Mapping[str, Value] | None:
    """The policies that a JSON file sets; None where it is no such file."""
    try:
        content = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if isinstance(content, dict) and isinstance(content.get("policies"), dict):
        content = content["policies"]
    return content if isinstance(content, dict) else None


def that_hold_back(found: Iterable[Setting], table: Mapping[str, Values], clients: Iterable[str] = ()) -> list[Setting]:
    """Those of ``found`` that ``table`` names, with a value that holds back; of those for one client only ``clients``'."""
    own = {client.casefold() for client in clients}
    kept: dict[Setting, None] = {}
    for setting in found:
        name, brace, client = setting.name.partition("{")
        values = _wanted(table, name)
        for_us = not brace or f"{brace}{client}".casefold() in own
        if for_us and values and setting.value and (ANY in values or setting.value in values):
            kept[setting] = None
    return list(kept)


def _wanted(table: Mapping[str, Values], name: str) -> Values:
    small = name.casefold()
    return next((values for known_name, values in table.items() if known_name.casefold() == small), ())
