"""Accepting replies (section 7)."""

import re
from dataclasses import dataclass

from cryptography import x509

from passgate_client import chains, envelope, keys, strict
from passgate_client.errors import NotAuthentic, ProtocolError
from passgate_client.keys import PublicKey
from passgate_client.messages import (
    REASONS,
    START_CAPTURE,
    VERIFY_BATCH,
    VERIFY_IDENTITY,
    VERIFY_PORTRAIT,
    Refusal,
    ResponseHeader,
    enum_number,
    reply_class,
)
from passgate_client.requests import SignedRequest

MAX_HEADER = 1024
WRONG_DEPLOYMENT = 3
SALT_BYTES = 16
_UNDETERMINED = enum_number("Verdict", "UNDETERMINED")
_NOT_APPLICABLE = enum_number("UndeterminedReason", "NOT_APPLICABLE")
_TENANT = re.compile(r"[a-z0-9-]{1,32}")


@dataclass(frozen=True)
class Reply:
    """A reply that has been accepted."""

    header: object
    body: object  # the method's reply when the status is 0, else a Refusal

    @property
    def accepted(self) -> bool:
        return self.header.status == 0


class ReplyKeys:
    """The keys that a Hello announces and whose chains lead to the root; others are as if not announced."""

    def __init__(self, hello, root: x509.Certificate, make=PublicKey):
        """`make` gives a key of its SubjectPublicKeyInfo and algorithm."""
        self._keys: dict[bytes, PublicKey] = {}
        self.refused: list[str] = []
        for announced in hello.reply_keys:
            try:
                key = _verified_key(announced, root, make)
                self._keys[key.key_id] = key
            except NotAuthentic as error:
                self.refused.append(str(error))

    def find(self, key_id: bytes, algorithm: int) -> PublicKey | None:
        key = self._keys.get(key_id)
        return key if key and key.algorithm == algorithm else None


def _verified_key(announced, root: x509.Certificate, make) -> PublicKey:
    chain = [chains.load(encoded) for encoded in announced.certificates]
    chains.verify(chain, root, chains.Purpose.REPLY_SIGNING)
    return make(chains.public_key(chain[0]), announced.algorithm)


def accept(response, sent: SignedRequest, announced: list[ReplyKeys]) -> Reply:
    """The reply, or NotAuthentic. `announced` is what the Hellos in force since the request told."""
    try:
        header = _header(response.header)
        _check_answers(header, sent)
        key = _key(header, announced)
        envelope.verify(key, envelope.RESPONSE, response.header, response.signature)
        if keys.hash_of(key.algorithm)(response.body) != header.body_digest:
            raise NotAuthentic("the reply's body is not the one that was signed")
        return Reply(header, _body(header, response.body, sent.header.method))
    except ProtocolError as error:
        raise NotAuthentic(f"the reply cannot be read: {error}") from error


def _header(encoded: bytes):
    if len(encoded) > MAX_HEADER:
        raise NotAuthentic("the reply's header is too long")
    header = strict.decode(ResponseHeader, encoded)
    digests = (header.key_id, header.request_digest, header.body_digest)
    if (
        not header.deployment
        or not header.algorithm
        or not _TENANT.fullmatch(header.tenant_id)
        or any(len(digest) != 32 for digest in digests)
        or len(header.next_key_id) not in (0, 32)
        or header.status > 16
    ):
        raise NotAuthentic("the reply's header has a field out of range")
    return header


def _check_answers(header, sent: SignedRequest) -> None:
    if header.request_digest != sent.leaf:
        raise NotAuthentic("the reply answers another request")
    if header.tenant_id != sent.header.tenant_id:
        raise NotAuthentic("the reply is for another tenant")
    elsewhere = header.deployment != sent.header.deployment
    if elsewhere != (header.reason == WRONG_DEPLOYMENT):
        raise NotAuthentic("the reply comes from another deployment")


def _key(header, announced: list[ReplyKeys]) -> PublicKey:
    for reply_keys in announced:
        key = reply_keys.find(header.key_id, header.algorithm)
        if key:
            return key
    refused = "; ".join(reason for reply_keys in announced for reason in reply_keys.refused)
    raise NotAuthentic(f"the reply's key is none that Hello announced (refused keys: {refused or 'none'})")


def _body(header, encoded: bytes, method: str):
    body = strict.decode(reply_class(method) if header.status == 0 else Refusal, encoded)
    if len(body.salt) != SALT_BYTES:
        raise NotAuthentic("the reply's salt does not have 16 bytes")
    if header.status == 0 and method in (VERIFY_IDENTITY, VERIFY_PORTRAIT):
        _check_verdict(body.result)
    if header.status == 0 and method == VERIFY_PORTRAIT and not body.presentation_attack_check:
        raise NotAuthentic("the reply does not say what was checked against pictures of pictures")
    if header.status == 0 and method == START_CAPTURE:
        _check_capture(body)
    if header.status == 0 and method == VERIFY_BATCH:
        for result in body.results:
            _check_verdict(result)
    return body


def _check_verdict(result) -> None:
    """Section 10: there is a verdict, and a reason for it exactly when it is UNDETERMINED."""
    if not result.verdict or not result.undetermined_reason:
        raise NotAuthentic("the reply's verdict is not set")
    if (result.verdict == _UNDETERMINED) == (result.undetermined_reason == _NOT_APPLICABLE):
        raise NotAuthentic("the reply's verdict and its reason do not fit")


def _check_capture(body) -> None:
    """Section 21."""
    if len(body.capture_id) != 16 or len(body.nonce) != 32 or not body.turn:
        raise NotAuthentic("the reply begins no capture")


def may_retry(reason: int) -> bool:
    return reason in REASONS and REASONS[reason]["mayRetry"]
