"""TLS 1.3 with ALPN and the channel binding of RFC 9266 (section 1)."""

import select
import socket
import time
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from OpenSSL import SSL, crypto

from passgate_client import chains
from passgate_client.errors import ConnectionLost, NotAuthentic, ProfileError

PLATFORM = b"passgate/1"
SIGNING = b"passgate-signing/1"
SECONDS = 20.0
_CHUNK = 16_384


@dataclass(frozen=True)
class Endpoint:
    """Where to connect, whom to expect there, and what to show."""

    host: str
    port: int
    server_name: str
    root: x509.Certificate
    certificate: Path | None = None
    key: Path | None = None


class Channel:
    """A TLS connection whose peer has been verified. Reads and writes end after `timeout` seconds."""

    def __init__(self, endpoint: Endpoint, alpn: bytes, purpose: chains.Purpose):
        self.timeout = SECONDS
        try:
            self._socket = socket.create_connection((endpoint.host, endpoint.port), SECONDS)
        except OSError as error:
            raise ConnectionLost(f"{endpoint.host}:{endpoint.port}: {error}") from error
        try:
            self._tls = SSL.Connection(_context(endpoint, alpn), self._socket)
            self._handshake(endpoint, alpn, purpose)
        except BaseException:
            self._socket.close()
            raise

    def _handshake(self, endpoint: Endpoint, alpn: bytes, purpose: chains.Purpose) -> None:
        self._tls.set_connect_state()
        if not _is_address(endpoint.server_name):
            self._tls.set_tlsext_host_name(endpoint.server_name.encode("ascii"))
        self._retry(self._tls.do_handshake)
        if self._tls.get_alpn_proto_negotiated() != alpn:
            raise NotAuthentic("the server did not agree on the protocol")
        sent = self._tls.get_peer_cert_chain(as_cryptography=True) or []
        chain = [certificate for certificate in sent if certificate != endpoint.root]
        chains.verify(chain, endpoint.root, purpose)
        if not chains.names(chain[0], endpoint.server_name):
            raise NotAuthentic(f"the server's certificate is not for {endpoint.server_name}")
        self.binding = self._tls.export_keying_material(b"EXPORTER-Channel-Binding", 32, b"")

    def send(self, data: bytes) -> None:
        while data:
            sent = self._retry(self._tls.send, data[:_CHUNK])
            data = data[sent:]

    def receive(self, count: int) -> bytes:
        """Exactly `count` bytes."""
        parts = []
        while count:
            parts.append(self._retry(self._tls.recv, min(count, _CHUNK)))
            count -= len(parts[-1])
        return b"".join(parts)

    def close(self) -> None:
        try:
            self._tls.shutdown()
        except SSL.Error:
            pass  # the peer has gone already
        self._socket.close()

    def _retry(self, operation, *arguments):
        """Repeats an operation of TLS until it need not wait for the socket."""
        deadline = time.monotonic() + self.timeout
        while True:
            try:
                return operation(*arguments)
            except SSL.WantReadError:
                self._wait(select.POLLIN, deadline)
            except SSL.WantWriteError:
                self._wait(select.POLLOUT, deadline)
            except (SSL.ZeroReturnError, SSL.SysCallError) as error:
                raise ConnectionLost("the server closed the connection") from error
            except SSL.Error as error:
                raise NotAuthentic(f"TLS failed: {_reasons(error)}") from error

    def _wait(self, events: int, deadline: float) -> None:
        poll = select.poll()
        poll.register(self._socket, events)
        if not poll.poll(max(0.0, deadline - time.monotonic()) * 1000):
            raise ConnectionLost("the server did not answer in time")


def _context(endpoint: Endpoint, alpn: bytes) -> SSL.Context:
    context = SSL.Context(SSL.TLS_CLIENT_METHOD)
    context.set_min_proto_version(SSL.TLS1_3_VERSION)
    context.set_alpn_protos([alpn])
    context.get_cert_store().add_cert(crypto.X509.from_cryptography(endpoint.root))
    context.set_verify(SSL.VERIFY_PEER)
    if endpoint.certificate:
        try:
            context.use_certificate_chain_file(str(endpoint.certificate))
            context.use_privatekey_file(str(endpoint.key))
            context.check_privatekey()
        except SSL.Error as error:
            raise ProfileError(f"{endpoint.certificate}, {endpoint.key}: {_reasons(error)}") from error
    return context


def _reasons(error: SSL.Error) -> str:
    return "; ".join(entry[-1] for entry in error.args[0]) if error.args else "no reason given"


def _is_address(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True
