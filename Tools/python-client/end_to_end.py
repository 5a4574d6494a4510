"""Plays every tenant of a sandbox (Tools/sandbox) over the network: the specimen claims, asked one by one and as a
batch, and the requests that are wrong on purpose. Prints a line for each part and at last "N passed, N failed".

    .venv/bin/python end_to_end.py SANDBOX
"""

import json
import re
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

from passgate_client import claims, client, probe, profile as profiles
from passgate_client.errors import PassgateError
from passgate_client.messages import enum_name, reason_name
from passgate_client.profile import Profile
from passgate_client.replies import Reply

SPECIMENS = Path(__file__).resolve().parents[2] / "Tests/Specimens/claims.ndjson"


@dataclass(frozen=True)
class Specimen:
    id: str
    claim: object
    expected: str


def specimens() -> list[Specimen]:
    return [_specimen(json.loads(line)) for line in SPECIMENS.read_text("utf-8").splitlines()]


def _specimen(values: dict) -> Specimen:
    claim, _ = claims.read(json.dumps(values["claim"]))
    return Specimen(values["id"], claim, _expected(values))


def _expected(values: dict) -> str:
    if "fault" in values:
        return f"MALFORMED_BODY {values['fault']}"
    return " ".join(filter(None, [values["verdict"], values.get("undeterminedReason")]))


def _answer(reply: Reply) -> str:
    if reply.accepted:
        return _verdict(reply.body.result)
    return f"{reason_name(reply.header.reason)} {_camel(reply.body.field)}".strip()


def _verdict(result) -> str:
    reason = enum_name("UndeterminedReason", result.undetermined_reason)
    return enum_name("Verdict", result.verdict) + ("" if reason == "NOT_APPLICABLE" else f" {reason}")


def _camel(field: str) -> str:
    """claim.birth_date of the wire is birthDate of a claim."""
    name = re.sub(r"\[.*", "", field.removeprefix("claim."))
    return re.sub(r"_(.)", lambda match: match[1].upper(), name)


def one_by_one(profile: Profile, asked: list[Specimen]) -> list[str]:
    with profile.signer() as signer, client.Platform(profile.platform()) as platform:
        replies = client.verify_each(platform, signer, profile, profile.scene, [one.claim for one in asked])
    return _wrong(asked, [_answer(reply) for reply in replies])


def batch(profile: Profile, asked: list[Specimen]) -> list[str]:
    with profile.signer() as signer, client.Platform(profile.platform()) as platform:
        reply = client.verify_batch(platform, signer, profile, profile.scene, [one.claim for one in asked])
    return _wrong(asked, [_verdict(result) for result in reply.body.results] if reply.accepted else [_answer(reply)])


def _wrong(asked: list[Specimen], answers: list[str]) -> list[str]:
    wrong = [f"{one.id}: {answer}, not {one.expected}" for one, answer in zip(asked, answers) if answer != one.expected]
    return wrong if len(answers) == len(asked) else [f"{len(answers)} answers: {answers[:1]}"] * len(asked)


def health(profile: Profile) -> list[str]:
    with client.Platform(profile.anonymous()) as platform:
        reply = client.health(platform, profile)
    return [] if reply.accepted and enum_name("HealthCheckReply.Status", reply.body.status) == "SERVING" else [_answer(reply)]


def probes(profile: Profile) -> list[str]:
    outcomes = [probe.run(name, profile) for name in probe.CASES]
    return [json.dumps(outcome) for outcome in outcomes if not outcome["asExpected"]]


def own_key(profile: Profile, folder: Path) -> Profile:
    """Signing by the tenant's own key: a signing server refuses much of what the platform is to refuse."""
    key = folder / "keys" / f"{profile.tenant}.key.pem"
    return replace(profile, values={**profile.values, "signing": {"key": str(key)}})


def parts(folder: Path):
    """(what, how many checks, the check: what went wrong)"""
    everything = specimens()
    judged = [one for one in everything if not one.expected.startswith("MALFORMED_BODY")]
    tenants = [*(folder / "profiles").glob("mobile*.json5"), *(folder / "profiles").glob("signing*.json5")]
    for path in sorted(tenants):
        profile = profiles.load(path)
        yield f"{path.stem}: health", 1, lambda p=profile: health(p)
        yield f"{path.stem}: claims one by one, one signature", len(everything), lambda p=profile: one_by_one(p, everything)
        yield f"{path.stem}: claims as a batch", len(judged), lambda p=profile: batch(p, judged)
        yield f"{path.stem}: wrong on purpose", len(probe.CASES), lambda p=profile: probes(p)
        if profile.has_signing_server:
            direct = own_key(profile, folder)
            yield f"{path.stem}: wrong on purpose, with the key itself", len(probe.CASES), lambda p=direct: probes(p)


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
    with ThreadPoolExecutor(max_workers=2) as pool:
        counts = list(pool.map(tell, parts(Path(sys.argv[1]))))
    passed, failed = (sum(column) for column in zip(*counts))
    print(f"{passed} passed, {failed} failed")
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main())
