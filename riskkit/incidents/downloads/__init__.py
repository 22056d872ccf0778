"""Get: what may be downloaded, checked against its sum and kept."""
