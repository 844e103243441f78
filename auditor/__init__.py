"""auditor: which PCs can use which websites, what is in the way, and the evidence for it."""

__version__ = "0.1.0"
