"""DER that is cut off or of another shape."""

import unittest

from passgate_client import der
from passgate_client.errors import NotAuthentic
from tests.throwaway import certify


class Der(unittest.TestCase):
    def test_elements(self):
        found = der.elements(bytes.fromhex("020101" + "308102aabb"))
        self.assertEqual([(element.tag, element.content.hex()) for element in found], [(2, "01"), (0x30, "aabb")])

    def test_what_is_cut_off(self):
        for encoded in ("02", "0202aa", "3081", "308105aabb"):
            with self.subTest(encoded), self.assertRaises(NotAuthentic):
                der.elements(bytes.fromhex(encoded))

    def test_another_shape(self):
        for encoded in ("", "020101", "30003000"):
            with self.subTest(encoded), self.assertRaises(NotAuthentic):
                der.only(bytes.fromhex(encoded), der.SEQUENCE)

    def test_the_key_of_a_certificate(self):
        leaf = certify()
        self.assertEqual(der.certificate_public_key(leaf.certificate.tbs_certificate_bytes), leaf.key.public.spki)
        without_version = bytes.fromhex("300e" + "0500" * 7)
        with self.assertRaises(NotAuthentic):
            der.certificate_public_key(without_version)
