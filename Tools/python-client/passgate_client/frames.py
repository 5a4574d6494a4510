"""Frames (section 2)."""

from collections.abc import Callable

from passgate_client import strict
from passgate_client.errors import ProtocolError
from passgate_client.messages import Frame

MAX_FRAME = 3_145_728
_WITH_CALL = {"request", "response", "cancel", "signing_call", "signing_reply"}


def encode(frame) -> bytes:
    encoded = frame.SerializeToString()
    return len(encoded).to_bytes(4, "big") + encoded


def read(receive: Callable[[int], bytes]):
    """The next frame; `receive` returns exactly as many bytes as it is asked for."""
    length = int.from_bytes(receive(4), "big")
    if not 1 <= length <= MAX_FRAME:
        raise ProtocolError(f"a frame of {length} bytes")
    frame = strict.decode(Frame, receive(length))
    kind = frame.WhichOneof("kind")
    if kind is None or (frame.call_id != 0) != (kind in _WITH_CALL):
        raise ProtocolError("a frame without a kind, or with or without a call id against the rule")
    return frame
