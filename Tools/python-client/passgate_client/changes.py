"""What the cases of `probe` change."""

import os

from passgate_client import keys, messages
from passgate_client.requests import now_ms

_HOUR_MS = 3_600_000


# Changes of a header's fields


def other_deployment(header) -> None:
    header.deployment = 3 - header.deployment


def other_tenant(header) -> None:
    header.tenant_id = "no-such-tenant"


def other_key_id(header) -> None:
    header.key_id = os.urandom(32)


def other_algorithm(header) -> None:
    header.algorithm = keys.ED25519 if header.algorithm != keys.ED25519 else keys.ECDSA_P256


def other_method(header) -> None:
    header.method = messages.VERIFY_BATCH


def unknown_method(header) -> None:
    header.method = "passgate.v1.Verification/VerifyNothing"


def officers_method(header) -> None:
    header.method = messages.LIST_TENANTS
    header.scene_id = ""


def other_scene(header) -> None:
    header.scene_id = "no-such-scene"


def later(header) -> None:
    header.created_ms += 1


def hour_ago(header) -> None:
    header.created_ms = now_ms() - _HOUR_MS


def in_an_hour(header) -> None:
    header.created_ms = now_ms() + _HOUR_MS


def other_timeout(header) -> None:
    header.timeout_ms += 1000


def other_binding(header) -> None:
    header.channel_binding = os.urandom(32)


def next_sequence(header) -> None:
    header.sequence += 1


def other_body_digest(header) -> None:
    header.body_digest = os.urandom(32)


def other_trace(header) -> None:
    header.trace_id = os.urandom(16)


# Changes of a signature, claims and bodies


def other_value(signature) -> None:
    signature.value = signature.value[:-1] + bytes([signature.value[-1] ^ 1])


def other_leaf_index(signature) -> None:
    signature.leaf_index = 1


def other_path(signature) -> None:
    signature.path[0] = os.urandom(32)


def no_path(signature) -> None:
    del signature.path[:]


def longer_path(signature) -> None:
    signature.path.append(os.urandom(32))


def other_tree_size(signature) -> None:
    signature.tree_size = 3


def impossible_date(message) -> None:
    message.claim.birth_date = "1985-02-30"


def short_salt(message) -> None:
    message.salt = os.urandom(8)


def long_name(message) -> None:
    message.claim.name = "A" * 9000


def nothing(_) -> None:
    pass


# Bytes that follow the last field

UNKNOWN_FIELD = b"\xa2\x06\x00"  # field 100, empty
SECOND_DEPLOYMENT = b"\x08\x01"
WRONG_WIRE_TYPE = b"\x68\x01"  # field 13 as a number
TOO_LONG = b"\x6a\x80\x08" + bytes(1024)  # field 13, 1,024 bytes
