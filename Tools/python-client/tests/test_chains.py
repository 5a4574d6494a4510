"""Section 12: chains that lead to the root, and those that must not."""

import unittest
from datetime import timedelta

from cryptography.hazmat.primitives.asymmetric import rsa

from passgate_client import chains, keys
from passgate_client.chains import Purpose
from passgate_client.errors import NotAuthentic
from tests.throwaway import NOW, TENANT_MOBILE, Authority, certify


class Chains(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.authority = Authority()

    def verify(self, *chain, root=None, now=NOW):
        root = root or self.authority.root
        certificates = [certified.certificate for certified in chain]
        chains.verify(certificates, root.certificate, Purpose.REPLY_SIGNING, now)

    def refuse(self, *chain, **options):
        with self.assertRaises(NotAuthentic):
            self.verify(*chain, **options)

    def leaf(self, **options):
        return self.authority.leaf(options.pop("usages", Purpose.REPLY_SIGNING), **options)

    def test_good_chains(self):
        self.verify(self.leaf(), self.authority.issuing)
        self.verify(certify(Purpose.REPLY_SIGNING.value, self.authority.root))

    def test_validity_includes_both_ends(self):
        leaf = self.leaf(begin=NOW, end=NOW + timedelta(seconds=10))
        self.verify(leaf, self.authority.issuing, now=NOW)
        self.verify(leaf, self.authority.issuing, now=NOW + timedelta(seconds=10))
        self.refuse(leaf, self.authority.issuing, now=NOW - timedelta(seconds=1))
        self.refuse(leaf, self.authority.issuing, now=NOW + timedelta(seconds=11))

    def test_the_root_must_be_valid_too(self):
        root = certify(ca=True, name="root", end=NOW - timedelta(seconds=1))
        self.refuse(certify(Purpose.REPLY_SIGNING.value, root), root=root)

    def test_another_root(self):
        self.refuse(self.leaf(), self.authority.issuing, root=Authority().root)

    def test_missing_or_foreign_issuers(self):
        self.refuse()
        self.refuse(self.leaf())
        self.refuse(self.leaf(), Authority().issuing)
        self.refuse(self.leaf(), self.authority.issuing, self.authority.issuing)

    def test_purposes(self):
        for usages in (TENANT_MOBILE, Purpose.SERVER_TLS, Purpose.REPLY_SIGNING.value | TENANT_MOBILE, frozenset()):
            self.refuse(self.leaf(usages=usages), self.authority.issuing)

    def test_leaves(self):
        self.refuse(self.leaf(ca=True, digital_signature=True), self.authority.issuing)
        self.refuse(self.leaf(digital_signature=False), self.authority.issuing)
        self.refuse(self.leaf(critical=True), self.authority.issuing)

    def test_a_leaf_issues_nothing(self):
        leaf = certify(Purpose.REPLY_SIGNING.value, self.authority.root, name="no-ca")
        self.refuse(certify(Purpose.REPLY_SIGNING.value, leaf), leaf)

    def test_path_lengths(self):
        below = certify(issuer=self.authority.issuing, ca=True, name="below")
        self.refuse(certify(Purpose.REPLY_SIGNING.value, below), below, self.authority.issuing)

    def test_at_most_two_between_leaf_and_root(self):
        chain = [certify(ca=True, name="root")]
        for number in range(3):
            chain.insert(0, certify(issuer=chain[0], ca=True, name=f"ca-{number}"))
        *issuers, root = chain
        self.verify(certify(Purpose.REPLY_SIGNING.value, issuers[1]), *issuers[1:], root=root)
        self.refuse(certify(Purpose.REPLY_SIGNING.value, issuers[0]), *issuers, root=root)

    def test_weak_issuers(self):
        secret = rsa.generate_private_key(65_537, 1024)
        weak = keys.PrivateKey(keys.new_key(keys.ECDSA_P256).public, secret)
        root = certify(ca=True, name="root", key=weak)
        self.refuse(certify(Purpose.REPLY_SIGNING.value, root), root=root)

    def test_weak_hashes(self):
        leaf = chains.load(self.authority.sha1_leaf(Purpose.REPLY_SIGNING))
        with self.assertRaises(NotAuthentic):
            chains.verify(
                [leaf, self.authority.issuing.certificate], self.authority.root.certificate, Purpose.REPLY_SIGNING
            )

    def test_names(self):
        leaf = self.leaf(names=("Platform.example", "127.0.0.1")).certificate
        self.assertTrue(chains.names(leaf, "platform.example"))
        self.assertTrue(chains.names(leaf, "127.0.0.1"))
        for other in ("example", "127.0.0.2", "a.platform.example", "::1", ""):
            self.assertFalse(chains.names(leaf, other))
        self.assertFalse(chains.names(self.leaf().certificate, "leaf"))

    def test_unreadable_certificates(self):
        too_long = self.leaf(names=tuple(f"host-{number}.example" for number in range(1000))).encoded
        self.assertGreater(len(too_long), 16_384)
        for encoded in (b"", b"\x30\x00", too_long):
            with self.assertRaises(NotAuthentic):
                chains.load(encoded)


class Keys(unittest.TestCase):
    def test_keys_of_another_algorithm_are_refused(self):
        for algorithm in keys.ALGORITHMS.values():
            spki = keys.new_key(algorithm).public.spki
            for other in keys.ALGORITHMS.values():
                if other != algorithm and {algorithm, other} != {keys.RSA_PSS, keys.RSA_PKCS1}:
                    with self.assertRaises(NotAuthentic):
                        keys.PublicKey(spki, other)

    def test_keys_that_cannot_be(self):
        ed25519 = keys.new_key(keys.ED25519).public.spki[:-32]
        sm2 = keys.new_key(keys.SM2).public.spki
        small_order = (bytes(32), b"\x01" + bytes(31), b"\xec" + b"\xff" * 30 + b"\x7f", bytes(31) + b"\x80")
        for spki, algorithm in [
            *((ed25519 + point, keys.ED25519) for point in small_order),
            (sm2[:-1] + bytes([sm2[-1] ^ 1]), keys.SM2),
            (sm2 + b"\x00", keys.SM2),
            (b"", keys.ECDSA_P256),
        ]:
            with self.assertRaises(NotAuthentic):
                keys.PublicKey(spki, algorithm)
