"""The client's profile: a JSON5 file. Paths in it are relative to it."""

import re
from dataclasses import dataclass, replace
from pathlib import Path

import json5
from cryptography import x509

from passgate_client import keys
from passgate_client.errors import ProfileError
from passgate_client.messages import enum_number
from passgate_client.signing import CommandSigner, KeySigner, Signer, SigningServer
from passgate_client.tls import Endpoint

_KEYS = {"server", "serverName", "deployment", "tenant", "trust", "tls", "signing", "algorithm", "scene"}
_TLS = {"certificate", "key"}
_SIGNING_KEY = {"key"}
_SIGNING_SERVER = {"signer", "serverName", "trust", "certificate", "key", "keyId"}
_ADDRESS = re.compile(r"(?:\[(?P<ipv6>[0-9a-fA-F:.]+)\]|(?P<host>[^:\[\]]+)):(?P<port>[0-9]{1,5})")


@dataclass(frozen=True)
class Profile:
    folder: Path
    values: dict

    @property
    def deployment(self) -> int:
        return enum_number("Deployment", self.values["deployment"].upper())

    @property
    def tenant(self) -> str:
        return self.values["tenant"]

    @property
    def scene(self) -> str:
        if "scene" not in self.values:
            raise ProfileError("neither the profile nor the claim names a scene")
        return self.values["scene"]

    @property
    def has_signing_server(self) -> bool:
        return "signer" in self.values["signing"]

    @property
    def has_certificate(self) -> bool:
        """Whether the connection shows one."""
        return "tls" in self.values

    @property
    def algorithm(self) -> int:
        return keys.ALGORITHMS[self.values["algorithm"]]

    def anonymous(self) -> Endpoint:
        """The platform, for self-declared calls."""
        values = self.values
        return Endpoint(*_address(values["server"]), values["serverName"], self._root(values["trust"]))

    def platform(self) -> Endpoint:
        if not self.has_certificate:
            return self.anonymous()
        tls = self.values["tls"]
        certificate, key = self._path(tls["certificate"]), self._path(tls["key"])
        return replace(self.anonymous(), certificate=certificate, key=key)

    def signer(self, command: str | None = None) -> Signer:
        """Who signs; with a command, `signing.key` need only hold the public key or its certificate."""
        signing = self.values["signing"]
        if self.has_signing_server:
            if command:
                raise ProfileError("a profile with a signing server takes no signing command")
            return SigningServer(self._signing_server(signing), self.tenant, self.deployment, signing.get("keyId"))
        pem = keys.read_file(self._path(signing["key"]))
        if command:
            return CommandSigner(keys.public_half(pem, self.algorithm), command)
        return KeySigner(keys.private_key(pem, self.algorithm))

    def _signing_server(self, signing: dict) -> Endpoint:
        certificate, key = self._path(signing["certificate"]), self._path(signing["key"])
        root = self._root(signing["trust"])
        return Endpoint(*_address(signing["signer"]), signing["serverName"], root, certificate, key)

    def _root(self, name: str) -> x509.Certificate:
        path = self._path(name)
        try:
            return x509.load_pem_x509_certificate(keys.read_file(path))
        except ValueError as error:
            raise ProfileError(f"{path}: {error}") from error

    def _path(self, name: str) -> Path:
        return self.folder / name


def load(path: Path) -> Profile:
    try:
        values = json5.loads(keys.read_file(path).decode("utf-8"))
    except ValueError as error:
        raise ProfileError(f"{path}: {error}") from error
    mistakes = _mistakes(values)
    if mistakes:
        raise ProfileError(f"{path}: {'; '.join(mistakes)}")
    return Profile(path.resolve().parent, values)


def _mistakes(values) -> list[str]:
    """Everything that is wrong, at once."""
    mistakes = _shape("", values, _KEYS, optional={"tls", "scene"})
    if mistakes:
        return mistakes
    signing = values["signing"]
    server = isinstance(signing, dict) and "signer" in signing
    mistakes += _shape("signing.", signing, _SIGNING_SERVER if server else _SIGNING_KEY, optional={"keyId"})
    if "tls" in values:
        mistakes += _shape("tls.", values["tls"], _TLS)
    if values["deployment"] not in ("sandbox", "production"):
        mistakes.append("deployment is sandbox or production")
    if values["algorithm"] not in keys.ALGORITHMS:
        mistakes.append(f"algorithm is one of {', '.join(keys.ALGORITHMS)}")
    if server and not re.fullmatch(r"[0-9a-fA-F]{64}", str(signing.get("keyId", "0" * 64))):
        mistakes.append("signing.keyId is 64 hexadecimal digits")
    return mistakes


def _shape(prefix: str, values, known: set[str], optional: frozenset | set = frozenset()) -> list[str]:
    """What is missing, unknown or no text."""
    if not isinstance(values, dict):
        return [f"{prefix.rstrip('.') or 'the profile'} is not an object"]
    missing = [f"{prefix}{key} is missing" for key in sorted(known - optional - values.keys())]
    unknown = [f"{prefix}{key} is not known" for key in sorted(values.keys() - known)]
    nested = {"tls", "signing"} if not prefix else set()
    texts = (key for key in sorted(known & values.keys()) if key not in nested)
    return missing + unknown + [f"{prefix}{key} is not text" for key in texts if not isinstance(values[key], str)]


def _address(text: str) -> tuple[str, int]:
    match = _ADDRESS.fullmatch(text)
    if not match:
        raise ProfileError(f"{text!r} is no host:port")
    return match["ipv6"] or match["host"], int(match["port"])
