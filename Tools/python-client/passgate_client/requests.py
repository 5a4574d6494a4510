"""Making requests (section 6)."""

import os
import time
from dataclasses import dataclass

from passgate_client import envelope, keys, merkle
from passgate_client.messages import Request, RequestHeader

SALT_BYTES = 16
TRACE_BYTES = 16


def now_ms() -> int:
    return time.time_ns() // 1_000_000


def salt() -> bytes:
    return os.urandom(SALT_BYTES)


@dataclass
class Draft:
    """A request before it is signed."""

    header: object
    body: bytes

    def set_body(self, body: bytes) -> None:
        self.body = body
        self.header.body_digest = keys.hash_of(self.header.algorithm)(body)


def draft(message, **fields) -> Draft:
    """A request with `message` for its body; `fields` are those of the header that the caller knows."""
    header = RequestHeader(created_ms=now_ms(), trace_id=os.urandom(TRACE_BYTES), **fields)
    made = Draft(header, b"")
    made.set_body(message.SerializeToString())
    return made


@dataclass(frozen=True)
class SignedRequest:
    """A request as it is sent."""

    header: object
    header_bytes: bytes
    body: bytes
    signature: object

    @property
    def leaf(self) -> bytes:
        """The digest by which the reply names the request."""
        return merkle.leaf(keys.hash_of(self.header.algorithm), envelope.REQUEST, self.header_bytes)

    def message(self):
        return Request(header=self.header_bytes, body=self.body, signature=self.signature)
