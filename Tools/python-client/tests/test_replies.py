"""Section 7: a good reply is accepted, and none that differs from it in anything."""

import copy
import os
import unittest

from passgate_client import envelope, keys, messages, replies, requests
from passgate_client.chains import Purpose
from passgate_client.errors import NotAuthentic
from passgate_client.messages import Hello, Refusal, RequestHeader, Response, ResponseHeader
from passgate_client.replies import ReplyKeys
from passgate_client.requests import SignedRequest
from tests.throwaway import DAY, NOW, Authority

CONSISTENT, INCONSISTENT, UNDETERMINED = 1, 2, 3
NOT_APPLICABLE, SUPERSEDED = 1, 2


def identity_reply(verdict=CONSISTENT, reason=NOT_APPLICABLE, salt=16):
    result = {"verdict": verdict, "undetermined_reason": reason}
    kind = messages.reply_class(messages.VERIFY_IDENTITY)
    return kind(salt=os.urandom(salt), result=result, rule_set="names-1").SerializeToString()


class Replies(unittest.TestCase):
    algorithm = keys.ECDSA_P256

    def setUp(self):
        self.authority = Authority()
        certificate, self.key = self.certified()
        self.announced = self.hello(certificate)
        self.sent = self.request()

    def certified(self, usages=Purpose.REPLY_SIGNING, **options):
        leaf = self.authority.leaf(usages, **options)
        return leaf.encoded, leaf.key

    def hello(self, certificate: bytes, **changed) -> ReplyKeys:
        entry = {"state": 1, "algorithm": self.algorithm, "certificates": [certificate, self.authority.issuing.encoded]}
        return ReplyKeys(Hello(protocol=1, reply_keys=[{**entry, **changed}]), self.authority.root.certificate)

    def request(self) -> SignedRequest:
        key = keys.new_key(self.algorithm)
        message = messages.request_class(messages.VERIFY_IDENTITY)(salt=requests.salt())
        fields = {"deployment": 1, "tenant_id": "bank-a", "method": messages.VERIFY_IDENTITY, "sequence": 1}
        draft = requests.draft(message, key_id=key.public.key_id, algorithm=self.algorithm, **fields)
        header = draft.header.SerializeToString()
        [signature] = envelope.sign_tree(keys.hash_of(self.algorithm), envelope.REQUEST, [header], key.sign)
        return SignedRequest(draft.header, header, draft.body, signature)

    def header(self, body: bytes, **changed) -> ResponseHeader:
        fields = {
            "deployment": 1,
            "tenant_id": "bank-a",
            "key_id": self.key.public.key_id,
            "algorithm": self.algorithm,
            "request_digest": self.sent.leaf,
            "created_ms": requests.now_ms(),
            "body_digest": keys.hash_of(self.algorithm)(body),
        }
        return ResponseHeader(**{**fields, **changed})

    def response(self, body: bytes | None = None, suffix: bytes = b"", key=None, **changed) -> Response:
        """A reply signed as it is, whatever it says."""
        body = identity_reply() if body is None else body
        header = self.header(body, **changed).SerializeToString() + suffix
        others = [b"another header"] * 2
        sign = (key or self.key).sign
        tree = envelope.sign_tree(keys.hash_of(self.algorithm), envelope.RESPONSE, [header, *others], sign)
        return Response(header=header, body=body, signature=tree[0])

    def accept(self, response: Response, announced: ReplyKeys | None = None):
        return replies.accept(response, self.sent, [announced or self.announced])

    def refuse(self, response: Response, announced: ReplyKeys | None = None):
        with self.assertRaises(NotAuthentic):
            self.accept(response, announced)

    def test_a_good_reply(self):
        reply = self.accept(self.response())
        self.assertTrue(reply.accepted)
        self.assertEqual(reply.body.result.verdict, CONSISTENT)

    def test_a_refusal(self):
        refusal = Refusal(salt=os.urandom(16), field="claim.birth_date").SerializeToString()
        reply = self.accept(self.response(refusal, status=3, reason=1))
        self.assertFalse(reply.accepted)
        self.assertEqual(reply.body.field, "claim.birth_date")
        self.accept(self.response(refusal, status=9, reason=3, deployment=2))

    def test_a_reason_that_is_not_known(self):
        refusal = Refusal(salt=os.urandom(16)).SerializeToString()
        self.assertEqual(self.accept(self.response(refusal, status=7, reason=999)).header.reason, 999)

    def test_every_field_altered_after_signing(self):
        altered = {
            "deployment": 2,
            "tenant_id": "bank-b",
            "key_id": os.urandom(32),
            "algorithm": 2,
            "request_digest": os.urandom(32),
            "status": 7,
            "reason": 9,
            "created_ms": 1,
            "body_digest": os.urandom(32),
            "next_key_id": os.urandom(32),
        }
        self.assertEqual(set(altered), set(ResponseHeader.DESCRIPTOR.fields_by_name.keys()))
        for field, value in altered.items():
            response = self.response()
            header = ResponseHeader.FromString(response.header)
            setattr(header, field, value)
            response.header = header.SerializeToString()
            with self.subTest(field):
                self.refuse(response)

    def test_every_byte_altered(self):
        response = self.response()
        for part in ("header", "body"):
            good = getattr(response, part)
            for place in range(len(good)):
                changed = copy.deepcopy(response)
                setattr(changed, part, good[:place] + bytes([good[place] ^ 1]) + good[place + 1 :])
                self.refuse(changed)

    def test_signatures_altered(self):
        def other(**changed):
            response = self.response()
            for field, value in changed.items():
                if field == "path":
                    del response.signature.path[:]
                    response.signature.path.extend(value)
                else:
                    setattr(response.signature, field, value)
            return response

        path = list(self.response().signature.path)
        for changed in (
            {"value": b""},
            {"value": os.urandom(70)},
            {"tree_size": 4},
            {"tree_size": 1},
            {"leaf_index": 1},
            {"path": path[:1]},
            {"path": [*path, bytes(32)]},
            {"path": [bytes(32), path[1]]},
        ):
            with self.subTest(changed):
                self.refuse(other(**changed))

    def test_wrong_though_signed(self):
        refusal = Refusal(salt=os.urandom(16)).SerializeToString()
        for changed in (
            {"deployment": 2},
            {"deployment": 0},
            {"tenant_id": "bank-b"},
            {"tenant_id": ""},
            {"request_digest": os.urandom(32)},
            {"request_digest": b""},
            {"algorithm": 2},
            {"algorithm": 0},
            {"key_id": os.urandom(32)},
            {"body_digest": os.urandom(32)},
            {"suffix": b"\xa2\x06\x00"},
            {"suffix": b"\x08\x01"},
            {"body": refusal + b"\xa2\x06\x00", "status": 7, "reason": 9},
            {"body": refusal, "status": 17, "reason": 9},
            {"body": refusal, "status": 9, "reason": 3},
            {"body": identity_reply(), "status": 7, "reason": 9},
            {"body": b""},
            {"body": identity_reply(salt=15)},
            {"body": identity_reply(verdict=0)},
            {"body": identity_reply(reason=0)},
            {"body": identity_reply(reason=SUPERSEDED)},
            {"body": identity_reply(UNDETERMINED, NOT_APPLICABLE)},
        ):
            with self.subTest(changed):
                self.refuse(self.response(**changed))
        self.accept(self.response(identity_reply(UNDETERMINED, SUPERSEDED)))

    def test_certificates_of_another_purpose_or_time(self):
        for usages, options in (
            (Purpose.SERVER_TLS, {}),
            (Purpose.REPLY_SIGNING, {"end": NOW - DAY / 2}),
            (Purpose.REPLY_SIGNING, {"begin": NOW + DAY / 2}),
        ):
            certificate, self.key = self.certified(usages, **options)
            self.refuse(self.response(), self.hello(certificate))

    def test_another_key(self):
        self.refuse(self.response(key=keys.new_key(self.algorithm)))

    def test_chains_that_do_not_lead_to_the_root(self):
        good = self.response()
        stranger = Authority().root.encoded
        for changed in (
            {"certificates": []},
            {"certificates": [self.authority.issuing.encoded]},
            {"certificates": [stranger, self.authority.issuing.encoded]},
            {"certificates": [self.certified()[0], self.authority.issuing.encoded]},
            {"algorithm": 2},
        ):
            with self.subTest(changed):
                self.refuse(good, self.hello(self.certified()[0], **changed))

    def answer(self, method: str, **fields) -> Response:
        """What the platform says to another method than VerifyIdentity."""
        header = RequestHeader.FromString(self.sent.header_bytes)
        header.method = method
        self.sent = SignedRequest(header, header.SerializeToString(), self.sent.body, self.sent.signature)
        return self.response(messages.reply_class(method)(salt=os.urandom(16), **fields).SerializeToString())

    def test_portraits(self):
        said = {"verdict": UNDETERMINED, "undetermined_reason": 10}
        reply = self.accept(self.answer(messages.VERIFY_PORTRAIT, result=said, presentation_attack_check=3))
        self.assertEqual(messages.enum_name("UndeterminedReason", reply.body.result.undetermined_reason), "TOO_DARK")
        for fields in (
            {"result": said},
            {"presentation_attack_check": 1},
            {"result": {**said, "verdict": CONSISTENT}, "presentation_attack_check": 1},
        ):
            with self.subTest(fields):
                self.refuse(self.answer(messages.VERIFY_PORTRAIT, **fields))

    def test_captures(self):
        good = {"capture_id": b"c" * 16, "nonce": b"n" * 32, "turn": 1, "expires_ms": 1}
        self.assertEqual(self.accept(self.answer(messages.START_CAPTURE, **good)).body.turn, 1)
        for changed in ({"capture_id": b"c" * 15}, {"nonce": b""}, {"turn": 0}):
            with self.subTest(changed):
                self.refuse(self.answer(messages.START_CAPTURE, **{**good, **changed}))

    def test_a_former_hello_counts_for_calls_under_way(self):
        later = self.hello(self.certified()[0])
        replies.accept(self.response(), self.sent, [self.announced, later])
        with self.assertRaises(NotAuthentic):
            replies.accept(self.response(), self.sent, [later])


class RepliesWithSM2(Replies):
    algorithm = keys.SM2

    def certified(self, usages=Purpose.REPLY_SIGNING, **options):
        return self.authority.sm2_leaf(usages, **options)
