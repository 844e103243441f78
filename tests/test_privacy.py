"""Pseudonyms: the same for the same, no name left in any byte, and nothing understood otherwise than before."""

from __future__ import annotations

import json
import re
import unicodedata
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import yaml
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from auditor import checks, privacy, privacy_words
from auditor.cli import handed_in
from auditor.errors import AuditorError
from auditor.estate.profile import profile_of
from auditor.model import Device, Reading, Snapshot, Source, Status
from auditor.privacy import Key, pseudonymised
from auditor.privacy_bytes import may_hold_names
from auditor.scan import take
from auditor.snapshot.read import decode
from auditor.snapshot.write import encode
from auditor.sources.offline import open_place
from pcs import Places, pc
from truth import score
from truth.layout import laid_out

KEY, OTHER = Key(b"k" * 32), Key(b"o" * 32)
MACHINES = sorted(path.parent for path in (Path(__file__).parent / "snapshots").glob("*/expected.yaml"))
PROFILES = Source("registry", r"HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion\ProfileList\*#ProfileImagePath")
PROFILE = PROFILES.where.partition("*")[0]
CHROME = Source("program", r"~\AppData\Local\Google\Chrome*\Application\chrome.exe")
BEACON = Source("registry", r"HKU\*\Software\Google\Chrome\BLBeacon#version")
CHOICE = Source("registry", r"HKU\*\Software\Microsoft\Windows\Shell\Associations\UrlAssociations\https\UserChoice#ProgId")
REAL = {
    "win10-1909-fr-amcache": (), "win10-21h2-system": (), "win10-ntuser-edge131": (), "winxp-uninstall-reg": (),
    "win11-21h2-amcache": (), "macos-12-sp-applications-xml": (), "win7-ntuser-peruser-chrome18": (),
}  # fmt: skip
REAL_NAMES = ("mlandis", "nfury", "ofrank", "john doe", "andrewrathbun")


def taken(machine: dict[str, Any], folder: Path, scratch: Path) -> Snapshot | None:
    try:
        place = open_place(laid_out(machine, folder, scratch))
    except AuditorError:
        return None
    return take(place.family, place.readers, taken_at="2026-11-20T09:30:00Z", salt="0" * 32)


def nothing_is_lost(snapshot: Snapshot) -> Snapshot:
    """What was understood of a snapshot is understood of it with pseudonyms; returns that."""
    after = pseudonymised(snapshot, KEY)
    assert profile_of(checks.detect(after)) == profile_of(checks.detect(snapshot))
    both = pseudonymised(snapshot, KEY, hosts=True)
    assert profile_of(checks.detect(both)) == profile_of(checks.detect(snapshot))
    assert pseudonymised(after, OTHER) == after, "a pseudonym is no name"
    assert [each.source for each in after.readings] == [each.source for each in snapshot.readings]
    assert may_hold_names(encode(snapshot)) or after == snapshot
    return after


def forms(name: str) -> set[str]:
    """Every spelling of a name in which bytes may have it, in small letters."""
    plain = {unicodedata.normalize(form, name) for form in ("NFC", "NFD")} | {name}
    escaped = {json.dumps(each)[1:-1] for each in plain}
    twice = {json.dumps(each)[1:-1] for each in escaped}
    packed = {each.encode("utf-16-le").hex() for each in plain}
    return {each.casefold() for each in plain | escaped | twice | packed | {quote(each) for each in plain}}


def holds(data: bytes, name: str) -> bool:
    text = data.decode("ascii").casefold()
    return any(form in text for form in forms(name)) or name.casefold().encode("utf-16-le") in data.lower()


@pytest.mark.parametrize("folder", MACHINES, ids=lambda folder: folder.name)
def test_a_machine_of_the_corpus_is_understood_as_before(folder: Path, tmp_path: Path) -> None:
    machine = yaml.safe_load((folder / "expected.yaml").read_text(encoding="utf-8"))
    snapshot = taken(machine, folder, tmp_path / "disk")
    assert snapshot is not None
    nothing_is_lost(snapshot)


@pytest.mark.parametrize("group", sorted(REAL))
def test_a_real_machine_is_understood_as_before_and_names_nobody(group: str, realdata: Path, tmp_path: Path) -> None:
    for number, machine in enumerate(score.labels()[group]["machines"]):
        if snapshot := taken(machine, realdata / group, tmp_path / str(number)):
            data = encode(nothing_is_lost(snapshot))
            assert not [name for name in REAL_NAMES if holds(data, name)]


def windows(people: list[tuple[str, str, str]]) -> Snapshot:
    """A PC with Windows and these people: name, profile's folder, security identifier. Each has a Chrome of the own."""
    name, home, _ = people[0]
    policies = {"DownloadDirectory": home, "Homepage": f"file:///{quote(home)}", "For": f"{name}'s, of {name}."}
    return pc(
        "windows",
        {
            PROFILES: Places({PROFILE + sid: {"ProfileImagePath": {"REG_EXPAND_SZ": home}} for _, home, sid in people}),
            CHROME: Places(
                {
                    rf"{home}\AppData\Local\Google\Chrome\Application\chrome.exe": {"version": f"{120 + number}.0.1.2"}
                    for number, (_, home, _) in enumerate(people)
                }
            ),
            BEACON: Places({rf"HKU\{sid}\Software\Google\Chrome\BLBeacon": {"version": "120.0.1.2"} for *_, sid in people}),
            CHOICE: Places(
                {rf"HKU\{sid}\{CHOICE.where[6:].partition('#')[0]}": {"ProgId": "ChromeHTML"} for *_, sid in people}
            ),
            Source("file", r"~\AppData\Local\*\application.ini"): Places(
                {
                    rf"{home}\AppData\Local\x\application.ini": (Status.DENIED, f"not for you: {home}\\AppData")
                    for _, home, _ in people
                    if home.startswith(("C:\\Users", "C:\\Documents"))  # of other homes a check's reason has the place
                }
            ),
            Source("file", r"%ProgramFiles%\*\distribution\policies.json"): Places(
                {r"C:\Program Files\Mozilla Firefox\distribution\policies.json": json.dumps({"policies": policies})}
            ),
        },
        rest=Status.ABSENT,
    )


LETTERS = st.characters(categories=("Lu", "Ll", "Lo", "Nd"), exclude_characters="İıſßẞ").filter(
    lambda letter: len(letter.casefold()) == 1  # of which small and large are one letter each
)
NAMES = st.builds(
    lambda first, middle, last: f"{first}{middle}{last}",
    st.text(LETTERS, min_size=2, max_size=9),
    st.sampled_from(["", ".", " ", "-", "_", "'", " de ", "..", "@", "(", "&"]),
    st.text(LETTERS, min_size=3, max_size=9),
).filter(
    lambda name: (
        any(each.isalpha() and each.casefold() not in "abcdef" for each in name)
        and unicodedata.normalize("NFC", name.casefold()) == name.casefold()
    )
)
"""No digits alone: those are replaced only where names are expected, and pseudonyms are made of them."""

TOPS = st.sampled_from(
    ["C:\\Users", "C:\\Documents and Settings", "D:\\Profile", "C:\\Dokumente und Einstellungen", "E:\\a b\\Leute"]
)


@settings(max_examples=40)
@given(st.lists(NAMES, min_size=1, max_size=4, unique_by=str.casefold), TOPS, st.data())
def test_nobody_is_left_whatever_the_name_is(names: list[str], top: str, data: st.DataObject) -> None:
    if data.draw(st.booleans()):  # a name that begins as another does, one that holds it, and a short one
        names = [
            *names,
            f"{names[0]}.{names[0]}",
            f"{names[0]} {names[-1]}X",
            f"{re.sub('[^a-z]', 'q', names[0].lower())[:6]}~1",
        ]
    bare = encode(windows([("#", f"{top}\\#", "S-1-5-21-1-2-3-1000")])).lower()
    assume(not any(form.encode() in bare for name in names for form in forms(name)))
    assume(not any(name.casefold() in privacy_words.TRADE for name in names))
    snapshot = windows(
        [(name, f"{top}\\{name}", f"S-1-5-21-11111-22222-33333-{1001 + number}") for number, name in enumerate(names)]
    )

    after = nothing_is_lost(snapshot)

    kept = encode(after)
    assert not [name for name in names if holds(kept, name)]
    assert b"11111-22222" not in kept
    assert may_hold_names(encode(snapshot))
    assert not may_hold_names(kept) or b"\\u00" in kept or not top.startswith("C:")
    assert decode(kept) == after


@settings(max_examples=40)
@given(st.lists(NAMES.filter(lambda name: "@" not in name), min_size=1, max_size=3, unique_by=str.casefold))
def test_nobody_is_left_on_a_mac_or_on_linux(names: list[str]) -> None:
    firefox = Source("file", "~/*/application.ini")
    plist = Source("plist", "/Library/Managed Preferences/*/com.google.Chrome.plist#" + next(
        each.where for each in checks.wants("macos") if each.where.startswith("/Library/Managed Preferences/*/com.google.Chrome")
    ).partition("#")[2])  # fmt: skip
    bare = encode(pc("linux", {firefox: Places({"/home/#/x/application.ini": "[App]"})})).lower()
    bare += encode(
        pc("macos", {plist: Places({"/Library/Managed Preferences/#/com.google.Chrome.plist": {"a": 1}})})
    ).lower()
    assume(not any(form.encode() in bare for name in names for form in forms(name)))
    linux = pc(
        "linux",
        {firefox: Places(
            {f"/home/{name}/firefox/application.ini": "[App]\nName=Firefox\nVersion=140.0" for name in names}
            | {f"/srv/leute/{name}x/firefox/application.ini": "[App]\nName=Firefox\nVersion=141.0" for name in names}
         ),
         Source("process", "f"): [f"/home/{name}/firefox/firefox" for name in names]},
    )  # fmt: skip
    mac = pc(
        "macos",
        {
            plist: Places(
                {f"/Library/Managed Preferences/{name}/com.google.Chrome.plist": {"Disable3DAPIs": True} for name in names}
            )
        },
    )
    for snapshot in (linux, mac):
        kept = encode(pseudonymised(snapshot, KEY))
        assert not [name for name in names if holds(kept, name) or holds(kept, f"{name}x")]
        assert profile_of(checks.detect(decode(kept))) == profile_of(checks.detect(snapshot))


def reading(at: str, value: Any = None, detail: str = "", source: Source | None = None) -> Reading:
    status = Status.FAILED if value is None else Status.READ
    return Reading(source or Source("registry", r"HKLM\SOFTWARE\Test"), at, status, value, detail)


def snapshot_of(*readings: Reading, hostname: str = "desk-7") -> Snapshot:
    return Snapshot(Device("0" * 32, hostname, "windows"), "2026-11-20T09:30:00Z", "test", "f" * 32, readings)


def texts(*written: str, hosts: bool = False, **more: Any) -> list[str]:
    """Each of these as the value of a reading, afterwards; ``U`` stands for whatever pseudonym."""
    after = pseudonymised(snapshot_of(*(reading("HKLM", each) for each in written), **more), KEY, hosts=hosts)
    return [re.sub(r"user-[0-9a-f]{20}", "U", str(each.value)) for each in after.readings]


STAY = [
    r"C:\Users\Public\Desktop", r"C:\Users\Default\x", r"C:\Users\Administrator\x", r"C:\Documents and Settings\All Users\x",
    "/root/x", "/Users/Shared/x", r"HKU\*\Software", r"HKU\.DEFAULT\Software", "HKU\\S-1-5-18\\x", "S-1-5-32-544", "~/x/y",
    "/usr/share/users/groups", "https://home/anna", "/Library/Managed Preferences/com.google.Chrome.plist",
    r"C:\Program Files\App\Users\data\x", r"C:\Windows\System32", r"HKU\NTUSER\Software (NTUSER.DAT)",
]  # fmt: skip


@pytest.mark.parametrize("text", STAY)
def test_what_names_nobody_stays(text: str) -> None:
    assert texts(text) == [text]
    data = encode(snapshot_of(reading("x", text)))
    assert pseudonymised(decode(data), KEY) == decode(data)


GO = [
    (r"C:\Users\anna\x", r"C:\Users\U\x"), (r"c:/users/Anna Marie/x", "c:/users/U/x"), ("/home/anna", "/home/U"),
    ("/var/home/anna/x", "/var/home/U/x"), ("/Users/anna/x", "/Users/U/x"), ("file:///home/anna/x", "file:///home/U/x"),
    (r"%SystemDrive%\Users\anna", r"%SystemDrive%\Users\U"), (r"\\srv\C$\Users\anna\x", r"\\srv\C$\Users\U\x"),
    (r"HKU\anna\Software\x", r"HKU\U\Software\x"), (r"HKEY_USERS\anna\x", r"HKEY_USERS\U\x"),
    ("denied: '/home/anna'", "denied: '/home/U'"), ("cannot read /home/anna.", "cannot read /home/U."),
    ('{"a":"C:\\\\Users\\\\anna\\\\x"}', '{"a":"C:\\\\Users\\\\U\\\\x"}'), (r'"C:\Users\anna\a.exe" -x', r'"C:\Users\U\a.exe" -x'),
    ("x (Users/anna/NTUSER.DAT)", "x (Users/U/NTUSER.DAT)"), ("/Library/Managed Preferences/anna/x.plist", "/Library/Managed Preferences/U/x.plist"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "after"), GO)
def test_a_name_is_replaced_where_a_name_is_expected(text: str, after: str) -> None:
    assert texts(text) == [after]
    assert may_hold_names(encode(snapshot_of(reading("x", text))))


def test_a_name_that_is_known_is_replaced_wherever_it_stands_as_a_word() -> None:
    hexed = "anna".encode("utf-16-le").hex()
    home = r"C:\Users\anna\x"
    told = ["Tool for ANNA", "anna_old", "Joanna", "anna2", f"01{hexed}02", r"cannot open C:\Users\Anna and more"]
    assert texts(home, *told)[1:4] == ["Tool for U", "U_old", "Joanna"]
    assert texts(home, told[3]) == [r"C:\Users\U\x", "anna2"]
    assert hexed not in texts(home, told[4])[1]
    assert texts(home, told[5])[1] == r"cannot open C:\Users\U and more"


def test_a_name_that_is_a_word_of_the_trade_is_replaced_only_where_a_name_is_expected() -> None:
    assert texts(r"C:\Users\dell\x", "Dell Inc.", "dell") == [r"C:\Users\U\x", "Dell Inc.", "dell"]
    assert texts(r"C:\Users\hp\x", "hp") == [r"C:\Users\U\x", "hp"], "too short to be told from other words"
    assert texts(r"C:\Users\2016\x", "Office 2016") == [r"C:\Users\U\x", "Office 2016"]


def test_what_describes_the_machine_is_not_looked_through_for_words() -> None:
    board = Source("registry", r"HKLM\HARDWARE\DESCRIPTION\System\BIOS#SystemProductName")
    snapshot = snapshot_of(
        reading("x", r"C:\Users\zenbook\x"), reading("y", {"SystemProductName": "ZenBook 14"}, source=board)
    )
    assert pseudonymised(snapshot, KEY).readings[1] == snapshot.readings[1]


def test_names_that_hold_others_are_told_apart() -> None:
    short, long, both = texts(r"C:\Users\ann\x", r"C:\Users\ann.marie\x", "ann.marie, ann and marie")
    assert (short, long, both) == (r"C:\Users\U\x", r"C:\Users\U\x", "U, U and marie")
    after = pseudonymised(snapshot_of(reading("x", [r"C:\Users\ann\x", r"C:\Users\ann.marie\x", "ann.marie"])), KEY)
    value = after.readings[0].value
    assert isinstance(value, list)
    assert value[1] == f"C:\\Users\\{value[2]}\\x"
    assert value[0] != value[1]


def test_a_short_name_goes_by_the_pseudonym_of_the_long_one() -> None:
    value = [r"C:\Users\Anna Marie\x", r"C:\Users\ANNAMA~1\x", r"C:\Users\BOBSMI~2\x"]
    after = pseudonymised(snapshot_of(reading("x", [*value])), KEY).readings[0].value
    anna, bob = privacy.user("Anna Marie", KEY), privacy.user("BOBSMI~2", KEY)
    assert after == [rf"C:\Users\{anna}\x", rf"C:\Users\{anna}~1\x", rf"C:\Users\{bob}\x"]


def test_the_same_user_is_the_same_everywhere_and_another_under_another_key() -> None:
    assert privacy.user("Anna", KEY) == privacy.user(" anna", KEY) == privacy.user("ANNA", KEY)
    assert privacy.user("Zoë", KEY) == privacy.user(unicodedata.normalize("NFD", "Zoë"), KEY)
    assert (
        len({privacy.user("anna", KEY), privacy.user("anna", OTHER), privacy.host("anna", KEY).replace("pc-", "user-")}) == 3
    )
    assert re.fullmatch(r"user-[0-9a-f]{20}", privacy.user("anna", KEY))


def test_an_identifier_stays_one_and_built_in_accounts_keep_their_number() -> None:
    person, admin = (privacy.identifier(f"S-1-5-21-1-2-3-{last}", KEY) for last in (1001, 500))
    cloud = privacy.identifier("S-1-12-1-1-2-3-4", KEY)
    assert re.fullmatch(rf"S-1-5-21-{privacy.MARK}-\d+-\d+-\d+", person)
    assert int(person.rpartition("-")[2]) >= 1000
    assert admin.endswith("-500")
    assert cloud.startswith(f"S-1-12-1-{privacy.MARK}-")
    assert privacy.identifier(person, OTHER) == person
    assert texts("HKU\\S-1-5-21-1-2-3-1001_Classes\\x", "S-1-5-21-1-2-3-1001.bak") == [
        f"HKU\\{person}_Classes\\x",
        f"{person}.bak",
    ]


def test_a_host_name_is_kept_unless_it_is_asked_for() -> None:
    name = Source("registry", r"HKLM\SYSTEM\CurrentControlSet\Control\ComputerName\ComputerName#ComputerName")
    given = snapshot_of(
        reading("x", {"ComputerName": "ANNA-PC"}, source=name), reading("y", r"C:\Users\anna\x"), reading("z", r"\\anna-pc\c"),
        hostname="anna-pc.clinic.example",
    )  # fmt: skip
    kept, hidden = pseudonymised(given, KEY), pseudonymised(given, KEY, hosts=True)
    alone = pseudonymised(given, KEY, users=False, hosts=True)
    assert (kept.device.hostname, kept.readings[0].value) == ("anna-pc.clinic.example", {"ComputerName": "ANNA-PC"})
    assert hidden.device.hostname == privacy.host("anna-pc", KEY) + ".clinic.example"
    assert hidden.readings[0].value == {"ComputerName": privacy.host("anna-pc", KEY)}
    assert hidden.readings[2].value == rf"\\{privacy.host('anna-pc', KEY)}\c"
    assert alone.readings[1] == given.readings[1]
    assert not holds(encode(hidden), "anna")
    assert hidden.device.id == given.device.id
    assert pseudonymised(given, KEY, users=False) is given
    assert pseudonymised(hidden, OTHER, hosts=True) == hidden


def test_a_pseudonym_is_resolved_by_trying_names_and_every_key() -> None:
    sid = "S-1-5-21-1-2-3-1001"
    asked = [
        privacy.user("anna", OTHER), privacy.user("bob.CLINIC", KEY), privacy.user("carl", KEY) + "~1", privacy.identifier(sid, KEY),
        privacy.host("desk-7", KEY).upper(), privacy.user("nobody", KEY),
    ]  # fmt: skip
    names = ["CLINIC\\anna", "CLINIC\\bob", "Carl@clinic.example", sid, "DESK-7.clinic.example", ""]
    found = privacy.resolved(asked, names, [KEY, OTHER])
    assert [found[each].name if each in found else None for each in asked] == [*names[:5], None]
    assert found[asked[0]].key == OTHER.id
    assert found[asked[1]].key == KEY.id


def test_a_key_shows_nothing_of_its_secret() -> None:
    assert KEY.secret.hex() not in repr(KEY) + str(KEY) + KEY.id
    assert "kkk" not in repr(KEY)


def test_intake_keeps_bytes_that_name_nobody_as_they_came() -> None:
    plain = b"  " + encode(snapshot_of(reading("x", r"C:\Program Files\x")))
    assert handed_in.at_intake(plain, KEY) is plain
    accents = b"  " + encode(snapshot_of(reading("x", "caf\u00e9")))
    assert handed_in.at_intake(accents, KEY) is accents
    named = encode(snapshot_of(reading("x", r"C:\Users\anna\x")))
    kept = handed_in.at_intake(named, KEY)
    assert decode(kept) == pseudonymised(decode(named), KEY)
    assert handed_in.at_intake(kept, KEY) is kept
    assert handed_in.at_intake(named, KEY, users=False) is named
    assert b"desk-7" not in handed_in.at_intake(named, KEY, hosts=True)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_intake_keeps_of_a_kits_file_the_snapshot_that_it_makes(encoding: str) -> None:
    text = (
        "#AUDITOR kit/1 0A1B2C3D test/1\n#0A1B2C3D meta\tfamily\tlinux\n#0A1B2C3D meta\ttaken-at\t2026-11-24T09:00:00Z\n"
        "#0A1B2C3D source\tfile\t~/*/application.ini\n#0A1B2C3D at\t/home/anna/firefox/application.ini\ttext\n"
        "[App]\nName=Firefox\nVersion=140.0\n#0A1B2C3D end\n"
    )
    came = text.encode(encoding)
    kept = handed_in.at_intake(came, KEY)
    assert not holds(kept, "anna")
    assert handed_in.at_intake(came, KEY) == kept, "the same bytes give the same"
    assert profile_of(checks.detect(decode(kept))) == profile_of(checks.detect(handed_in.understand(came)))


@given(st.binary(max_size=300))
def test_any_bytes_may_be_asked(data: bytes) -> None:
    assert may_hold_names(data, hosts=True)
    assert isinstance(may_hold_names(data), bool)


@given(
    st.recursive(
        st.text(st.sampled_from("CHKUsers:\\/ ~home-S15219%.annab\u00e9(),'*"), max_size=60),
        lambda inner: st.lists(inner, max_size=3),
    )
)
def test_what_is_called_free_of_names_is_changed_in_nothing(value: Any) -> None:
    data = encode(snapshot_of(reading("x", value)))
    after = pseudonymised(decode(data), KEY)
    assert may_hold_names(data) or after == decode(data)
    assert pseudonymised(after, OTHER) == after
