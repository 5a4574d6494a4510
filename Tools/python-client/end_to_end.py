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


def portraits(profile: Profile, photographs: Path, one: Specimen) -> list[str]:
    """Of a document without a portrait: what is told of pictures, and what is not told of documents."""
    own = profile.tenant.encode()  # bytes that nobody else sends
    photograph, other = ((photographs / name).read_bytes() + own for name in ("biden.jpg", "obama.jpg"))
    nobody = type(one.claim)()
    nobody.CopyFrom(one.claim)
    nobody.number = one.claim.number[:1] + "9" + one.claim.number[2:]
    with profile.signer() as signer, client.Platform(profile.platform()) as platform:
        tenant = (platform, signer, profile, profile.scene)
        capture = client.start_capture(*tenant)
        frames = {"capture_id": capture.body.capture_id, "frames": [b"\xff\xd8\xff" + own + bytes([n]) for n in range(3)]}
        replies = [
            client.verify_portrait(*tenant, one.claim, b"\xff\xd8\xff" + own),
            client.verify_portrait(*tenant, one.claim, photograph),
            client.verify_portrait(*tenant, one.claim, photograph),
            client.verify_portrait(*tenant, nobody, other + b"nobody"),
            client.verify_portrait(*tenant, one.claim, other, **frames),
            client.verify_portrait(*tenant, one.claim, other, **frames),
        ]
    expected = [
        "UNDETERMINED BAD_IMAGE",
        "UNDETERMINED NO_REFERENCE",
        "UNDETERMINED REPLAYED",
        "INCONSISTENT",
        "UNDETERMINED CHALLENGE_FAILED",
        "NO_SUCH_CAPTURE",
    ]
    return [f"{answer(given)}, not {wanted}" for given, wanted in zip(replies, expected) if answer(given) != wanted]


def parts(folder: Path):
    """(what, how many checks, the check: what went wrong)"""
    everything = specimens()
    portrayed = ["hotel", "airline-ed25519"]  # with a certificate on the connection, and without
    judged = [one for one in everything if not one.expected.startswith("MALFORMED_BODY")]
    for profile in tenants(folder):
        name = profile.tenant
        yield f"{name}: health", 1, lambda p=profile: health(p)
        yield f"{name}: claims one by one, one signature", len(everything), lambda p=profile: one_by_one(p, everything)
        yield f"{name}: claims as a batch", len(judged), lambda p=profile: batch(p, judged)
        yield f"{name}: wrong on purpose", len(probe.CASES), lambda p=profile: probes(p)
        photographs = folder / "models/photographs"
        if photographs.exists() and name in portrayed:
            matching = {one.claim.number[:9]: one for one in judged if one.expected == "CONSISTENT"}
            one = list(matching.values())[portrayed.index(name)]
            yield f"{name}: portraits", 6, lambda p=profile, o=one: portraits(p, photographs, o)
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
