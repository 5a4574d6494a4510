"""Signatures over headers (section 5)."""

from collections.abc import Callable

from passgate_client import merkle
from passgate_client.errors import NotAuthentic
from passgate_client.keys import PublicKey, hash_of
from passgate_client.merkle import Hash
from passgate_client.messages import Signature

REQUEST = "passgate/1 request"
RESPONSE = "passgate/1 response"
MAX_VALUE = 512


def statement(tree_size: int, root: bytes) -> bytes:
    """The bytes that a key signs."""
    return b"passgate/1 signature\x00" + tree_size.to_bytes(8, "big") + root


def sign_tree(hash_: Hash, label: str, headers: list[bytes], sign: Callable[[bytes], bytes]) -> list:
    """One signature for each header, all with the same value; a single header is signed directly."""
    leaves = [merkle.leaf(hash_, label, header) for header in headers]
    root, paths = merkle.root_and_paths(hash_, leaves)
    value = sign(statement(len(headers), root))
    return [
        Signature(value=value, tree_size=len(headers), leaf_index=index, path=path) for index, path in enumerate(paths)
    ]


def verify(key: PublicKey, label: str, header: bytes, signature) -> None:
    """NotAuthentic unless `signature` is the key's, over this header."""
    if not 1 <= len(signature.value) <= MAX_VALUE:
        raise NotAuthentic("the signature's value is empty or too long")
    hash_ = hash_of(key.algorithm)
    leaf = merkle.leaf(hash_, label, header)
    root = merkle.root_of_path(hash_, leaf, signature.leaf_index, signature.tree_size, list(signature.path))
    key.verify(signature.value, statement(signature.tree_size, root))
