"""The tenants of a sandbox (Tools/sandbox), and what they must be answered."""

import json
import re
from dataclasses import dataclass, replace
from pathlib import Path

from passgate_client import claims
from passgate_client import profile as profiles
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


def answer(reply: Reply) -> str:
    if reply.accepted:
        return verdict(reply.body.result)
    return f"{reason_name(reply.header.reason)} {_camel(reply.body.field)}".strip()


def verdict(result) -> str:
    reason = enum_name("UndeterminedReason", result.undetermined_reason)
    return enum_name("Verdict", result.verdict) + ("" if reason == "NOT_APPLICABLE" else f" {reason}")


def _camel(field: str) -> str:
    """claim.birth_date of the wire is birthDate of a claim."""
    name = re.sub(r"\[.*", "", field.removeprefix("claim."))
    return re.sub(r"_(.)", lambda match: match[1].upper(), name)


def wrong_answers(asked: list[Specimen], answers: list[str]) -> list[str]:
    wrong = [f"{one.id}: {given}, not {one.expected}" for one, given in zip(asked, answers) if given != one.expected]
    return wrong if len(answers) == len(asked) else [f"{len(answers)} answers: {answers[:1]}"] * len(asked)


def tenants(folder: Path) -> list[Profile]:
    paths = [*(folder / "profiles").glob("mobile*.json5"), *(folder / "profiles").glob("signing*.json5")]
    return [profiles.load(path) for path in sorted(paths)]


def own_key(profile: Profile, folder: Path) -> Profile:
    """Signing by the tenant's own key: a signing server refuses much of what the platform is to refuse."""
    key = folder / "keys" / f"{profile.tenant}.key.pem"
    return replace(profile, values={**profile.values, "signing": {"key": str(key)}})
