"""Lets other software sign the requests of a sandbox's tenants and check the platform's replies: the openssl command,
`cryptography`, GmSSL and Bouncy Castle, each alone. Java and Bouncy Castle are Debian's (default-jdk-headless,
libbcprov-java). `end_to_end.py` runs it.
"""

import shlex
import subprocess
import sys
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from passgate_client import client, keys
from passgate_client.profile import Profile
from passgate_client.signing import CheckedKey
from sandbox_tenants import answer, own_key, specimens, tenants, wrong_answers

FOLDER = Path(__file__).resolve().parent / "third_party"
BOUNCY_CASTLE = "/usr/share/java/bcprov.jar"
WITHOUT_SM2 = set(keys.ALGORITHMS) - {"sm2-sm3"}


@dataclass(frozen=True)
class Software:
    name: str
    command: list[str]
    algorithms: set[str]

    def sign(self, algorithm: str, key: Path) -> str:
        return shlex.join([*self.command, "sign", algorithm, str(key)])

    @property
    def verify(self) -> str:
        return shlex.join([*self.command, "verify", "{algorithm}", "{key}", "{signature}"])


def software(scratch: Path) -> list[Software]:
    subprocess.run(
        ["javac", "-cp", BOUNCY_CASTLE, "-d", str(scratch), str(FOLDER / "WithBouncyCastle.java")], check=True
    )
    java = ["java", "-cp", f"{scratch}:{BOUNCY_CASTLE}", "WithBouncyCastle"]
    return [
        Software("openssl", [str(FOLDER / "with_openssl")], set(keys.ALGORITHMS)),
        Software("cryptography", [sys.executable, str(FOLDER / "with_cryptography.py")], WITHOUT_SM2),
        Software("gmssl", [sys.executable, str(FOLDER / "with_gmssl.py")], {"sm2-sm3"}),
        Software("bouncy castle", java, set(keys.ALGORITHMS)),
    ]


def asks(used: Software, profile: Profile) -> list[str]:
    """What went otherwise than it must: requests signed by the software, replies checked by it."""
    algorithm = profile.values["algorithm"]
    key = profile.folder / profile.values["signing"]["key"]
    asked = specimens()
    checked = partial(CheckedKey, command=used.verify)
    with profile.signer(used.sign(algorithm, key)) as signer, client.Platform(profile.platform(), checked) as platform:
        replies = client.verify_each(platform, signer, profile, profile.scene, [one.claim for one in asked])
    return wrong_answers(asked, [answer(reply) for reply in replies]) + refuses(used, algorithm, key)


def refuses(used: Software, algorithm: str, key: Path) -> list[str]:
    """A check that finds everything good would have passed as well."""
    public = keys.public_half(keys.read_file(key), keys.ALGORITHMS[algorithm])
    own = keys.private_key(keys.read_file(key), keys.ALGORITHMS[algorithm])
    checked = CheckedKey(public.spki, public.algorithm, used.verify)
    if not checked.finds_good(own.sign(b"this"), b"this"):
        return [f"{used.name} finds a good signature wrong"]
    return [f"{used.name} finds a wrong signature good"] if checked.finds_good(own.sign(b"this"), b"that") else []


def parts(folder: Path, scratch: Path):
    """(what, how many checks, the check: what went wrong)"""
    every = software(scratch)
    count = len(specimens()) + 1
    for profile in tenants(folder):
        # A signing server signs by itself.
        direct = own_key(profile, folder) if profile.has_signing_server else profile
        for used in every:
            if profile.values["algorithm"] in used.algorithms:
                yield f"{profile.tenant}: signed and checked by {used.name}", count, lambda u=used, p=direct: asks(u, p)
