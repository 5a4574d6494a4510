"""The messages and reasons, from the generated files beside the specification."""

import json
from pathlib import Path

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

PROTOS = Path(__file__).resolve().parents[3] / "Protos"


def _load_pool() -> descriptor_pool.DescriptorPool:
    files = descriptor_pb2.FileDescriptorSet.FromString((PROTOS / "passgate-v1.binpb").read_bytes())
    pool = descriptor_pool.DescriptorPool()
    for file in files.file:
        pool.Add(file)
    return pool


_POOL = _load_pool()


def message(name: str) -> type:
    """The class of `passgate.v1.<name>`."""
    return message_factory.GetMessageClass(_POOL.FindMessageTypeByName(f"passgate.v1.{name}"))


def enum_name(enumeration: str, number: int) -> str:
    """The name of a number that strict decoding has let through."""
    return _POOL.FindEnumTypeByName(f"passgate.v1.{enumeration}").values_by_number[number].name


def enum_number(enumeration: str, name: str) -> int:
    return _POOL.FindEnumTypeByName(f"passgate.v1.{enumeration}").values_by_name[name].number


Cancel = message("Cancel")
Frame = message("Frame")
GetCertificate = message("GetCertificate")
Hello = message("Hello")
IdentityClaim = message("IdentityClaim")
Ping = message("Ping")
Pong = message("Pong")
Refusal = message("Refusal")
Request = message("Request")
RequestHeader = message("RequestHeader")
Response = message("Response")
ResponseHeader = message("ResponseHeader")
Signature = message("Signature")
SigningCall = message("SigningCall")
SignRequests = message("SignRequests")

VERIFY_IDENTITY = "passgate.v1.Verification/VerifyIdentity"
VERIFY_BATCH = "passgate.v1.Verification/VerifyBatch"
START_CAPTURE = "passgate.v1.Verification/StartCapture"
VERIFY_PORTRAIT = "passgate.v1.Verification/VerifyPortrait"
LIST_TENANTS = "passgate.v1.Supervision/ListTenants"
HEALTH_CHECK = "passgate.v1.Health/Check"


def request_class(method: str) -> type:
    return message(_stem(method) + "Request")


def reply_class(method: str) -> type:
    return message(_stem(method) + "Reply")


def _stem(method: str) -> str:
    """Section 10: messages are called after the method, except those of Health/Check."""
    return "HealthCheck" if method == HEALTH_CHECK else method.split("/")[1]


REASONS = {row["number"]: row for row in json.loads((PROTOS / "reasons.json").read_text("utf-8"))}

STATUS_NAMES = (
    "OK CANCELLED UNKNOWN INVALID_ARGUMENT DEADLINE_EXCEEDED NOT_FOUND ALREADY_EXISTS PERMISSION_DENIED "
    "RESOURCE_EXHAUSTED FAILED_PRECONDITION ABORTED OUT_OF_RANGE UNIMPLEMENTED INTERNAL UNAVAILABLE DATA_LOSS "
    "UNAUTHENTICATED"
).split()


def reason_name(number: int) -> str:
    """New reasons may come: one that is not known has its number for a name."""
    return REASONS[number]["name"] if number in REASONS else str(number)
