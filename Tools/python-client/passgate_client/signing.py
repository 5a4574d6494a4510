"""Who signs requests: a key file, a command, or a signing server (section 11)."""

import shlex
import subprocess
import tempfile
from abc import ABC, abstractmethod
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from passgate_client import chains, envelope, keys
from passgate_client.connection import Connection
from passgate_client.errors import NotAuthentic, ProfileError, ProtocolError, SignerRefused
from passgate_client.keys import PrivateKey, PublicKey
from passgate_client.messages import GetCertificate, SigningCall, SignRequests, reason_name
from passgate_client.tls import SIGNING, Channel, Endpoint


class Signer(ABC):
    """Signs requests with the key `public`."""

    public: PublicKey

    @abstractmethod
    def sign_headers(self, headers: list[bytes]) -> list:
        """Signatures in the order of the headers, all of one tree."""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        return None


class KeySigner(Signer):
    def __init__(self, key: PrivateKey):
        self.public = key.public
        self._key = key

    def sign_headers(self, headers: list[bytes]) -> list:
        hash_ = keys.hash_of(self.public.algorithm)
        return envelope.sign_tree(hash_, envelope.REQUEST, headers, self._key.sign)


class CommandSigner(Signer):
    """A command that reads a statement and writes its signature, as `openssl dgst -sha256 -sign FILE` does."""

    def __init__(self, public: PublicKey, command: str):
        self.public = public
        self._command = shlex.split(command)

    def sign_headers(self, headers: list[bytes]) -> list:
        hash_ = keys.hash_of(self.public.algorithm)
        return envelope.sign_tree(hash_, envelope.REQUEST, headers, self._sign)

    def _sign(self, statement: bytes) -> bytes:
        try:
            value = subprocess.run(self._command, input=statement, stdout=subprocess.PIPE, check=True).stdout
        except (OSError, subprocess.CalledProcessError) as error:
            raise SignerRefused(f"the signing command failed: {error}") from error
        self.public.verify(value, statement)
        return value


@dataclass(frozen=True)
class CheckedKey(PublicKey):
    """A key whose signatures a command must find good too.

    The command reads the statement; in its words `{key}` stands for a file with the public key (PEM), `{signature}` for
    one with the signature, `{algorithm}` for the algorithm's name. It exits 0 when the signature is good.
    """

    command: str

    def verify(self, value: bytes, statement: bytes) -> None:
        super().verify(value, statement)
        if not self.finds_good(value, statement):
            raise NotAuthentic("the verifying command finds the signature wrong")

    @cache  # asked once for all replies of one signature
    def finds_good(self, value: bytes, statement: bytes) -> bool:
        with tempfile.TemporaryDirectory() as folder:
            key, signature = Path(folder, "key.pem"), Path(folder, "signature")
            key.write_bytes(keys.pem(self))
            signature.write_bytes(value)
            places = {"key": key, "signature": signature, "algorithm": keys.NAMES[self.algorithm]}
            words = [word.format_map(places) for word in shlex.split(self.command)]
            try:
                checked = subprocess.run(words, input=statement, capture_output=True, check=False)
            except OSError as error:
                raise ProfileError(f"the verifying command failed: {error}") from error
            return checked.returncode == 0


class SigningServer(Signer):
    """The tenant's signing server, over mutual TLS."""

    def __init__(self, endpoint: Endpoint, tenant: str, deployment: int, key_id: str | None):
        """Without a key id the key is the one that the server says is the tenant's for now."""
        self._connection = Connection(Channel(endpoint, SIGNING, chains.Purpose.SIGNER_TLS), _refuse_reply_keys)
        try:
            self.public = self._public_key(bytes.fromhex(key_id or self._current(tenant, deployment)))
        except BaseException:
            self._connection.close()
            raise

    def sign_headers(self, headers: list[bytes]) -> list:
        reply = self._call(SigningCall(sign_requests=SignRequests(headers=headers)), "signed")
        signatures = list(reply.signed.signatures)
        if len(signatures) != len(headers):
            raise ProtocolError("the signing server returned another number of signatures")
        for header, signature in zip(headers, signatures, strict=True):
            envelope.verify(self.public, envelope.REQUEST, header, signature)
        return signatures

    def health(self):
        return self._call(SigningCall(health={}), "health").health

    def __exit__(self, *_):
        self._connection.close()

    def _current(self, tenant: str, deployment: int) -> str:
        for key in self._call(SigningCall(list_keys={}), "keys").keys.keys:
            if key.current and (key.tenant_id, key.deployment) == (tenant, deployment):
                return key.key_id.hex()
        raise SignerRefused("the signing server has no key for this tenant and deployment now")

    def _public_key(self, key_id: bytes) -> PublicKey:
        reply = self._call(SigningCall(get_certificate=GetCertificate(key_id=key_id)), "certificate")
        certificate = chains.load(reply.certificate.certificate)
        public = PublicKey(chains.public_key(certificate), reply.certificate.algorithm)
        if public.key_id != key_id:
            raise NotAuthentic("the signing server returned the certificate of another key")
        return public

    def _call(self, call, expected: str):
        reply = self._connection.answer(self._connection.call("signing_call", call)).answer
        if (reply.status == 0) != (reply.WhichOneof("kind") is not None):
            raise ProtocolError("the signing server returned a result and a refusal, or neither")
        if reply.status:
            raise SignerRefused(f"{reason_name(reply.reason)}: {reply.detail}")
        if reply.WhichOneof("kind") != expected:
            raise ProtocolError("the signing server returned another result than was asked for")
        return reply


def _refuse_reply_keys(hello):
    if hello.reply_keys:
        raise ProtocolError("a signing server has no reply keys")
    return hello
