"""Report: what was found, written where others can read it."""

from riskkit.report.folder import write_counts, write_risk

__all__ = ["write_counts", "write_risk"]
