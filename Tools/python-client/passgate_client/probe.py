"""Requests that are wrong on purpose, one rule each, and the answer that section 8 gives to it.

A case changes a request before it is signed, after it, or sends it where or when it must not be sent. Each case
has connections of its own. A signing server refuses most of what is wrong before signing, as section 11 says.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from passgate_client import changes, frames, keys, messages
from passgate_client.client import Platform, identity_request, sign
from passgate_client.errors import ConnectionLost, PassgateError, SignerRefused
from passgate_client.messages import Frame, IdentityClaim, Signature, enum_number
from passgate_client.profile import Profile
from passgate_client.requests import Draft, SignedRequest
from passgate_client.signing import KeySigner, Signer

WINDOW = 4096


@dataclass
class Probe:
    """A connection for one case, with what is needed to make requests on it."""

    profile: Profile
    signer: Signer
    platform: Platform

    def draft(self) -> Draft:
        """A check of a document that is on nobody's record."""
        claim = IdentityClaim(
            document_type=enum_number("DocumentType", "PERMIT"),
            number="H00000001",
            name="CHAN, TAI MAN",
            birth_date="1985-03-09",
        )
        fields = {"deployment": self.profile.deployment, "tenant_id": self.profile.tenant}
        fields["scene_id"] = self.profile.scene
        return self.platform.draft(self.signer, messages.VERIFY_IDENTITY, identity_request(claim), **fields)

    def signed(self, draft: Draft | None = None) -> SignedRequest:
        return sign(self.signer, [draft or self.draft()])[0]

    def send(self, request: SignedRequest):
        return self.platform.receive(self.platform.send(request))

    def send_frame(self, data: bytes):
        """Sends bytes that break the connection, and waits for its end."""
        connection = self.platform.connection
        connection.channel.send(data)
        while True:
            connection.handle_next()


@dataclass(frozen=True)
class Case:
    expected: str  # the verdict, the reason of a refusal, or GoAway and its reason
    run: Callable[[Probe], object]


def run(name: str, profile: Profile, command: str | None = None) -> dict:
    """What came back in the case `name`; `command` signs where the profile's key does not."""
    case = CASES[name]
    expected = "SIGNER_REFUSED" if profile.has_signing_server and name in _SIGNER_REFUSES else case.expected
    outcome = {"case": name, "expected": expected, "status": "", "reason": "", "verdict": "", "replyVerified": False}
    try:
        with profile.signer(command) as signer, Platform(profile.platform()) as platform:
            reply = case.run(Probe(profile, signer, platform))
        outcome["status"] = messages.STATUS_NAMES[reply.header.status]
        outcome["reason"] = messages.reason_name(reply.header.reason)
        outcome["replyVerified"] = True
        if reply.accepted:
            outcome["verdict"] = messages.enum_name("Verdict", reply.body.result.verdict)
        else:
            outcome["field"] = reply.body.field
    except ConnectionLost as error:
        outcome["reason"] = f"GoAway {error.reason}"
        outcome["detail"] = str(error)
    except SignerRefused as error:
        outcome["reason"] = "SIGNER_REFUSED"
        outcome["detail"] = str(error)
    except PassgateError as error:
        outcome["detail"] = f"{type(error).__name__}: {error}"
    return {**outcome, "asExpected": expected in (outcome["reason"], outcome["verdict"])}


def _changed_after(change: Callable):
    def run_case(probe: Probe):
        signed = probe.signed()
        header = type(signed.header).FromString(signed.header_bytes)
        change(header)
        return probe.send(replace(signed, header=header, header_bytes=header.SerializeToString()))

    return run_case


def _changed_before(change: Callable):
    def run_case(probe: Probe):
        draft = probe.draft()
        change(draft.header)
        return probe.send(probe.signed(draft))

    return run_case


def _with_body(change: Callable[[object], None], suffix: bytes = b""):
    """A body that is signed as it is, but wrong."""

    def run_case(probe: Probe):
        draft = probe.draft()
        message = messages.request_class(messages.VERIFY_IDENTITY).FromString(draft.body)
        change(message)
        draft.set_body(message.SerializeToString() + suffix)
        return probe.send(probe.signed(draft))

    return run_case


def _with_signature(change: Callable[[object], None]):
    """The first of two requests under one signature, the signature changed."""

    def run_case(probe: Probe):
        signed = sign(probe.signer, [probe.draft(), probe.draft()])[0]
        signature = Signature()
        signature.CopyFrom(signed.signature)
        change(signature)
        return probe.send(replace(signed, signature=signature))

    return run_case


def _with_header_suffix(suffix: bytes):
    """A header that does not decode, signed as it is."""

    def run_case(probe: Probe):
        draft = probe.draft()
        header = draft.header.SerializeToString() + suffix
        [signature] = probe.signer.sign_headers([header])
        return probe.send(SignedRequest(draft.header, header, draft.body, signature))

    return run_case


def _with_frame(data: bytes):
    return lambda probe: probe.send_frame(data)


def _valid(probe: Probe):
    return probe.send(probe.signed())


def _body_changed_after(probe: Probe):
    signed = probe.signed()
    body = signed.body.replace(b"CHAN", b"CHEN")
    return probe.send(replace(signed, body=body))


def _same_request_twice(probe: Probe):
    signed = probe.signed()
    probe.send(signed)
    return probe.send(signed)


def _on_another_connection(probe: Probe):
    with Platform(probe.profile.platform()) as other:
        return other.receive(other.send(probe.signed()))


def _sequence_replayed(probe: Probe):
    used = probe.signed()
    probe.send(used)
    draft = probe.draft()
    draft.header.sequence = used.header.sequence
    return probe.send(probe.signed(draft))


def _sequence_below_window(probe: Probe):
    early = probe.draft()
    late = probe.draft()
    late.header.sequence = early.header.sequence + WINDOW + 1
    probe.send(probe.signed(late))
    return probe.send(probe.signed(early))


def _unknown_key(probe: Probe):
    probe.signer = KeySigner(keys.new_key(probe.signer.public.algorithm))
    return probe.send(probe.signed())


def _key_of_another(probe: Probe):
    """The header names the registered key, another key signs."""
    draft = probe.draft()
    return probe.send(sign(KeySigner(keys.new_key(probe.signer.public.algorithm)), [draft])[0])


def _call_id_not_rising(probe: Probe):
    signed = probe.signed()
    call_id = probe.platform.send(signed)
    probe.platform.receive(call_id)
    return probe.send_frame(frames.encode(Frame(call_id=call_id, request=signed.message())))


CASES = {
    "valid": Case("INCONSISTENT", _valid),
    # altered after signing
    "deployment-altered": Case("WRONG_DEPLOYMENT", _changed_after(changes.other_deployment)),
    "tenant-altered": Case("NOT_AUTHENTIC", _changed_after(changes.other_tenant)),
    "key-id-altered": Case("NOT_AUTHENTIC", _changed_after(changes.other_key_id)),
    "algorithm-altered": Case("NOT_AUTHENTIC", _changed_after(changes.other_algorithm)),
    "method-altered": Case("NOT_AUTHENTIC", _changed_after(changes.other_method)),
    "scene-altered": Case("NOT_AUTHENTIC", _changed_after(changes.other_scene)),
    "created-altered": Case("NOT_AUTHENTIC", _changed_after(changes.later)),
    "timeout-altered": Case("NOT_AUTHENTIC", _changed_after(changes.other_timeout)),
    "channel-binding-altered": Case("WRONG_CHANNEL", _changed_after(changes.other_binding)),
    "sequence-altered": Case("NOT_AUTHENTIC", _changed_after(changes.next_sequence)),
    "body-digest-altered": Case("NOT_AUTHENTIC", _changed_after(changes.other_body_digest)),
    "trace-id-altered": Case("NOT_AUTHENTIC", _changed_after(changes.other_trace)),
    "body-altered": Case("NOT_AUTHENTIC", _body_changed_after),
    "signature-altered": Case("NOT_AUTHENTIC", _with_signature(changes.other_value)),
    "leaf-index-altered": Case("NOT_AUTHENTIC", _with_signature(changes.other_leaf_index)),
    "path-altered": Case("NOT_AUTHENTIC", _with_signature(changes.other_path)),
    "path-missing": Case("NOT_AUTHENTIC", _with_signature(changes.no_path)),
    "path-longer": Case("NOT_AUTHENTIC", _with_signature(changes.longer_path)),
    "tree-size-altered": Case("NOT_AUTHENTIC", _with_signature(changes.other_tree_size)),
    # signed as they are
    "wrong-deployment": Case("WRONG_DEPLOYMENT", _changed_before(changes.other_deployment)),
    "unknown-tenant": Case("NOT_AUTHENTIC", _changed_before(changes.other_tenant)),
    "unknown-key": Case("NOT_AUTHENTIC", _unknown_key),
    "key-of-another": Case("NOT_AUTHENTIC", _key_of_another),
    "wrong-algorithm": Case("NOT_AUTHENTIC", _changed_before(changes.other_algorithm)),
    "unknown-method": Case("UNKNOWN_METHOD", _changed_before(changes.unknown_method)),
    "officers-method": Case("NOT_PERMITTED", _changed_before(changes.officers_method)),
    "scene-not-agreed": Case("SCENE_NOT_AGREED", _changed_before(changes.other_scene)),
    "created-too-early": Case("CLOCK_SKEW", _changed_before(changes.hour_ago)),
    "created-too-late": Case("CLOCK_SKEW", _changed_before(changes.in_an_hour)),
    "wrong-channel-binding": Case("WRONG_CHANNEL", _changed_before(changes.other_binding)),
    "sequence-replayed": Case("SEQUENCE_USED", _sequence_replayed),
    "sequence-below-window": Case("SEQUENCE_USED", _sequence_below_window),
    "same-request-twice": Case("SEQUENCE_USED", _same_request_twice),
    "on-another-connection": Case("WRONG_CHANNEL", _on_another_connection),
    # bodies
    "impossible-date": Case("MALFORMED_BODY", _with_body(changes.impossible_date)),
    "short-salt": Case("MALFORMED_BODY", _with_body(changes.short_salt)),
    "unknown-field-in-body": Case("MALFORMED_BODY", _with_body(changes.nothing, changes.UNKNOWN_FIELD)),
    "body-too-large": Case("BODY_TOO_LARGE", _with_body(changes.long_name)),
    # what does not decode
    "unknown-field-in-header": Case("GoAway PROTOCOL_ERROR", _with_header_suffix(changes.UNKNOWN_FIELD)),
    "field-twice-in-header": Case("GoAway PROTOCOL_ERROR", _with_header_suffix(changes.SECOND_DEPLOYMENT)),
    "wrong-wire-type-in-header": Case("GoAway PROTOCOL_ERROR", _with_header_suffix(changes.WRONG_WIRE_TYPE)),
    "header-too-long": Case("GoAway PROTOCOL_ERROR", _with_header_suffix(changes.TOO_LONG)),
    "call-id-not-rising": Case("GoAway PROTOCOL_ERROR", _call_id_not_rising),
    "cancel-of-no-call": Case("GoAway PROTOCOL_ERROR", _with_frame(frames.encode(Frame(call_id=9, cancel={})))),
    "frame-of-the-server": Case("GoAway PROTOCOL_ERROR", _with_frame(frames.encode(Frame(hello={})))),
    "frame-of-length-zero": Case("GoAway PROTOCOL_ERROR", _with_frame(bytes(4))),
    "frame-too-large": Case("GoAway FRAME_TOO_LARGE", _with_frame(b"\xff\xff\xff\xff")),
}

_SIGNER_REFUSES = {
    "wrong-deployment",
    "unknown-tenant",
    "wrong-algorithm",
    "unknown-method",
    "officers-method",
    "scene-not-agreed",
    "created-too-early",
    "created-too-late",
    "unknown-field-in-header",
    "field-twice-in-header",
    "wrong-wire-type-in-header",
}
