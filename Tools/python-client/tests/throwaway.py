"""A CA for one test, with the profiles of section 12."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from passgate_client import der, keys
from passgate_client.chains import Purpose

NOW = datetime.now(UTC).replace(microsecond=0)
DAY = timedelta(days=1)
CLIENT_AUTH = "1.3.6.1.5.5.7.3.2"
_ECDSA_WITH_SHA1 = bytes.fromhex("300906072a8648ce3d0401")
_ECDSA_WITH_SHA256 = bytes.fromhex("300a06082a8648ce3d040302")
ARC = "2.25.194298524302130093538031510570229746431"
TENANT_MOBILE = frozenset({CLIENT_AUTH, f"{ARC}.3"})
APPLICATION_TLS = frozenset({CLIENT_AUTH, f"{ARC}.7"})


@dataclass(frozen=True)
class Certified:
    certificate: x509.Certificate
    key: keys.PrivateKey

    @property
    def encoded(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.DER)

    @property
    def pem(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.PEM)


def certify(
    usages: frozenset[str] = frozenset(),
    issuer: Certified | None = None,
    *,
    ca: bool = False,
    path_length: int | None = None,
    name: str = "leaf",
    names: tuple[str, ...] = (),
    begin: datetime = NOW - DAY,
    end: datetime = NOW + DAY,
    digital_signature: bool | None = None,
    critical: bool = False,
    key: keys.PrivateKey | None = None,
) -> Certified:
    """A certificate with a P-256 key, unless another is given; without an issuer it is a root."""
    key = key or keys.new_key(keys.ECDSA_P256)
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.certificate.subject if issuer else subject)
        .public_key(key.secret.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begin)
        .not_valid_after(end)
        .add_extension(x509.BasicConstraints(ca, path_length), True)
        .add_extension(_key_usage(not ca if digital_signature is None else digital_signature, ca), True)
    )
    if usages:
        purposes = [x509.ObjectIdentifier(usage) for usage in sorted(usages)]
        builder = builder.add_extension(x509.ExtendedKeyUsage(purposes), False)
    if names:
        builder = builder.add_extension(x509.SubjectAlternativeName([_general(name) for name in names]), False)
    if critical:
        unknown = x509.UnrecognizedExtension(x509.ObjectIdentifier("2.25.1"), b"\x05\x00")
        builder = builder.add_extension(unknown, True)
    return Certified(builder.sign((issuer.key if issuer else key).secret, hashes.SHA256()), key)


def _general(name: str) -> x509.GeneralName:
    return x509.IPAddress(ip_address(name)) if name[0].isdigit() else x509.DNSName(name)


def _key_usage(signature: bool, ca: bool) -> x509.KeyUsage:
    return x509.KeyUsage(signature, not signature and not ca, False, False, False, ca, ca, False, False)


class Authority:
    """A root and its issuing CA."""

    def __init__(self):
        self.root = certify(ca=True, name="root")
        self.issuing = certify(issuer=self.root, ca=True, path_length=0, name="issuing")

    def leaf(self, usages: frozenset[str] | Purpose, **options) -> Certified:
        usages = usages.value if isinstance(usages, Purpose) else usages
        return certify(usages, self.issuing, **options)

    def sm2_leaf(self, usages: Purpose, **options) -> tuple[bytes, keys.PrivateKey]:
        """A certificate of an SM2 key, which `cryptography` cannot make: the key takes a P-256 key's place."""
        leaf = self.leaf(usages, **options)
        key = keys.new_key(keys.SM2)
        return self._resigned(leaf, leaf.key.public.spki, key.public.spki, hashes.SHA256()), key

    def sha1_leaf(self, usages: Purpose) -> bytes:
        """A certificate signed with SHA-1, which `cryptography` does not make either."""
        return self._resigned(self.leaf(usages), _ECDSA_WITH_SHA256, _ECDSA_WITH_SHA1, hashes.SHA1())

    def _resigned(self, leaf: Certified, old: bytes, new: bytes, hash_: hashes.HashAlgorithm) -> bytes:
        """The leaf with one of its fields, and its signature's algorithm, replaced."""
        fields = der.elements(der.only(leaf.certificate.tbs_certificate_bytes, der.SEQUENCE).content)
        tbs = _tagged(der.SEQUENCE, b"".join(new if field.encoded == old else field.encoded for field in fields))
        signature = self.issuing.key.secret.sign(tbs, ec.ECDSA(hash_))
        algorithm = new if old == _ECDSA_WITH_SHA256 else _ECDSA_WITH_SHA256
        return _tagged(der.SEQUENCE, tbs + algorithm + _tagged(3, b"\x00" + signature))


def _tagged(tag: int, content: bytes) -> bytes:
    length = len(content)
    if length < 0x80:
        return bytes([tag, length]) + content
    size = (length.bit_length() + 7) // 8
    return bytes([tag, 0x80 + size]) + length.to_bytes(size, "big") + content
