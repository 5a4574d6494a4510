"""Servers on loopback: as much of a platform and of a signing server as the client's tests need."""

import os
import socket
import threading

from cryptography.hazmat.primitives import serialization
from OpenSSL import SSL, crypto

from passgate_client import envelope, frames, keys, merkle, messages
from passgate_client.errors import PassgateError
from passgate_client.messages import Frame, Request, RequestHeader, Response, ResponseHeader, Signature
from passgate_client.tls import PLATFORM, SIGNING
from tests.throwaway import Authority, Certified


class FakeServer:
    """Accepts connections one after another and answers frames with `answer`."""

    alpn = PLATFORM

    def __init__(self, authority: Authority, tls: Certified):
        self.authority = authority
        self.bindings: list[bytes] = []
        self.received: list = []
        self._context = self._make_context(tls)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        self._listener.close()

    def _make_context(self, tls: Certified) -> SSL.Context:
        context = SSL.Context(SSL.TLS_SERVER_METHOD)
        context.use_certificate(tls.certificate)
        context.add_extra_chain_cert(self.authority.issuing.certificate)
        context.use_privatekey(tls.key.secret)
        context.set_alpn_select_callback(
            lambda _, offered: self.alpn if self.alpn in offered else SSL.NO_OVERLAPPING_PROTOCOLS
        )
        context.get_cert_store().add_cert(crypto.X509.from_cryptography(self.authority.root.certificate))
        return context

    def _serve(self) -> None:
        while True:
            try:
                accepted, _ = self._listener.accept()
            except OSError:
                return
            with accepted:
                try:
                    self._talk(accepted)
                except (SSL.Error, PassgateError):
                    pass  # the client has gone, or was meant to break something

    def _talk(self, accepted: socket.socket) -> None:
        tls = SSL.Connection(self._context, accepted)
        tls.set_accept_state()
        tls.do_handshake()
        self.bindings.append(tls.export_keying_material(b"EXPORTER-Channel-Binding", 32, b""))
        for frame in self.greeting():
            tls.sendall(frames.encode(frame))
        while True:
            frame = frames.read(lambda count: _exactly(tls, count))
            self.received.append(frame)
            for answer in self.answer(frame):
                tls.sendall(frames.encode(answer))

    def greeting(self) -> list:
        raise NotImplementedError

    def answer(self, frame) -> list:
        raise NotImplementedError


def _exactly(tls: SSL.Connection, count: int) -> bytes:
    data = b""
    while len(data) < count:
        data += tls.recv(count - len(data))
    return data


class FakePlatform(FakeServer):
    """Answers every check with `verdict`; `before` are frames that come before each answer."""

    def __init__(self, authority: Authority, tls: Certified, reply: Certified):
        self.reply = reply
        self.before: list = []
        self.refuse_with: tuple[int, int] | None = None
        self.tamper = False
        self.verdict = 1
        super().__init__(authority, tls)

    def hello(self, reply: Certified | None = None):
        chain = [(reply or self.reply).encoded, self.authority.issuing.encoded]
        entry = {"state": 1, "algorithm": keys.ECDSA_P256, "certificates": chain}
        return Frame(hello={"protocol": 1, "reply_keys": [entry]})

    def greeting(self) -> list:
        return [self.hello()]

    def answer(self, frame) -> list:
        if frame.WhichOneof("kind") != "request":
            return []
        return [*self.before, Frame(call_id=frame.call_id, response=self._response(frame.request))]

    def _response(self, request: Request) -> Response:
        asked = RequestHeader.FromString(request.header)
        status, reason = self.refuse_with or (0, 0)
        body = self._body(asked.method, request.body) if not status else _refusal()
        header = ResponseHeader(
            deployment=asked.deployment,
            tenant_id=asked.tenant_id,
            key_id=self.reply.key.public.key_id,
            algorithm=keys.ECDSA_P256,
            request_digest=merkle.leaf(keys.hash_of(asked.algorithm), envelope.REQUEST, request.header),
            status=status,
            reason=reason,
            created_ms=1,
            body_digest=keys.sha256(body),
        ).SerializeToString()
        [signature] = envelope.sign_tree(keys.sha256, envelope.RESPONSE, [header], self.reply.key.sign)
        return Response(header=header, body=body + b"\x00" * self.tamper, signature=signature)

    def _body(self, method: str, body: bytes) -> bytes:
        verdict = {"verdict": self.verdict, "undetermined_reason": 1}
        fields = {
            messages.VERIFY_IDENTITY: {"result": verdict, "rule_set": "names-1"},
            messages.START_CAPTURE: {"capture_id": b"c" * 16, "nonce": b"n" * 32, "turn": 2, "expires_ms": 1},
            messages.VERIFY_PORTRAIT: {"result": verdict, "presentation_attack_check": 1},
            messages.HEALTH_CHECK: {"status": 1, "deployment": 1, "software": "fake"},
        }
        if method == messages.VERIFY_BATCH:
            claims = messages.request_class(method).FromString(body).claims
            fields[method] = {"results": [verdict] * len(claims), "rule_set": "names-1"}
        return messages.reply_class(method)(salt=os.urandom(16), **fields[method]).SerializeToString()


def _refusal() -> bytes:
    return messages.Refusal(salt=os.urandom(16), remedy="Ask again.", field="scene_id").SerializeToString()


class FakeSigningServer(FakeServer):
    """Signs every header, or refuses them; wants a client certificate."""

    alpn = SIGNING

    def __init__(self, authority: Authority, tls: Certified, signing: Certified):
        self.signing = signing
        self.refuse = self.forge = False
        super().__init__(authority, tls)

    def _make_context(self, tls: Certified) -> SSL.Context:
        context = super()._make_context(tls)
        context.set_verify(SSL.VERIFY_PEER | SSL.VERIFY_FAIL_IF_NO_PEER_CERT)
        return context

    def greeting(self) -> list:
        return [Frame(hello={"protocol": 1})]

    def answer(self, frame) -> list:
        kind = frame.signing_call.WhichOneof("kind")
        return [Frame(call_id=frame.call_id, signing_reply=self._reply(kind, frame.signing_call))] if kind else []

    def _reply(self, kind: str, call) -> dict:
        if self.refuse:
            return {"status": 7, "reason": 26, "detail": "header 0: scene"}
        if kind == "get_certificate":
            encoded = self.signing.certificate.public_bytes(serialization.Encoding.DER)
            return {"certificate": {"certificate": encoded, "algorithm": keys.ECDSA_P256}}
        if kind == "health":
            return {"health": {"software": "fake", "keys": 1}}
        headers = list(call.sign_requests.headers)
        signatures = envelope.sign_tree(keys.sha256, envelope.REQUEST, headers, self.signing.key.sign)
        return {"signed": {"signatures": [Signature()] * len(headers) if self.forge else signatures}}
