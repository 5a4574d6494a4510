"""Keys of the five algorithms of section 5."""

import base64
import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

import gmssl_pyx
from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from OpenSSL import crypto

from passgate_client import der
from passgate_client.errors import NotAuthentic, ProfileError
from passgate_client.merkle import Hash

ECDSA_P256, ED25519, RSA_PSS, RSA_PKCS1, SM2 = range(1, 6)
ALGORITHMS = {
    "ecdsa-p256-sha256": ECDSA_P256,
    "ed25519": ED25519,
    "rsa-pss-sha256": RSA_PSS,
    "rsa-pkcs1-sha256": RSA_PKCS1,
    "sm2-sm3": SM2,
}

NAMES = {number: name for name, number in ALGORITHMS.items()}

_SM2_KEY_PREFIX = bytes.fromhex("3059301306072a8648ce3d020106082a811ccf5501822d03420004")
_PRIVATE_KEY_BLOCK = re.compile(rb"-----BEGIN (?:EC )?PRIVATE KEY-----(?P<content>[^-]+)-----END")
_SM2_ID = b"1234567812345678"
_PADDING = {
    RSA_PSS: padding.PSS(mgf=padding.MGF1(hashes.SHA256()), salt_length=32),
    RSA_PKCS1: padding.PKCS1v15(),
}
_ED25519_PRIME = 2**255 - 19
_ED25519_ORDER_8 = int.from_bytes(
    bytes.fromhex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"), "little"
)
_ED25519_SMALL_ORDER = {
    0, 1, _ED25519_PRIME - 1,
    _ED25519_ORDER_8 % 2**255, -_ED25519_ORDER_8 % _ED25519_PRIME,
}  # fmt: skip


def sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def hash_of(algorithm: int) -> Hash:
    """H: the algorithm's own hash."""
    return gmssl_pyx.sm3_hash if algorithm == SM2 else sha256


@dataclass(frozen=True)
class PublicKey:
    spki: bytes
    algorithm: int

    def __post_init__(self):
        """Refuses what is no key of the algorithm."""
        if self.algorithm == SM2:
            _check_sm2(self.spki)
        else:
            _check_key(self._load(), self.spki, self.algorithm)

    @property
    def key_id(self) -> bytes:
        return sha256(self.spki)

    def verify(self, value: bytes, statement: bytes) -> None:
        """NotAuthentic unless `value` is this key's signature."""
        try:
            if self.algorithm == SM2:
                valid = gmssl_pyx.sm2_verify(self.spki[-64:], statement, value, _SM2_ID)
            else:
                valid = self._verify(value, statement)
        except (InvalidSignature, gmssl_pyx.GmsslInnerError):
            valid = False
        if not valid:
            raise NotAuthentic("the signature does not verify")

    def _load(self):
        try:
            return serialization.load_der_public_key(self.spki)
        except (ValueError, UnsupportedAlgorithm) as error:
            raise NotAuthentic("the public key cannot be read") from error

    def _verify(self, value: bytes, statement: bytes) -> bool:
        key = self._load()
        if self.algorithm == ECDSA_P256:
            key.verify(value, statement, ec.ECDSA(hashes.SHA256()))
        elif self.algorithm == ED25519:
            key.verify(value, statement)
        else:
            key.verify(value, statement, _PADDING[self.algorithm], hashes.SHA256())
        return True


def _check_sm2(spki: bytes) -> None:
    try:
        gmssl_pyx.normalize_sm2_public_key(spki[-64:])
        shaped = len(spki) == len(_SM2_KEY_PREFIX) + 64 and spki.startswith(_SM2_KEY_PREFIX)
    except gmssl_pyx.GmsslInnerError:
        shaped = False
    if not shaped:
        raise NotAuthentic("the public key is no SM2 key")


def _check_key(key, spki: bytes, algorithm: int) -> None:
    if isinstance(key, ec.EllipticCurvePublicKey):
        fits = algorithm == ECDSA_P256 and isinstance(key.curve, ec.SECP256R1)
    elif isinstance(key, ed25519.Ed25519PublicKey):
        y = int.from_bytes(key.public_bytes_raw(), "little") % 2**255 % _ED25519_PRIME
        fits = algorithm == ED25519 and y not in _ED25519_SMALL_ORDER
    elif isinstance(key, rsa.RSAPublicKey):
        exponent = key.public_numbers().e
        fits = algorithm in _PADDING and 2048 <= key.key_size <= 4096 and exponent >= 65_537 and exponent & 1
    else:
        fits = False
    if not fits or _encode(key) != spki:
        raise NotAuthentic("the public key is no key of its algorithm, or not encoded as one")


def _encode(public_key) -> bytes:
    return public_key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)


@dataclass(frozen=True)
class PrivateKey:
    public: PublicKey
    secret: object  # a key of `cryptography`, or the 32 bytes of an SM2 key

    def sign(self, statement: bytes) -> bytes:
        algorithm = self.public.algorithm
        if algorithm == SM2:
            return gmssl_pyx.sm2_sign(self.secret, self.public.spki[-64:], statement, _SM2_ID)
        if algorithm == ECDSA_P256:
            return self.secret.sign(statement, ec.ECDSA(hashes.SHA256()))
        if algorithm == ED25519:
            return self.secret.sign(statement)
        return self.secret.sign(statement, _PADDING[algorithm], hashes.SHA256())


def new_key(algorithm: int) -> PrivateKey:
    """A key for one use: self-declared calls, and probes."""
    if algorithm == SM2:
        point, secret = gmssl_pyx.sm2_key_generate()
        return PrivateKey(PublicKey(_SM2_KEY_PREFIX + point, SM2), secret)
    if algorithm == ECDSA_P256:
        secret = ec.generate_private_key(ec.SECP256R1())
    elif algorithm == ED25519:
        secret = ed25519.Ed25519PrivateKey.generate()
    else:
        secret = rsa.generate_private_key(65_537, 2048)
    return PrivateKey(PublicKey(_encode(secret.public_key()), algorithm), secret)


def private_key(pem: bytes, algorithm: int) -> PrivateKey:
    """A private key of PKCS #8 or SEC 1, in PEM without a password."""
    if algorithm == SM2:
        return _sm2_private_key(pem)
    try:
        secret = serialization.load_pem_private_key(pem, None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise ProfileError(f"the private key cannot be read: {error}") from error
    return PrivateKey(PublicKey(_encode(secret.public_key()), algorithm), secret)


def _sm2_private_key(pem: bytes) -> PrivateKey:
    block = _PRIVATE_KEY_BLOCK.search(pem)
    try:
        encoded = base64.b64decode(block["content"]) if block else b""
        key = crypto.load_privatekey(crypto.FILETYPE_ASN1, encoded)
    except (crypto.Error, ValueError) as error:
        raise ProfileError("the SM2 private key cannot be read") from error
    fields = der.elements(der.only(encoded, der.SEQUENCE).content)
    if fields[1].tag == der.SEQUENCE:  # PKCS #8 wraps the key of SEC 1
        fields = der.elements(der.only(fields[2].content, der.SEQUENCE).content)
    public = PublicKey(crypto.dump_publickey(crypto.FILETYPE_ASN1, key), SM2)
    return PrivateKey(public, fields[1].content)


def public_half(pem: bytes, algorithm: int) -> PublicKey:
    """The public key of a PEM file that holds a certificate, a public key or a private key."""
    try:
        if b"BEGIN CERTIFICATE" in pem:
            tbs = x509.load_pem_x509_certificate(pem).tbs_certificate_bytes
            return PublicKey(der.certificate_public_key(tbs), algorithm)
        if b"BEGIN PUBLIC KEY" in pem:
            key = crypto.load_publickey(crypto.FILETYPE_PEM, pem)
            return PublicKey(crypto.dump_publickey(crypto.FILETYPE_ASN1, key), algorithm)
    except (ValueError, crypto.Error) as error:
        raise ProfileError(f"the public key cannot be read: {error}") from error
    return private_key(pem, algorithm).public


def pem(key: PublicKey) -> bytes:
    """The SubjectPublicKeyInfo in PEM."""
    return b"-----BEGIN PUBLIC KEY-----\n" + base64.encodebytes(key.spki) + b"-----END PUBLIC KEY-----\n"


def read_file(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ProfileError(f"{path}: {error.strerror}") from error
