"""The command line against servers on loopback: TLS, frames, calls, signers, exit codes."""

import base64
import contextlib
import io
import json
import tempfile
import unittest
from pathlib import Path
from unittest import mock

import json5

from passgate_client import cli, client, envelope, errors, keys, messages, tls
from passgate_client import profile as profiles
from passgate_client.chains import Purpose
from passgate_client.client import Platform
from passgate_client.messages import Frame, RequestHeader
from tests import vectors
from tests.fake_server import FakePlatform, FakeSigningServer
from tests.throwaway import APPLICATION_TLS, TENANT_MOBILE, Authority

CLAIM = {"documentType": "permit", "number": "H00000001", "name": "CHAN, TAI MAN", "birthDate": "1985-03-09"}
NAMES = ("localhost", "127.0.0.1")


class Loopback(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.authority = Authority()
        self.reply = self.authority.leaf(Purpose.REPLY_SIGNING)
        self.start(self.authority.leaf(Purpose.SERVER_TLS, names=NAMES))
        self.tenant = self.authority.leaf(TENANT_MOBILE)
        self.write("root.pem", self.authority.root.pem)
        self.write("tenant.pem", self.tenant.pem + self.authority.issuing.pem)
        self.write("tenant.key", vectors.pem(self.tenant.key.secret))
        self.profile()

    def start(self, tls) -> None:
        self.server = FakePlatform(self.authority, tls, self.reply)
        self.addCleanup(self.server.close)

    def write(self, name: str, content: bytes) -> None:
        (self.folder / name).write_bytes(content)

    def profile(self, **changed) -> Path:
        values = {
            "server": f"127.0.0.1:{self.server.port}",
            "serverName": "localhost",
            "deployment": "sandbox",
            "tenant": "bank-a",
            "trust": "root.pem",
            "tls": {"certificate": "tenant.pem", "key": "tenant.key"},
            "signing": {"key": "tenant.key"},
            "algorithm": "ecdsa-p256-sha256",
            "scene": "account-opening",
        }
        path = self.folder / "profile.json5"
        path.write_text("// a comment\n" + json.dumps({**values, **changed}))
        return path

    def run_cli(self, *arguments: str, stdin: str = json.dumps(CLAIM)) -> tuple[int, list[dict]]:
        output = io.StringIO()
        command, *options = arguments
        with mock.patch("sys.stdin", io.StringIO(stdin)), contextlib.redirect_stdout(output):
            code = cli.main([command, "--profile", str(self.folder / "profile.json5"), *options])
        return code, [json.loads(line) for line in output.getvalue().splitlines()]

    def fails(self, error: type, *arguments: str) -> None:
        code, [said] = self.run_cli(*(arguments or ["verify"]))
        self.assertEqual((code, said["error"], said["replyVerified"]), (2, error.__name__, False))


class Commands(Loopback):
    def test_verify(self):
        code, [said] = self.run_cli("verify")
        self.assertEqual((code, said["verdict"], said["replyVerified"]), (0, "CONSISTENT", True))
        self.assertEqual(said["replyKeyId"], self.reply.key.public.key_id.hex())

    def test_the_request_is_what_section_6_asks_for(self):
        self.run_cli("verify", stdin=json.dumps({**CLAIM, "scene": "renewal"}))
        request = self.server.received[0].request
        header = RequestHeader.FromString(request.header)
        self.assertEqual(header.channel_binding, self.server.bindings[0])
        self.assertEqual((header.tenant_id, header.scene_id, header.sequence), ("bank-a", "renewal", 1))
        self.assertEqual(header.body_digest, keys.sha256(request.body))
        envelope.verify(self.tenant.key.public, envelope.REQUEST, request.header, request.signature)

    def test_batch(self):
        lines = "\n".join([json.dumps(CLAIM)] * 3)
        code, [said] = self.run_cli("batch", stdin=lines)
        self.assertEqual((code, len(said["results"])), (0, 3))
        code, said = self.run_cli("batch", "--each", stdin=lines)
        self.assertEqual((code, [one["verdict"] for one in said]), (0, ["CONSISTENT"] * 3))
        sizes = [frame.request.signature.tree_size for frame in self.server.received if frame.call_id]
        self.assertEqual(sizes, [1, 3, 3, 3])

    def asked(self, method: str):
        """The bodies of the requests of a method."""
        headers = [(RequestHeader.FromString(frame.request.header), frame.request) for frame in self.server.received]
        kind = messages.request_class(method)
        return [kind.FromString(request.body) for header, request in headers if header.method == method]

    def pictures(self, *names: str) -> list[str]:
        for name in names:
            self.write(name, name.encode())
        return [str(self.folder / name) for name in names]

    def test_portrait(self):
        [image] = self.pictures("now.jpg")
        code, [said] = self.run_cli("portrait", "--image", image, "--reading", "ab" * 16)
        self.assertEqual((code, said["verdict"], said["presentationAttackCheck"]), (0, "CONSISTENT", "NO_CHECK"))
        [asked] = self.asked(messages.VERIFY_PORTRAIT)
        self.assertEqual((asked.image, asked.reading_id, asked.capture_id), (b"now.jpg", b"\xab" * 16, b""))
        self.assertEqual((asked.claim.number, self.asked(messages.START_CAPTURE)), (CLAIM["number"], []))

    def test_a_turn_of_the_head(self):
        image, *frames = self.pictures("now.jpg", "1.jpg", "2.jpg", "3.jpg")
        code, [capture, said] = self.run_cli("portrait", "--image", image, "--frames", *frames)
        self.assertEqual((code, capture["turn"], said["verdict"]), (0, "RIGHT", "CONSISTENT"))
        [asked] = self.asked(messages.VERIFY_PORTRAIT)
        self.assertEqual((asked.capture_id, list(asked.frames)), (b"c" * 16, [b"1.jpg", b"2.jpg", b"3.jpg"]))

    def test_a_connection_without_a_certificate_is_trusted_before_it_sends_pictures(self):
        values = json5.loads(self.profile().read_text())
        del values["tls"]
        (self.folder / "profile.json5").write_text(json.dumps(values))
        code, [said] = self.run_cli("portrait", "--image", *self.pictures("now.jpg"))
        self.assertEqual((code, said["verdict"], len(self.asked(messages.START_CAPTURE))), (0, "CONSISTENT", 1))

    def test_portraits_refused_and_pictures_that_are_not_there(self):
        [image] = self.pictures("now.jpg")
        self.fails(errors.ProfileError, "portrait", "--image", "none.jpg")
        self.fails(errors.ProfileError, "portrait", "--image", image, "--reading", "xy")
        self.server.refuse_with = (14, 60)
        for frames in ([], ["--frames", image]):
            code, [said] = self.run_cli("portrait", "--image", image, *frames)
            self.assertEqual((code, said["reason"], said["mayRetry"]), (1, "PORTRAIT_UNAVAILABLE", True))

    def test_health_needs_no_key(self):
        self.profile(tls={"certificate": "none", "key": "none"}, signing={"key": "none"})
        code, [said] = self.run_cli("health")
        self.assertEqual((code, said["health"]), (0, "SERVING"))

    def test_a_refusal(self):
        self.server.refuse_with = (7, 11)
        code, [said] = self.run_cli("verify")
        self.assertEqual((code, said["status"], said["reason"]), (1, "PERMISSION_DENIED", "SCENE_NOT_AGREED"))
        self.assertEqual((said["field"], said["mayRetry"]), ("scene_id", False))

    def test_a_command_that_signs(self):
        self.profile(signing={"key": "tenant.pem"})
        command = f"openssl dgst -sha256 -sign {self.folder / 'tenant.key'}"
        code, _ = self.run_cli("verify", "--sign-with", command)
        self.assertEqual(code, 0)
        self.fails(errors.NotAuthentic, "verify", "--sign-with", "echo wrong")
        self.fails(errors.SignerRefused, "verify", "--sign-with", "false")

    def test_a_command_that_verifies(self):
        good = "openssl dgst -sha256 -verify {key} -signature {signature}"
        code, _ = self.run_cli("verify", "--verify-with", good)
        self.assertEqual(code, 0)
        self.fails(errors.NotAuthentic, "verify", "--verify-with", "openssl dgst -sha1 -verify {key} -signature {signature}")
        self.fails(errors.ProfileError, "verify", "--verify-with", "no-such-command {key}")

    def test_wrong_claims(self):
        for claim in ("", "[]", "{}", json.dumps({**CLAIM, "age": 1}), json.dumps({**CLAIM, "documentType": "card"})):
            code, [said] = self.run_cli("verify", stdin=claim)
            self.assertEqual((code, said["error"]), (2, "ProfileError"))

    def test_a_scene_is_needed(self):
        values = json5.loads(self.profile().read_text())
        del values["scene"]
        (self.folder / "profile.json5").write_text(json.dumps(values))
        self.fails(errors.ProfileError)
        self.assertEqual(self.run_cli("verify", stdin=json.dumps({**CLAIM, "scene": "renewal"}))[0], 0)

    def test_wrong_profiles(self):
        for changed in (
            {"color": "blue"},
            {"deployment": "test"},
            {"algorithm": "rsa"},
            {"signing": {}},
            {"signing": {"key": 1}},
            {"server": "localhost"},
            {"trust": "none.pem"},
            {"tls": {"certificate": "root.pem", "key": "tenant.key"}},
        ):
            self.profile(**changed)
            with self.subTest(changed):
                self.fails(errors.ProfileError)


class Peers(Loopback):
    def test_a_reply_that_was_tampered_with(self):
        self.server.tamper = True
        self.fails(errors.NotAuthentic)

    def test_a_server_with_another_name_purpose_or_root(self):
        self.profile(serverName="platform.example")
        self.fails(errors.NotAuthentic)
        self.write("root.pem", Authority().root.pem)
        self.profile()
        self.fails(errors.NotAuthentic)
        self.write("root.pem", self.authority.root.pem)
        self.start(self.authority.leaf(Purpose.SIGNER_TLS, names=NAMES))
        self.profile()
        self.fails(errors.NotAuthentic)

    def test_an_address_for_a_name(self):
        self.profile(serverName="127.0.0.1")
        self.assertEqual(self.run_cli("verify")[0], 0)

    def test_another_alpn(self):
        with mock.patch.object(FakePlatform, "alpn", b"passgate/2"):
            self.fails(errors.NotAuthentic)

    def test_pings_are_answered_and_new_keys_taken(self):
        new = self.authority.leaf(Purpose.REPLY_SIGNING)
        self.server.before = [Frame(ping={"opaque": b"12345678"}), self.server.hello(new)]
        lines = "\n".join([json.dumps(CLAIM)] * 2)
        self.assertEqual(self.run_cli("batch", "--each", stdin=lines)[0], 0)
        # Connections are served one after another: a second answer means that the first was read to its end.
        self.assertEqual(self.run_cli("verify")[0], 0)
        pongs = [frame.pong.opaque for frame in self.server.received if frame.WhichOneof("kind") == "pong"]
        self.assertIn(b"12345678", pongs)

    def test_a_farewell_lets_calls_finish(self):
        self.server.before = [Frame(go_away={"reason": 1, "last_call_id": 2**64 - 1})]
        self.assertEqual(self.run_cli("verify")[0], 0)

    def test_a_farewell_before_the_call(self):
        self.server.before = [Frame(go_away={"reason": 1, "last_call_id": 0})]
        self.fails(errors.ConnectionLost)

    def test_a_server_that_does_not_begin_with_hello(self):
        with mock.patch.object(FakePlatform, "greeting", lambda _: [Frame(ping={"opaque": bytes(8)})]):
            self.fails(errors.ProtocolError)

    def test_no_call_after_a_farewell(self):
        with Platform(profiles.load(self.profile()).platform()) as platform:
            self.server.before = [Frame(go_away={"reason": 1, "last_call_id": 2**64 - 1})]
            client.health(platform, profiles.load(self.profile()))
            with self.assertRaises(errors.ConnectionLost) as caught:
                client.health(platform, profiles.load(self.profile()))
            self.assertEqual(caught.exception.reason, "SHUTDOWN")

    def test_faults_of_the_server(self):
        for before, error in (
            (Frame(go_away={"reason": 4}), errors.ConnectionLost),
            (Frame(call_id=7, response={}), errors.ProtocolError),
            (Frame(call_id=1, request={}), errors.ProtocolError),
            (Frame(ping={"opaque": b"1"}), errors.ProtocolError),
            (Frame(hello={"protocol": 2}), errors.ProtocolError),
        ):
            self.server.before = [before]
            with self.subTest(before):
                self.fails(error)

    def test_the_reason_of_a_fault_is_told(self):
        self.server.before = [Frame(go_away={"reason": 9, "detail": "too many"})]
        _, [said] = self.run_cli("verify")
        self.assertIn("NOT_AUTHENTIC too many", said["detail"])

    def test_a_server_that_says_nothing(self):
        with mock.patch.object(FakePlatform, "greeting", lambda _: []), mock.patch.object(tls, "SECONDS", 0.2):
            _, [said] = self.run_cli("verify")
        self.assertEqual(said["detail"], "the server did not answer in time")

    def test_nobody_listens(self):
        self.profile(server="127.0.0.1:1")
        self.fails(errors.ConnectionLost)

    def test_the_client_takes_its_leave(self):
        with Platform(profiles.load(self.profile()).platform()) as platform:
            self.assertEqual(platform.binding, self.server.bindings[0])
        self.run_cli("verify")
        self.assertEqual(self.server.received[0].go_away.reason, 1)

    def test_a_probe_tells_what_came(self):
        code, [said] = self.run_cli("probe", "--case", "valid")
        self.assertEqual((code, said["verdict"], said["asExpected"]), (1, "CONSISTENT", False))
        self.server.verdict = 2
        code, [said] = self.run_cli("probe", "--case", "valid")
        self.assertEqual((code, said["verdict"], said["asExpected"]), (0, "INCONSISTENT", True))
        code, [said] = self.run_cli("probe", "--case", "signature-altered")
        self.assertEqual((code, said["reason"], said["asExpected"]), (1, "NONE", False))


class Signing(Loopback):
    def setUp(self):
        super().setUp()
        self.signing_key = self.authority.leaf(frozenset({"2.25.1"}))
        self.start_signer(self.authority.leaf(Purpose.SIGNER_TLS, names=NAMES))
        application = self.authority.leaf(APPLICATION_TLS)
        self.write("application.pem", application.pem + self.authority.issuing.pem)
        self.write("application.key", vectors.pem(application.key.secret))
        self.profile_with_signer()

    def start_signer(self, tls) -> None:
        self.signer = FakeSigningServer(self.authority, tls, self.signing_key)
        self.addCleanup(self.signer.close)

    def profile_with_signer(self, **changed) -> None:
        signing = {
            "signer": f"127.0.0.1:{self.signer.port}",
            "serverName": "localhost",
            "trust": "root.pem",
            "certificate": "application.pem",
            "key": "application.key",
            "keyId": self.signing_key.key.public.key_id.hex(),
        }
        self.profile(signing={**signing, **changed})

    def test_a_signing_server_signs(self):
        lines = "\n".join([json.dumps(CLAIM)] * 3)
        self.assertEqual(self.run_cli("batch", "--each", stdin=lines)[0], 0)
        for frame in self.server.received[:3]:
            key = self.signing_key.key.public
            envelope.verify(key, envelope.REQUEST, frame.request.header, frame.request.signature)

    def test_health(self):
        with profiles.load(self.folder / "profile.json5").signer() as signer:
            self.assertEqual(signer.health().keys, 1)

    def test_a_refusal(self):
        self.signer.refuse = True
        self.fails(errors.SignerRefused)

    def test_signatures_that_do_not_verify(self):
        self.signer.forge = True
        self.fails(errors.NotAuthentic)

    def test_a_hello_with_reply_keys(self):
        hello = self.server.hello()
        with mock.patch.object(FakeSigningServer, "greeting", lambda _: [hello]):
            self.fails(errors.ProtocolError)

    def test_another_result_than_asked_for(self):
        with mock.patch.object(FakeSigningServer, "_reply", lambda *_: {"health": {}}):
            self.fails(errors.ProtocolError)

    def test_answers_that_do_not_fit(self):
        certificate = {"certificate": self.signing_key.encoded, "algorithm": keys.ECDSA_P256}
        for answer in (
            {},
            {"status": 7, "reason": 26, "certificate": certificate},
            {"health": {}},
            {"certificate": certificate},
            {"signed": {}},
        ):
            replies = [{"certificate": certificate}, answer]
            reply = mock.patch.object(FakeSigningServer, "_reply", side_effect=replies)
            with reply, self.subTest(answer):
                self.fails(errors.ProtocolError)

    def test_another_key_than_asked_for(self):
        self.profile_with_signer(keyId="00" * 32)
        self.fails(errors.NotAuthentic)
        self.profile_with_signer(keyId="00")
        self.fails(errors.ProfileError)

    def test_a_server_of_the_platform_is_no_signing_server(self):
        self.start_signer(self.authority.leaf(Purpose.SERVER_TLS, names=NAMES))
        self.profile_with_signer()
        self.fails(errors.NotAuthentic)


class KeyFiles(unittest.TestCase):
    def test_private_keys_of_every_algorithm(self):
        for name, key in vectors.KEYS.items():
            with self.subTest(name):
                pem = _sm2_pem(key) if key["algorithm"] == keys.SM2 else vectors.pem(vectors.private_key(name).secret)
                self.assertEqual(keys.private_key(pem, key["algorithm"]).public, vectors.public_key(name))

    def test_files_that_hold_no_key(self):
        for pem in (b"", b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"):
            for algorithm in keys.ALGORITHMS.values():
                with self.assertRaises(errors.ProfileError):
                    keys.private_key(pem, algorithm)
        for pem in (b"-----BEGIN CERTIFICATE-----\n", b"-----BEGIN PUBLIC KEY-----\n"):
            with self.assertRaises(errors.ProfileError):
                keys.public_half(pem, keys.ECDSA_P256)

    def test_a_key_of_another_algorithm(self):
        pem = vectors.pem(vectors.private_key("tenant-ed25519").secret)
        for algorithm in (keys.ECDSA_P256, keys.RSA_PSS, keys.SM2):
            with self.assertRaises(errors.PassgateError):
                keys.private_key(pem, algorithm)


def _sm2_pem(key: dict) -> bytes:
    """PKCS #8 of an SM2 key, without its public half."""
    scalar = bytes.fromhex(key["private"]["scalar"])
    algorithm = bytes.fromhex("301306072a8648ce3d020106082a811ccf5501822d")
    inner = bytes.fromhex("30250201010420") + scalar
    content = bytes.fromhex("020100") + algorithm + b"\x04" + bytes([len(inner)]) + inner
    encoded = base64.b64encode(b"\x30" + bytes([len(content)]) + content)
    return b"-----BEGIN PRIVATE KEY-----\n" + encoded + b"\n-----END PRIVATE KEY-----\n"
