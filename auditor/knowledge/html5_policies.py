"""Which managed policies switch which features off. Inert data.

Seen one at a time in Chromium 156 and Firefox ESR 153, in November 2026; the lines marked
*documented* cannot be seen from outside, because the browser only refuses when a person
uses the feature. Names of Firefox's are with the names they are inside, as the browsers
check gives them; the check keeps only values that hold something back.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

EVERYTHING = ("*",)
"""Stands for every feature: without script no page of today works."""

_STORAGE = ("cookies", "local-storage", "session-storage", "indexeddb", "cache-api", "service-worker", "thirdparty-storage")
_MP4 = ("codec-h264", "codec-hevc", "codec-av1", "codec-aac", "mse-h264")

POLICIES: Mapping[str, tuple[str, ...]] = {
    "Disable3DAPIs": ("webgl", "webgl2"),
    "DefaultJavaScriptSetting": EVERYTHING,
    "DefaultJavaScriptJitSetting": ("wasm",),
    "DefaultCookiesSetting": _STORAGE,
    "DefaultGeolocationSetting": ("perm-geolocation",),
    "DefaultNotificationsSetting": ("perm-notifications",),
    "VideoCaptureAllowed": ("perm-camera",),
    "AudioCaptureAllowed": ("perm-microphone",),
    "WebRtcIPHandling": ("rtc-data",),
    "WebRtcUdpPortRange": ("rtc-data",),
    "AlwaysOpenPdfExternally": ("pdf-viewer",),
    "DefaultImagesSetting": ("img-webp", "img-avif"),
    "BlockThirdPartyCookies": ("thirdparty-storage",),  # documented
    "ScreenCaptureAllowed": ("get-display-media",),  # documented
    "DefaultClipboardSetting": ("clipboard",),  # documented
    "DefaultFileSystemReadGuardSetting": ("fs-access",),  # documented
    "DefaultFileSystemWriteGuardSetting": ("fs-access",),  # documented
    "Preferences.media.peerconnection.enabled": ("rtc-peer", "rtc-data", "rtc-h264"),
    "Preferences.dom.storage.enabled": ("local-storage", "session-storage"),
    "Preferences.dom.serviceWorkers.enabled": ("service-worker", "push"),
    "Preferences.dom.push.enabled": ("push",),
    "Preferences.dom.webnotifications.enabled": ("notifications", "perm-notifications"),
    "Preferences.geo.enabled": ("geolocation", "perm-geolocation"),
    "Preferences.media.mediasource.enabled": ("mse", "mse-h264"),
    "Preferences.media.mp4.enabled": _MP4,
    "Preferences.webgl.disabled": ("webgl", "webgl2"),
    "Cookies.Behavior": _STORAGE,
    "Cookies.Default": _STORAGE,
    "PDFjs.Enabled": ("pdf-viewer",),
    "Permissions.Camera.BlockNewRequests": ("perm-camera",),
    "Permissions.Microphone.BlockNewRequests": ("perm-microphone",),
    "Permissions.Location.BlockNewRequests": ("perm-geolocation",),
    "Permissions.Notifications.BlockNewRequests": ("perm-notifications",),
    "NotifyDisableIEOptions": EVERYTHING,  # documented: Internet Explorer opens no page any more
    "1400": EVERYTHING,  # documented: active scripting, in the zone of the internet
}
"""Policy → the features that it switches off."""

INTERNET = r"\Zones\3"
r"""The end of the place of a policy for websites; in ``Zones\4``, of restricted sites, scripts are seldom allowed."""

_BY_SMALL_NAME = {name.casefold(): features for name, features in POLICIES.items()}


UNSEEN = frozenset(
    {
        "BlockThirdPartyCookies",
        "ScreenCaptureAllowed",
        "DefaultClipboardSetting",
        "DefaultFileSystemReadGuardSetting",
        "DefaultFileSystemWriteGuardSetting",
        "NotifyDisableIEOptions",
        "1400",
    }
)
"""Policies that a measurement does not see, so that they count although the feature answered."""


def is_unseen(policy: str) -> bool:
    """Whether a text ``NAME=VALUE at PLACE`` is of a policy of :data:`UNSEEN`."""
    return policy.partition("=")[0] in UNSEEN


def switched_off(policies: Iterable[str]) -> dict[str, str]:
    """Feature → the policy that switches it off, from texts ``NAME=VALUE at PLACE``; ``*`` is every feature."""
    found: dict[str, str] = {}
    for policy in policies:
        if policy.startswith("1400=") and not policy.endswith(INTERNET):
            continue
        for feature in _BY_SMALL_NAME.get(policy.partition("=")[0].casefold(), ()):
            found.setdefault(feature, policy)
    return found
