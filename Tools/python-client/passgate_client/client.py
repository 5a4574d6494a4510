"""A tenant's client: one connection to the platform and whoever signs for it."""

from passgate_client import chains, keys, messages, replies, requests
from passgate_client.connection import Connection
from passgate_client.errors import NotAuthentic
from passgate_client.keys import PublicKey
from passgate_client.profile import Profile
from passgate_client.replies import Reply, ReplyKeys
from passgate_client.requests import Draft, SignedRequest
from passgate_client.signing import KeySigner, Signer
from passgate_client.tls import PLATFORM, Channel, Endpoint


class Platform:
    """A connection to the platform."""

    def __init__(self, endpoint: Endpoint, reply_key=PublicKey):
        channel = Channel(endpoint, PLATFORM, chains.Purpose.SERVER_TLS)
        self.binding = channel.binding
        self._sequence = 0
        self._sent: dict[int, SignedRequest] = {}
        self.connection = Connection(channel, lambda hello: ReplyKeys(hello, endpoint.root, reply_key))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.connection.close()

    def draft(self, signer: Signer, method: str, message, **fields) -> Draft:
        """A request of this connection, not yet signed."""
        self._sequence += 1
        return requests.draft(
            message,
            method=method,
            key_id=signer.public.key_id,
            algorithm=signer.public.algorithm,
            channel_binding=self.binding,
            sequence=self._sequence,
            **fields,
        )

    def send(self, request: SignedRequest) -> int:
        call_id = self.connection.call("request", request.message())
        self._sent[call_id] = request
        return call_id

    def receive(self, call_id: int) -> Reply:
        """The reply of a call, when it has been accepted."""
        exchange = self.connection.answer(call_id)
        return replies.accept(exchange.answer, self._sent.pop(call_id), exchange.hellos)


def sign(signer: Signer, drafts: list[Draft]) -> list[SignedRequest]:
    """All drafts under one signature."""
    headers = [draft.header.SerializeToString() for draft in drafts]
    signatures = signer.sign_headers(headers)
    return [
        SignedRequest(draft.header, header, draft.body, signature)
        for draft, header, signature in zip(drafts, headers, signatures, strict=True)
    ]


def identity_request(claim):
    return messages.request_class(messages.VERIFY_IDENTITY)(salt=requests.salt(), claim=claim)


def verify_each(platform: Platform, signer: Signer, profile: Profile, scene: str, claims: list) -> list[Reply]:
    """One request for each claim, all signed as one tree and all under way at once."""
    fields = {"deployment": profile.deployment, "tenant_id": profile.tenant, "scene_id": scene}
    drafts = [platform.draft(signer, messages.VERIFY_IDENTITY, identity_request(claim), **fields) for claim in claims]
    return _answers(platform, sign(signer, drafts))


def verify_batch(platform: Platform, signer: Signer, profile: Profile, scene: str, claims: list) -> Reply:
    """All claims in one request."""
    fields = {"deployment": profile.deployment, "tenant_id": profile.tenant, "scene_id": scene}
    message = messages.request_class(messages.VERIFY_BATCH)(salt=requests.salt(), claims=claims)
    [reply] = _answers(platform, sign(signer, [platform.draft(signer, messages.VERIFY_BATCH, message, **fields)]))
    if reply.accepted and len(reply.body.results) != len(claims):
        raise NotAuthentic("the reply has another number of verdicts than the request has claims")
    return reply


def start_capture(platform: Platform, signer: Signer, profile: Profile, scene: str) -> Reply:
    """Begins a capture: which way to turn the head, and a nonce for a capture device."""
    fields = {"deployment": profile.deployment, "tenant_id": profile.tenant, "scene_id": scene}
    message = messages.request_class(messages.START_CAPTURE)(salt=requests.salt())
    [reply] = _answers(platform, sign(signer, [platform.draft(signer, messages.START_CAPTURE, message, **fields)]))
    return reply


def verify_portrait(
    platform: Platform, signer: Signer, profile: Profile, scene: str, claim, image: bytes, **more
) -> Reply:
    """The live picture against the portrait; `more` is reading_id, capture_id, frames, attestation of the request."""
    fields = {"deployment": profile.deployment, "tenant_id": profile.tenant, "scene_id": scene}
    message = messages.request_class(messages.VERIFY_PORTRAIT)(salt=requests.salt(), claim=claim, image=image, **more)
    [reply] = _answers(platform, sign(signer, [platform.draft(signer, messages.VERIFY_PORTRAIT, message, **fields)]))
    return reply


def health(platform: Platform, profile: Profile) -> Reply:
    """A self-declared call, with a key made for it."""
    signer = KeySigner(keys.new_key(keys.ECDSA_P256))
    message = messages.request_class(messages.HEALTH_CHECK)(salt=requests.salt())
    fields = {"deployment": profile.deployment, "tenant_id": "self", "public_key": signer.public.spki}
    [reply] = _answers(platform, sign(signer, [platform.draft(signer, messages.HEALTH_CHECK, message, **fields)]))
    return reply


def _answers(platform: Platform, signed: list[SignedRequest]) -> list[Reply]:
    return [platform.receive(call_id) for call_id in [platform.send(request) for request in signed]]
