"""Decoding by section 3: protobuf with stricter rules. What breaks one is refused as a whole."""

from google.protobuf.descriptor import Descriptor, FieldDescriptor

from passgate_client.errors import ProtocolError

VARINT, BYTES = 0, 2
MAX_ELEMENTS = 4096

_VARINT_LIMITS = {
    FieldDescriptor.TYPE_UINT64: 2**64,
    FieldDescriptor.TYPE_UINT32: 2**32,
    FieldDescriptor.TYPE_BOOL: 2,
    FieldDescriptor.TYPE_ENUM: 2**31,
}
_FORBIDDEN_TEXT = frozenset(
    map(chr, [*range(0x20), *range(0x7F, 0xA0), 0x61C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)])
)


def decode(message_class: type, data: bytes):
    """The message, or ProtocolError."""
    _scan(message_class.DESCRIPTOR, data)
    return message_class.FromString(data)


def read_varint(data: bytes, at: int) -> tuple[int, int]:
    """The number at `at` and the place behind it."""
    value = 0
    for count in range(10):
        if at + count >= len(data):
            raise ProtocolError("a varint is cut off")
        byte = data[at + count]
        value |= (byte & 0x7F) << (7 * count)
        if byte < 0x80:
            if (byte == 0 and count > 0) or value >= 2**64:
                raise ProtocolError("a varint has more bytes than it needs, or is above 64 bits")
            return value, at + count + 1
    raise ProtocolError("a varint is longer than 10 bytes")


def _scan(descriptor: Descriptor, data: bytes) -> None:
    """No message contains itself, so that nesting cannot grow beyond the few levels of the .proto files."""
    at, elements, seen = 0, 0, set()
    while at < len(data):
        tag, at = read_varint(data, at)
        field = descriptor.fields_by_number.get(tag >> 3)
        if field is None:
            raise ProtocolError(f"{descriptor.name} has no field {tag >> 3}")
        _refuse_repetition(field, seen)
        if tag & 7 != _wire_type(field):
            raise ProtocolError(f"{descriptor.name}.{field.name} has the wrong wire type")
        value, at = read_varint(data, at)
        elements += 1
        if tag & 7 == VARINT:
            _check_number(field, value)
        else:
            if value > len(data) - at:
                raise ProtocolError(f"{descriptor.name}.{field.name} is cut off")
            elements += _check_content(field, data[at : at + value])
            at += value
        if elements > MAX_ELEMENTS:
            raise ProtocolError(f"{descriptor.name} has too many fields")


def _refuse_repetition(field: FieldDescriptor, seen: set) -> None:
    """A singular field, and a oneof as a whole, appears at most once."""
    if field.is_repeated:
        return
    place = field.containing_oneof.full_name if field.containing_oneof else field.full_name
    if place in seen:
        raise ProtocolError(f"{field.full_name} appears twice")
    seen.add(place)


def _wire_type(field: FieldDescriptor) -> int:
    """Repeated numbers are packed."""
    return VARINT if field.type in _VARINT_LIMITS and not field.is_repeated else BYTES


def _check_number(field: FieldDescriptor, value: int) -> None:
    if value >= _VARINT_LIMITS[field.type]:
        raise ProtocolError(f"{field.full_name} is out of range")
    if field.type == FieldDescriptor.TYPE_ENUM and value not in field.enum_type.values_by_number:
        raise ProtocolError(f"{field.full_name} is a number without a name")


def _check_content(field: FieldDescriptor, content: bytes) -> int:
    """Checks what stands behind a length; the number of packed elements in it."""
    if field.type == FieldDescriptor.TYPE_MESSAGE:
        _scan(field.message_type, content)
    elif field.type == FieldDescriptor.TYPE_STRING:
        _check_text(field, content)
    elif field.type in _VARINT_LIMITS:
        return _check_packed(field, content)
    return 0


def _check_text(field: FieldDescriptor, content: bytes) -> None:
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        raise ProtocolError(f"{field.full_name} is not UTF-8") from None
    if not _FORBIDDEN_TEXT.isdisjoint(text):
        raise ProtocolError(f"{field.full_name} holds a control character")


def _check_packed(field: FieldDescriptor, content: bytes) -> int:
    at = count = 0
    while at < len(content):
        value, at = read_varint(content, at)
        _check_number(field, value)
        count += 1
    return count
