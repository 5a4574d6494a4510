"""Claims as people write them, and as the wire carries them."""

import json

from passgate_client.errors import ProfileError
from passgate_client.messages import IdentityClaim, enum_number

_TEXTS = {"number": "number", "name": "name", "birthDate": "birth_date", "expiry": "expiry"}
_REQUIRED = ("documentType", "number", "name", "birthDate")
_SEXES = {"F": "FEMALE", "M": "MALE"}
_KNOWN = {*_TEXTS, "documentType", "sex", "mrz", "scene"}


def read(text: str) -> tuple[object, str | None]:
    """The claim of a JSON object, and the scene it names, if any."""
    try:
        values = json.loads(text)
    except ValueError as error:
        raise ProfileError(f"the claim is no JSON: {error}") from None
    if not isinstance(values, dict) or values.keys() - _KNOWN or any(key not in values for key in _REQUIRED):
        raise ProfileError(f"a claim has {', '.join(_REQUIRED)} and may have sex, expiry, mrz, scene")
    try:
        return _claim(values), values.get("scene")
    except (KeyError, TypeError, ValueError, AttributeError):
        raise ProfileError("a field of the claim has a value that it cannot have") from None


def read_lines(text: str) -> tuple[list, str | None]:
    """The claims of NDJSON; all name the same scene, or none."""
    read_claims = [read(line) for line in text.splitlines() if line.strip()]
    scenes = {scene for _, scene in read_claims}
    if len(scenes) != 1:
        raise ProfileError("a batch has at least one claim, and one scene for all")
    return [claim for claim, _ in read_claims], scenes.pop()


def _claim(values: dict):
    claim = IdentityClaim(
        document_type=enum_number("DocumentType", values["documentType"].upper()),
        mrz=values.get("mrz", []),
        **{field: values[key] for key, field in _TEXTS.items() if key in values},
    )
    if values.get("sex"):
        claim.sex = enum_number("Sex", _SEXES[values["sex"]])
    return claim
