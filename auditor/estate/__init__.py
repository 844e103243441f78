"""The estate: many PCs' snapshots in one folder, and the questions asked of them.

:mod:`~auditor.estate.inputs` finds what was handed in, :mod:`~auditor.estate.ingest`
takes it, :mod:`~auditor.estate.store` keeps it, :mod:`~auditor.estate.query` counts it
into one :class:`~auditor.estate.result.Estate`. Cost grows with what is different, not
with how many PCs there are: :mod:`~auditor.estate.profile`.
"""
