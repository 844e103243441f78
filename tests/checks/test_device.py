from __future__ import annotations

from auditor import identity
from auditor.checks import device
from auditor.model import Status
from pcs import collected, only, why


def test_the_device_is_what_the_organisation_calls_it() -> None:
    found = only(device.detect(collected("linux", {}, site="Leeds", tags=("finance", "ring 1"))), "device")
    assert found.pop("rights") == ("unknown", "nothing that was read has it")
    assert found == {"hostname": "desk-7", "site": "Leeds", "tags": ["finance", "ring 1"]}


def test_the_rights_that_it_was_read_with_are_a_fact() -> None:
    assert only(device.detect(collected("linux", {device.RIGHTS: "user"})), "device")["rights"] == "user"


def test_a_pc_without_a_name_says_what_could_not_be_read() -> None:
    has = {identity.WANTS["linux"][0]: (Status.FAILED, "only a running PC can answer this")}
    found = only(device.detect(collected("linux", has, hostname="")), "device")
    assert "only a running PC can answer this" in why(found, "hostname")
    assert (found["site"], found["tags"]) == ("", [])
