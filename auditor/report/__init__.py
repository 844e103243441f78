"""What people read: one PC (:mod:`~auditor.report.pc`), and the estate in every format (:mod:`~auditor.report.formats`)."""
