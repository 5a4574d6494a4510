"""Signs and verifies with `cryptography` alone.

    with_cryptography.py sign ALGORITHM KEY <statement >signature
    with_cryptography.py verify ALGORITHM PUBLIC_KEY SIGNATURE <statement
"""

import sys
from pathlib import Path

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding

PSS = padding.PSS(mgf=padding.MGF1(hashes.SHA256()), salt_length=32)
PARAMETERS = {
    "ecdsa-p256-sha256": [ec.ECDSA(hashes.SHA256())],
    "ed25519": [],
    "rsa-pss-sha256": [PSS, hashes.SHA256()],
    "rsa-pkcs1-sha256": [padding.PKCS1v15(), hashes.SHA256()],
}

act, algorithm, key, *signature = sys.argv[1:]
statement = sys.stdin.buffer.read()
pem = Path(key).read_bytes()
if act == "sign":
    private = serialization.load_pem_private_key(pem, None)
    sys.stdout.buffer.write(private.sign(statement, *PARAMETERS[algorithm]))
else:
    public = serialization.load_pem_public_key(pem)
    public.verify(Path(signature[0]).read_bytes(), statement, *PARAMETERS[algorithm])
