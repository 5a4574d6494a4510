"""The vectors that every implementation shares."""

import json
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

from passgate_client import keys

FOLDER = Path(__file__).resolve().parents[3] / "Tests/Vectors"
ENVELOPE = json.loads((FOLDER / "envelope.json").read_text("utf-8"))
MERKLE = json.loads((FOLDER / "merkle.json").read_text("utf-8"))
KEYS = {key["name"]: key for key in ENVELOPE["keys"]}


def public_key(name: str) -> keys.PublicKey:
    return keys.PublicKey(bytes.fromhex(KEYS[name]["publicKey"]), KEYS[name]["algorithm"])


def private_key(name: str) -> keys.PrivateKey:
    return keys.PrivateKey(public_key(name), _secret(KEYS[name]))


def _secret(key: dict):
    private = key["private"]
    if key["algorithm"] == keys.SM2:
        return bytes.fromhex(private["scalar"])
    if "scalar" in private:
        return ec.derive_private_key(int(private["scalar"], 16), ec.SECP256R1())
    if "seed" in private:
        return ed25519.Ed25519PrivateKey.from_private_bytes(bytes.fromhex(private["seed"]))
    return _rsa(int(private["p"], 16), int(private["q"], 16), int(private["e"], 16))


def _rsa(p: int, q: int, e: int) -> rsa.RSAPrivateKey:
    d = pow(e, -1, (p - 1) * (q - 1))
    public = rsa.RSAPublicNumbers(e, p * q)
    exponents = rsa.rsa_crt_dmp1(d, p), rsa.rsa_crt_dmq1(d, q), rsa.rsa_crt_iqmp(p, q)
    return rsa.RSAPrivateNumbers(p, q, d, *exponents, public).private_key()


def pem(secret) -> bytes:
    """PKCS #8."""
    none = serialization.NoEncryption()
    return secret.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, none)
