"""The rules of section 3, one wrong encoding each."""

import io
import unittest

from passgate_client import frames, messages, strict
from passgate_client.errors import ProtocolError

WRONG = {
    "unknown field": ("Ping", "6200"),
    "field number 0": ("Ping", "0200"),
    "fixed width": ("Ping", "0d00000000"),
    "group": ("Ping", "0b0c"),
    "another wire type": ("Ping", "0801"),
    "singular twice": ("Ping", "0a000a00"),
    "oneof twice": ("Frame", "08012a0022060a000a001200"),
    "oneof, the same member twice": ("Frame", "32003200"),
    "varint with more bytes than needed": ("GoAway", "088100"),
    "tag with more bytes than needed": ("GoAway", "880001"),
    "varint of 11 bytes": ("GoAway", "10ffffffffffffffffffff01"),
    "varint above 64 bits": ("GoAway", "10ffffffffffffffffff02"),
    "uint32 of 2^32": ("Limits", "088080808010"),
    "bool of 2": ("MethodDescription", "2802"),
    "number without a name": ("GoAway", "080b"),
    "negative enumeration": ("GoAway", "08ffffffffffffffffff01"),
    "text that is not UTF-8": ("GoAway", "1a01ff"),
    "overlong UTF-8": ("GoAway", "1a02c080"),
    "surrogate": ("GoAway", "1a03eda080"),
    "NUL": ("GoAway", "1a0100"),
    "C1 control": ("GoAway", "1a02c285"),
    "DEL": ("GoAway", "1a017f"),
    "bidirectional control": ("GoAway", "1a03e280ae"),
    "cut off": ("GoAway", "1a0561"),
    "cut off in a varint": ("GoAway", "0880"),
    "repeated number not packed": ("EvidenceEntry", "2801"),
    "packed number without a name": ("EvidenceEntry", "2a0107"),
    "too many packed numbers": ("EvidenceEntry", "2a8120" + "01" * 4097),
    "too many fields": ("SignRequests", "0a00" * 4097),
}


class Strictness(unittest.TestCase):
    def test_what_breaks_a_rule_is_refused(self):
        for rule, (name, encoded) in WRONG.items():
            with self.subTest(rule), self.assertRaises(ProtocolError):
                strict.decode(messages.message(name), bytes.fromhex(encoded))

    def test_what_breaks_none_is_read(self):
        decode = strict.decode
        self.assertEqual(decode(messages.message("GoAway"), bytes.fromhex("10ffffffffffffffffff010801")).reason, 1)
        self.assertEqual(len(decode(messages.message("EvidenceEntry"), bytes.fromhex("2a03010203")).verdicts), 3)
        self.assertEqual(len(decode(messages.SignRequests, bytes.fromhex("0a00" * 4096)).headers), 4096)
        self.assertEqual(decode(messages.message("GoAway"), bytes.fromhex("1a03e99998")).detail, "\u9658")


class Frames(unittest.TestCase):
    def test_the_longest_frame(self):
        body = bytes(frames.MAX_FRAME - 12)
        longest = frames.encode(messages.Frame(call_id=1, response={"body": body}))
        self.assertEqual(len(longest), 4 + frames.MAX_FRAME)
        frames.read(io.BytesIO(longest).read)
        with self.assertRaises(ProtocolError):
            frames.read(io.BytesIO(frames.encode(messages.Frame(call_id=1, response={"body": body + b"\x00"}))).read)

    def test_wrong_frames_are_refused(self):
        wrong = {
            "length 0, and more": "00000000" + "32020a00",
            "no kind": "000000020801",
            "a call id where none belongs": "000000040801" + "3200",
            "no call id": "000000022200",
            "call id 0, spelt out": "0000000408002200",
        }
        for rule, encoded in wrong.items():
            with self.subTest(rule), self.assertRaises(ProtocolError):
                frames.read(io.BytesIO(bytes.fromhex(encoded)).read)
