"""Kinds of PCs, by name: makers' models and processors that exist, their shares an assumption."""

from __future__ import annotations

from typing import NamedTuple

from auditor.estate.simulation.dice import weighted


class Model(NamedTuple):
    """A kind of PC: chassis is SMBIOS' number, year when it was bought; tpm 2.0, 1.2 or empty."""

    vendor: str
    name: str
    chassis: int
    cpu: str
    identifier: str
    mhz: int
    cores: int
    tpm: str
    year: int


_LENOVO, _DELL, _HP = "LENOVO", "Dell Inc.", "HP"
_12TH, _10TH, _8TH, _6TH = ("Intel64 Family 6 Model 154 Stepping 3", "Intel64 Family 6 Model 165 Stepping 3",
                            "Intel64 Family 6 Model 158 Stepping 10", "Intel64 Family 6 Model 94 Stepping 3")  # fmt: skip
_4TH, _13TH, _U8 = ("Intel64 Family 6 Model 60 Stepping 3", "Intel64 Family 6 Model 186 Stepping 2",
                    "Intel64 Family 6 Model 142 Stepping 10")  # fmt: skip
_ZEN3, _ZEN2 = "AMD64 Family 25 Model 80 Stepping 0", "AMD64 Family 23 Model 96 Stepping 1"
_ULTRA, _XEON = "Intel64 Family 6 Model 170 Stepping 4", "Intel64 Family 6 Model 85 Stepping 7"

MODELS = (
    Model(_DELL, "OptiPlex 7010", 35, "12th Gen Intel(R) Core(TM) i5-12500T", _12TH, 2000, 6, "2.0", 2023),
    Model(_DELL, "OptiPlex 7080", 3, "Intel(R) Core(TM) i5-10500T CPU @ 2.30GHz", _10TH, 2304, 6, "2.0", 2020),
    Model(_DELL, "OptiPlex 5060", 3, "Intel(R) Core(TM) i5-8500T CPU @ 2.10GHz", _8TH, 2112, 6, "2.0", 2018),
    Model(_DELL, "OptiPlex 3040", 3, "Intel(R) Core(TM) i5-6500T CPU @ 2.50GHz", _6TH, 2496, 4, "2.0", 2016),
    Model(_DELL, "OptiPlex 9020", 3, "Intel(R) Core(TM) i5-4590S CPU @ 3.00GHz", _4TH, 2993, 4, "1.2", 2014),
    Model(_DELL, "Latitude 5440", 10, "13th Gen Intel(R) Core(TM) i5-1345U", _13TH, 1600, 10, "2.0", 2023),
    Model(_DELL, "Latitude 5490", 10, "Intel(R) Core(TM) i5-8350U CPU @ 1.70GHz", _U8, 1896, 4, "2.0", 2018),
    Model(_HP, "HP EliteDesk 800 G6 Desktop Mini PC", 35, "Intel(R) Core(TM) i5-10500T CPU @ 2.30GHz", _10TH, 2304, 6,
          "2.0", 2020),
    Model(_HP, "HP EliteDesk 800 G3 DM 35W", 35, "Intel(R) Core(TM) i5-7500T CPU @ 2.70GHz",
          "Intel64 Family 6 Model 158 Stepping 9", 2712, 4, "2.0", 2017),
    Model(_HP, "HP ProBook 450 G9", 10, "12th Gen Intel(R) Core(TM) i5-1235U", "Intel64 Family 6 Model 154 Stepping 4", 1300,
          10, "2.0", 2022),
    Model(_HP, "HP EliteBook 845 G8 Notebook PC", 10, "AMD Ryzen 5 PRO 5650U with Radeon Graphics", _ZEN3, 2301, 6, "2.0",
          2021),
    Model("Hewlett-Packard", "HP EliteDesk 800 G1 SFF", 4, "Intel(R) Core(TM) i5-4570 CPU @ 3.20GHz", _4TH, 3193, 4, "1.2",
          2014),
    Model(_LENOVO, "11JJS02K00", 35, "Intel(R) Core(TM) i5-10400T CPU @ 2.00GHz", _10TH, 1992, 6, "2.0", 2021),
    Model(_LENOVO, "20XGS00000", 10, "AMD Ryzen 5 PRO 4650U with Radeon Graphics", _ZEN2, 2096, 6, "2.0", 2020),
    Model(_LENOVO, "21HES2CK00", 10, "13th Gen Intel(R) Core(TM) i7-1355U", _13TH, 1700, 10, "2.0", 2023),
    Model(_LENOVO, "21MNS0GK00", 10, "Intel(R) Core(TM) Ultra 5 135U", _ULTRA, 1600, 12, "2.0", 2025),
    Model("Microsoft Corporation", "Surface Pro 9", 9, "12th Gen Intel(R) Core(TM) i5-1245U", _12TH, 1600, 10, "2.0", 2023),
    Model("FUJITSU", "ESPRIMO P957", 6, "Intel(R) Core(TM) i3-7100 CPU @ 3.90GHz", "Intel64 Family 6 Model 158 Stepping 9",
          3912, 2, "2.0", 2017),
    Model("VMware, Inc.", "VMware20,1", 1, "Intel(R) Xeon(R) Gold 6242 CPU @ 2.80GHz", _XEON, 2793, 4, "2.0", 2021),
    Model("Microsoft Corporation", "Virtual Machine", 3, "Intel(R) Xeon(R) Platinum 8272CL CPU @ 2.60GHz", _XEON, 2594, 4,
          "", 2020),
    Model("To Be Filled By O.E.M.", "To Be Filled By O.E.M.", 3, "Intel(R) Core(TM)2 Duo CPU     E8400  @ 3.00GHz",
          "x86 Family 6 Model 23 Stepping 10", 3000, 2, "", 2009),
)  # fmt: skip

NEW = weighted({0: 140, 1: 110, 2: 110, 3: 30, 5: 110, 6: 80, 7: 80, 8: 30, 9: 90, 10: 50, 12: 60, 13: 40, 14: 50, 15: 20,
                16: 30, 17: 10, 19: 10})  # fmt: skip
"""Number of the model → its share among PCs with Windows 10 or 11."""

MODERN = weighted({0: 200, 1: 120, 2: 60, 5: 150, 6: 40, 7: 90, 9: 120, 10: 60, 12: 70, 13: 50, 14: 70, 15: 30, 16: 40,
                   18: 30, 3: 8, 8: 6})  # fmt: skip
"""The same for Windows 11; a few were upgraded though they do not meet what Microsoft asks for."""

OLD = weighted({3: 200, 4: 330, 8: 100, 11: 270, 17: 60, 20: 40})
VERY_OLD = weighted({20: 1})
SERVERS = weighted({18: 700, 19: 300})

MEMORY = weighted({8: 520, 16: 370, 32: 60, 4: 50})
MEMORY_OF_OLD = weighted({4: 450, 8: 400, 2: 150})
MEMORY_OF_SERVERS = weighted({32: 400, 64: 350, 16: 250})
DISKS = weighted(
    {255_000_000_000: 560, 511_000_000_000: 260, 127_000_000_000: 110, 1_023_000_000_000: 50, 63_000_000_000: 20}
)

MACS = weighted(
    {
        ("Mac14,2", "Apple M2", 8, 8): 260, ("MacBookAir10,1", "Apple M1", 8, 8): 240, ("Mac15,12", "Apple M3", 8, 16): 160,
        ("Mac16,12", "Apple M4", 10, 16): 120, ("iMac21,1", "Apple M1", 8, 16): 60, ("Mac14,3", "Apple M2", 8, 8): 40,
        ("MacBookPro16,1", "Intel(R) Core(TM) i7-9750H CPU @ 2.60GHz", 6, 16): 70,
        ("iMac19,1", "Intel(R) Core(TM) i5-8500 CPU @ 3.00GHz", 6, 8): 50,
    }
)  # fmt: skip
"""(model, processor, cores, GiB of memory) of Macs."""
