"""The little DER that `cryptography` does not read: SM2 keys, alone and in certificates."""

from dataclasses import dataclass

from passgate_client.errors import NotAuthentic

INTEGER, OCTET_STRING, OBJECT_IDENTIFIER, SEQUENCE = 0x02, 0x04, 0x06, 0x30
VERSION_TAG = 0xA0


@dataclass(frozen=True)
class Element:
    tag: int
    content: bytes
    encoded: bytes


def elements(data: bytes) -> list[Element]:
    """The elements that follow each other in `data`."""
    found = []
    while data:
        found.append(_first(data))
        data = data[len(found[-1].encoded) :]
    return found


def only(data: bytes, tag: int) -> Element:
    """The one element that `data` consists of."""
    found = elements(data)
    if len(found) != 1 or found[0].tag != tag:
        raise NotAuthentic("DER has another shape than expected")
    return found[0]


def _first(data: bytes) -> Element:
    if len(data) < 2:
        raise NotAuthentic("DER is cut off")
    length, start = data[1], 2
    if length > 0x80:
        start += length - 0x80
        length = int.from_bytes(data[2:start], "big")
    if len(data) < start + length:
        raise NotAuthentic("DER is cut off")
    return Element(data[0], data[start : start + length], data[: start + length])


def certificate_public_key(tbs_certificate: bytes) -> bytes:
    """The SubjectPublicKeyInfo as it stands in a certificate of version 3."""
    fields = elements(only(tbs_certificate, SEQUENCE).content)
    if len(fields) < 7 or fields[0].tag != VERSION_TAG:
        raise NotAuthentic("the certificate is not of version 3")
    return fields[6].encoded
