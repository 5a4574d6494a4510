"""Certificates and their chains (section 12)."""

from datetime import UTC, datetime
from enum import Enum
from ipaddress import ip_address

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, ExtensionOID

from passgate_client import der
from passgate_client.errors import NotAuthentic

MAX_CERTIFICATE = 16_384
MAX_INTERMEDIATES = 2
STRENGTH = 112

_ARC = "2.25.194298524302130093538031510570229746431"
_UNDERSTOOD = {
    ExtensionOID.BASIC_CONSTRAINTS,
    ExtensionOID.KEY_USAGE,
    ExtensionOID.EXTENDED_KEY_USAGE,
    ExtensionOID.SUBJECT_ALTERNATIVE_NAME,
}


class Purpose(Enum):
    """What the extendedKeyUsage of a leaf holds."""

    SERVER_TLS = frozenset({ExtendedKeyUsageOID.SERVER_AUTH.dotted_string, f"{_ARC}.1"})
    REPLY_SIGNING = frozenset({f"{_ARC}.2"})
    SIGNER_TLS = frozenset({ExtendedKeyUsageOID.SERVER_AUTH.dotted_string, f"{_ARC}.6"})


def load(encoded: bytes) -> x509.Certificate:
    if len(encoded) > MAX_CERTIFICATE:
        raise NotAuthentic("a certificate is too long")
    try:
        return x509.load_der_x509_certificate(encoded)
    except (ValueError, x509.InvalidVersion) as error:
        raise NotAuthentic(f"a certificate cannot be read: {error}") from error


def public_key(certificate: x509.Certificate) -> bytes:
    """The SubjectPublicKeyInfo as it stands in the certificate."""
    return der.certificate_public_key(certificate.tbs_certificate_bytes)


def verify(
    chain: list[x509.Certificate], root: x509.Certificate, purpose: Purpose, now: datetime | None = None
) -> None:
    """NotAuthentic unless the chain, the leaf first and without the root, leads to the root for the purpose."""
    if not 1 <= len(chain) <= 1 + MAX_INTERMEDIATES:
        raise NotAuthentic("the chain has no or too many certificates")
    now = now or datetime.now(UTC)
    try:
        _check_certificate(chain[0], now)
        _check_leaf(chain[0], purpose)
        issuers = [*chain[1:], root]
        for below, (subject, issuer) in enumerate(zip(chain, issuers, strict=True)):
            _check_certificate(issuer, now)
            _check_issuer(issuer, below)
            subject.verify_directly_issued_by(issuer)
        _check_strength(chain, issuers)
    except x509.ExtensionNotFound as error:
        raise NotAuthentic(f"a certificate lacks extension {error.oid.dotted_string}") from error
    except InvalidSignature as error:
        raise NotAuthentic("a certificate's signature does not verify") from error
    except (ValueError, TypeError, UnsupportedAlgorithm, x509.InvalidVersion, x509.DuplicateExtension) as error:
        raise NotAuthentic(f"the chain cannot be verified: {error}") from error


def _check_certificate(certificate: x509.Certificate, now: datetime) -> None:
    if certificate.version != x509.Version.v3:
        raise NotAuthentic("a certificate is not of version 3")
    if not certificate.not_valid_before_utc <= now.replace(microsecond=0) <= certificate.not_valid_after_utc:
        raise NotAuthentic("a certificate is not valid at this time")
    for extension in certificate.extensions:
        if extension.critical and extension.oid not in _UNDERSTOOD:
            raise NotAuthentic("a certificate has a critical extension that is not understood")


def _check_leaf(leaf: x509.Certificate, purpose: Purpose) -> None:
    extensions = leaf.extensions
    if extensions.get_extension_for_class(x509.BasicConstraints).value.ca:
        raise NotAuthentic("the leaf is a CA")
    if not extensions.get_extension_for_class(x509.KeyUsage).value.digital_signature:
        raise NotAuthentic("the leaf's key is not for signatures")
    usages = extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    if {usage.dotted_string for usage in usages} != purpose.value:
        raise NotAuthentic("the leaf has another purpose")


def _check_issuer(issuer: x509.Certificate, issuers_below: int) -> None:
    constraints = issuer.extensions.get_extension_for_class(x509.BasicConstraints).value
    if not constraints.ca or not issuer.extensions.get_extension_for_class(x509.KeyUsage).value.key_cert_sign:
        raise NotAuthentic("an issuer is no CA")
    if constraints.path_length is not None and issuers_below > constraints.path_length:
        raise NotAuthentic("a CA may not stand this high in a chain")


def _check_strength(chain: list[x509.Certificate], issuers: list[x509.Certificate]) -> None:
    """Keys of issuers and hashes; the leaf's own key is checked where it is used."""
    for subject in chain:
        hash_ = subject.signature_hash_algorithm  # none for Ed25519
        if hash_ is not None and hash_.digest_size * 4 < STRENGTH:
            raise NotAuthentic("a certificate is signed with a weak hash")
    for issuer in issuers:
        key = issuer.public_key()
        strong = (
            isinstance(key, ed25519.Ed25519PublicKey)
            or (isinstance(key, ec.EllipticCurvePublicKey) and key.key_size >= 2 * STRENGTH)
            or (isinstance(key, rsa.RSAPublicKey) and key.key_size >= 2048)
        )
        if not strong:
            raise NotAuthentic("an issuer's key is weak")


def names(certificate: x509.Certificate, name: str) -> bool:
    """Whether the certificate names a DNS name or an IP address."""
    try:
        alternatives = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return False
    try:
        return ip_address(name) in alternatives.get_values_for_type(x509.IPAddress)
    except ValueError:
        held = alternatives.get_values_for_type(x509.DNSName)
        return name.lower() in (other.lower() for other in held)
