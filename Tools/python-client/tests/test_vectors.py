"""The shared vectors: trees, envelopes, frames."""

import io
import unittest

from google.protobuf.descriptor import FieldDescriptor

from passgate_client import chains, envelope, frames, keys, merkle, strict
from passgate_client.errors import NotAuthentic
from passgate_client.messages import Frame, Request, RequestHeader, Response, ResponseHeader, Signature, message
from passgate_client.replies import ReplyKeys, accept
from passgate_client.requests import SignedRequest
from tests import vectors

HASHES = {"sha256": keys.sha256, "sm3": keys.hash_of(keys.SM2)}
LABELS = {"request": envelope.REQUEST, "response": envelope.RESPONSE}
HEADERS = {"request": RequestHeader, "response": ResponseHeader}
ENVELOPES = {"request": Request, "response": Response}


def unhex(values: list[str]) -> list[bytes]:
    return [bytes.fromhex(value) for value in values]


class Trees(unittest.TestCase):
    def test_leaves_paths_and_roots(self):
        for tree in vectors.MERKLE["trees"]:
            hash_ = HASHES[tree["hash"]]
            for leaf in tree["leaves"]:
                header = leaf["index"].to_bytes(4, "big")
                digest = merkle.leaf(hash_, vectors.MERKLE["label"], header)
                self.assertEqual(digest.hex(), leaf["leaf"])
                root = merkle.root_of_path(hash_, digest, leaf["index"], tree["size"], unhex(leaf["path"]))
                self.assertEqual(root.hex(), tree["root"])
                self.assertEqual(envelope.statement(tree["size"], root).hex(), tree["statement"])

    def test_trees_are_built(self):
        for tree in (tree for tree in vectors.MERKLE["trees"] if tree["size"] < 1000):
            hash_ = HASHES[tree["hash"]]
            headers = [index.to_bytes(4, "big") for index in range(tree["size"])]
            leaves = [merkle.leaf(hash_, vectors.MERKLE["label"], header) for header in headers]
            root, paths = merkle.root_and_paths(hash_, leaves)
            self.assertEqual(root.hex(), tree["root"])
            for leaf in tree["leaves"]:
                self.assertEqual([element.hex() for element in paths[leaf["index"]]], leaf["path"])

    def test_no_altered_path_leads_to_the_root(self):
        for tree in (tree for tree in vectors.MERKLE["trees"] if tree["size"] <= 9):
            for leaf in tree["leaves"]:
                self._refuse_alterations(HASHES[tree["hash"]], tree, leaf)

    def _refuse_alterations(self, hash_, tree: dict, leaf: dict):
        digest, path = bytes.fromhex(leaf["leaf"]), unhex(leaf["path"])
        index, size = leaf["index"], tree["size"]
        wrong = [(index, size, path + [bytes(32)]), (index, 0, path), (size, size, path), (index, 65_537, path)]
        wrong += [(other, size, path) for other in range(size) if other != index]
        for position, element in enumerate(path):
            wrong.append((index, size, path[:position] + path[position + 1 :]))
            wrong.append((index, size, path[:position] + [bytes(32)] + path[position + 1 :]))
            wrong.append((index, size, path[:position] + [element[:31]] + path[position + 1 :]))
        for shape in wrong:
            try:
                root = merkle.root_of_path(hash_, digest, *shape)
            except NotAuthentic:
                continue
            self.assertNotEqual(root.hex(), tree["root"], shape)

    def test_shapes_are_refused_before_any_hashing(self):
        def no_hash(_):
            self.fail("hashed")

        for index, size, path in [
            (0, 65_536, [bytes(32)] * 17),
            (0, 2, [bytes(31)]),
            (0, 0, []),
            (1, 1, []),
            (0, 65_537, []),
        ]:
            with self.assertRaises(NotAuthentic):
                merkle.root_of_path(no_hash, bytes(32), index, size, path)


class Envelopes(unittest.TestCase):
    def test_every_envelope_decodes_and_verifies(self):
        for vector in vectors.ENVELOPE["envelopes"]:
            kind, key = vector["kind"], vectors.public_key(vector["key"])
            with self.subTest(kind=kind, key=vector["key"], call=vector["callID"]):
                frame = frames.read(io.BytesIO(bytes.fromhex(vector["frame"])).read)
                content = getattr(frame, kind)
                self.assertEqual(frame.call_id, vector["callID"])
                self.assertEqual(content.SerializeToString().hex(), vector["envelope"])
                self.assertEqual(content.header.hex(), vector["header"])
                envelope.verify(key, LABELS[kind], content.header, content.signature)
                header = strict.decode(HEADERS[kind], content.header)
                self.assertEqual(header.body_digest, keys.hash_of(key.algorithm)(content.body))

    def test_headers_encode_as_in_the_vectors(self):
        for vector in vectors.ENVELOPE["envelopes"]:
            kind = HEADERS[vector["kind"]]
            header = kind()
            for name, value in vector["fields"].items():
                octets = kind.DESCRIPTOR.fields_by_name[name].type == FieldDescriptor.TYPE_BYTES
                setattr(header, name, bytes.fromhex(value) if octets else value)
            self.assertEqual(header.SerializeToString().hex(), vector["header"])

    def test_what_capture_devices_sign_verifies(self):
        for vector in vectors.ENVELOPE["captures"]:
            key, image = vectors.public_key(vector["key"]), bytes.fromhex(vector["image"])
            with self.subTest(key=vector["key"]):
                statement = message("CaptureStatement")(
                    nonce=bytes.fromhex(vector["fields"]["nonce"]),
                    image_digest=keys.sha256(image),
                    captured_ms=vector["fields"]["captured_ms"],
                ).SerializeToString()
                self.assertEqual(statement.hex(), vector["header"])
                signature = Signature(value=bytes.fromhex(vector["value"]), tree_size=1)
                envelope.verify(key, "passgate/1 capture", statement, signature)
                with self.assertRaises(NotAuthentic):
                    envelope.verify(key, envelope.REQUEST, statement, signature)

    def test_own_signatures_verify(self):
        for name in (name for name in vectors.KEYS if name.startswith("tenant-")):
            key = vectors.private_key(name)
            with self.subTest(name):
                self.assertEqual(key.public.key_id.hex(), vectors.KEYS[name]["keyID"])
                hash_ = keys.hash_of(key.public.algorithm)
                headers = [b"one", b"two", b"three"]
                signatures = envelope.sign_tree(hash_, envelope.REQUEST, headers, key.sign)
                for header, signature in zip(headers, signatures, strict=True):
                    envelope.verify(key.public, envelope.REQUEST, header, signature)

    def test_altered_signatures_are_refused(self):
        for vector in vectors.ENVELOPE["envelopes"]:
            key, header = vectors.public_key(vector["key"]), bytes.fromhex(vector["header"])
            label = LABELS[vector["kind"]]
            for altered in self._altered(vector):
                with self.subTest(key=vector["key"], altered=altered), self.assertRaises(NotAuthentic):
                    envelope.verify(key, label, header, altered)
            signature = self._signature(vector)
            with self.assertRaises(NotAuthentic):
                envelope.verify(key, label, header + b"\x00", signature)
            with self.assertRaises(NotAuthentic):
                envelope.verify(key, "passgate/1 notice", header, signature)

    @staticmethod
    def _signature(vector: dict, **changed):
        fields = {
            "value": bytes.fromhex(vector["value"]),
            "tree_size": vector["treeSize"],
            "leaf_index": vector["leafIndex"],
            "path": unhex(vector["path"]),
        }
        return Signature(**{**fields, **changed})

    def _altered(self, vector: dict):
        value, path, size = bytes.fromhex(vector["value"]), unhex(vector["path"]), vector["treeSize"]
        yield self._signature(vector, value=b"")
        yield self._signature(vector, value=bytes(513))
        yield self._signature(vector, value=value[:-1] + bytes([value[-1] ^ 1]))
        yield self._signature(vector, value=value + b"\x00")
        yield self._signature(vector, tree_size=size + 1)
        yield self._signature(vector, tree_size=0)
        yield self._signature(vector, leaf_index=vector["leafIndex"] + 1)
        yield self._signature(vector, path=path + [bytes(32)])
        if path:
            yield self._signature(vector, path=path[:-1])
            yield self._signature(vector, path=[bytes(32)] + path[1:])


class Exchanges(unittest.TestCase):
    """Section 7 on the replies of the vectors."""

    def setUp(self):
        hello = next(frame for frame in vectors.ENVELOPE["frames"] if frame["name"] == "hello")
        root = chains.load(bytes.fromhex(vectors.ENVELOPE["root"]))
        self.hello = frames.read(io.BytesIO(bytes.fromhex(hello["frame"])).read).hello
        self.reply_keys = ReplyKeys(self.hello, root)

    def test_each_reply_is_accepted_for_its_request_only(self):
        sent = [self._sent(vector) for vector in self._of("request")]
        for vector in self._of("response"):
            response = Response.FromString(bytes.fromhex(vector["envelope"]))
            digest = vector["fields"]["request_digest"]
            for request in sent:
                if vector["key"] == "reply-p256" and request.leaf.hex() == digest:
                    accept(response, request, [self.reply_keys])
                else:
                    with self.assertRaises(NotAuthentic):
                        accept(response, request, [self.reply_keys])

    @staticmethod
    def _of(kind: str):
        return [vector for vector in vectors.ENVELOPE["envelopes"] if vector["kind"] == kind]

    @staticmethod
    def _sent(vector: dict) -> SignedRequest:
        request = Request.FromString(bytes.fromhex(vector["envelope"]))
        header = RequestHeader.FromString(request.header)
        sent = SignedRequest(header, request.header, request.body, request.signature)
        assert sent.leaf.hex() == vector["leaf"]
        return sent

    def test_frames_without_a_signature(self):
        for vector in vectors.ENVELOPE["frames"]:
            encoded = bytes.fromhex(vector["frame"])
            frame = frames.read(io.BytesIO(encoded).read)
            self.assertIsInstance(frame, Frame)
            self.assertEqual(frames.encode(frame), encoded)
