"""Estates that are made up: realistic snapshots of PCs that do not exist, for demonstrations, tests and measurements.

``plan`` says what PC number i is on a day, from the seed and i alone; ``windows``, ``office`` and ``unix``
say where such a thing leaves traces, ``laid`` makes readings of those traces, as an agent on that PC would,
and ``scene`` the whole line; ``folder`` writes the lot. The same number, seed and options give the same
lines on any machine: nothing here asks for the time, the language, or the order of a set.

Shares and dates are literal tables (``tables``, ``machines``, ``releases``); what is not said to be from a
source there is an assumption of ours, made so that the mix looks like a public body's estate.
"""
