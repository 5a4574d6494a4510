"""Signs and verifies SM2 with GmSSL (`gmssl-pyx`) alone.

    with_gmssl.py sign sm2-sm3 KEY <statement >signature
    with_gmssl.py verify sm2-sm3 PUBLIC_KEY SIGNATURE <statement

Only the keys' points are looked for in their files: both kinds end in 04 and the 64 bytes of the public point, and in
a private key the 32 bytes of the number stand behind 02 01 01 04 20 (version 1 of RFC 5915).
"""

import base64
import sys
from pathlib import Path

import gmssl_pyx

ID = b"1234567812345678"
NUMBER = bytes.fromhex("0201010420")

act, algorithm, key, *signature = sys.argv[1:]
statement = sys.stdin.buffer.read()
encoded = base64.b64decode("".join(Path(key).read_text("ascii").splitlines()[1:-1]))
point = encoded[-64:]
if act == "sign":
    at = encoded.index(NUMBER) + len(NUMBER)
    sys.stdout.buffer.write(gmssl_pyx.sm2_sign(encoded[at : at + 32], point, statement, ID))
elif not gmssl_pyx.sm2_verify(point, statement, Path(signature[0]).read_bytes(), ID):
    sys.exit("the signature does not verify")
