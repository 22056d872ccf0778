"""A file's content: bytes in memory, or a path that is read in pieces."""

import io
from pathlib import Path

__all__ = ["Content", "beginning", "opened", "whole"]

Content = bytes | Path


def opened(content: Content, offset: int = 0) -> io.BufferedIOBase:
    """Open content for reading, from an offset on."""
    stream: io.BufferedIOBase
    stream = io.BytesIO(content) if isinstance(content, bytes) else content.open("rb")
    stream.seek(offset)
    return stream


def beginning(content: Content, size: int) -> bytes:
    """Give the first bytes.

    Examples
    --------
    >>> beginning(b"incident_id,date", 8)
    b'incident'
    """
    with opened(content) as stream:
        return stream.read(size)


def whole(content: Content, offset: int = 0) -> bytes:
    """Give all bytes, from an offset on."""
    if isinstance(content, bytes):
        return content[offset:] if offset else content
    with opened(content, offset) as stream:
        return stream.read()
