"""Plays every tenant of a sandbox (Tools/sandbox) over the network: the specimen claims, asked one by one and as a
batch, the requests that are wrong on purpose, and requests that other software signs. Prints a line for each part and
at last "N passed, N failed".

    .venv/bin/python end_to_end.py SANDBOX
"""

import json
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import interoperability
from passgate_client import client, probe
from passgate_client.errors import PassgateError
from passgate_client.messages import enum_name
from passgate_client.profile import Profile
from sandbox_tenants import Specimen, answer, own_key, specimens, tenants, verdict, wrong_answers


def one_by_one(profile: Profile, asked: list[Specimen]) -> list[str]:
    with profile.signer() as signer, client.Platform(profile.platform()) as platform:
        replies = client.verify_each(platform, signer, profile, profile.scene, [one.claim for one in asked])
    return wrong_answers(asked, [answer(reply) for reply in replies])


def batch(profile: Profile, asked: list[Specimen]) -> list[str]:
    with profile.signer() as signer, client.Platform(profile.platform()) as platform:
        reply = client.verify_batch(platform, signer, profile, profile.scene, [one.claim for one in asked])
    return wrong_answers(asked, [verdict(result) for result in reply.body.results] if reply.accepted else [answer(reply)])


def health(profile: Profile) -> list[str]:
    with client.Platform(profile.anonymous()) as platform:
        reply = client.health(platform, profile)
    return [] if reply.accepted and enum_name("HealthCheckReply.Status", reply.body.status) == "SERVING" else [answer(reply)]


def probes(profile: Profile) -> list[str]:
    outcomes = [probe.run(name, profile) for name in probe.CASES]
    return [json.dumps(outcome) for outcome in outcomes if not outcome["asExpected"]]


def parts(folder: Path):
    """(what, how many checks, the check: what went wrong)"""
    everything = specimens()
    judged = [one for one in everything if not one.expected.startswith("MALFORMED_BODY")]
    for profile in tenants(folder):
        name = profile.tenant
        yield f"{name}: health", 1, lambda p=profile: health(p)
        yield f"{name}: claims one by one, one signature", len(everything), lambda p=profile: one_by_one(p, everything)
        yield f"{name}: claims as a batch", len(judged), lambda p=profile: batch(p, judged)
        yield f"{name}: wrong on purpose", len(probe.CASES), lambda p=profile: probes(p)
        if profile.has_signing_server:
            direct = own_key(profile, folder)
            yield f"{name}: wrong on purpose, with the key itself", len(probe.CASES), lambda p=direct: probes(p)


def tell(part) -> tuple[int, int]:
    """How many checks passed and failed."""
    what, count, run = part
    try:
        wrong = run()
    except PassgateError as error:
        wrong = [f"{type(error).__name__}: {error}"] * count
    print(f"{what}: {count - len(wrong)} of {count} as expected", flush=True)
    for sentence in dict.fromkeys(wrong):
        print(f"  {sentence}", flush=True)
    return count - len(wrong), len(wrong)


def main() -> int:
    folder = Path(sys.argv[1])
    with tempfile.TemporaryDirectory() as scratch, ThreadPoolExecutor(max_workers=2) as pool:
        every = [*parts(folder), *interoperability.parts(folder, Path(scratch))]
        counts = list(pool.map(tell, every))
    passed, failed = (sum(column) for column in zip(*counts))
    print(f"{passed} passed, {failed} failed")
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main())
