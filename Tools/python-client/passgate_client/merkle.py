"""Trees of signed headers: RFC 9162 section 2.1 with the leaves and nodes of section 5."""

from collections.abc import Callable

from passgate_client.errors import NotAuthentic

Hash = Callable[[bytes], bytes]
MAX_TREE_SIZE = 65_536
MAX_PATH = 16
DIGEST_BYTES = 32


def leaf(hash_: Hash, label: str, header: bytes) -> bytes:
    return hash_(b"\x00" + label.encode() + b"\x00" + header)


def node(hash_: Hash, left: bytes, right: bytes) -> bytes:
    return hash_(b"\x01" + left + right)


def root_and_paths(hash_: Hash, leaves: list[bytes]) -> tuple[bytes, list[list[bytes]]]:
    """The tree's root and, for each leaf, its siblings from the bottom up."""
    if len(leaves) == 1:
        return leaves[0], [[]]
    split = 1 << ((len(leaves) - 1).bit_length() - 1)
    left, left_paths = root_and_paths(hash_, leaves[:split])
    right, right_paths = root_and_paths(hash_, leaves[split:])
    paths = [path + [right] for path in left_paths] + [path + [left] for path in right_paths]
    return node(hash_, left, right), paths


def root_of_path(hash_: Hash, leaf_digest: bytes, index: int, size: int, path: list[bytes]) -> bytes:
    """The root that a leaf at `index` of `size` leads to; NotAuthentic for a shape that cannot be."""
    if not 1 <= size <= MAX_TREE_SIZE or index >= size:
        raise NotAuthentic("the tree's size or the leaf's index is out of range")
    if len(path) > MAX_PATH or any(len(element) != DIGEST_BYTES for element in path):
        raise NotAuthentic("the path is too long or has an element of the wrong length")
    first, last, root = index, size - 1, leaf_digest
    for element in path:
        if last == 0:
            raise NotAuthentic("the path is too long for the tree")
        if first & 1 or first == last:
            root = node(hash_, element, root)
            while not first & 1 and first:
                first, last = first >> 1, last >> 1
        else:
            root = node(hash_, root, element)
        first, last = first >> 1, last >> 1
    if last:
        raise NotAuthentic("the path is too short for the tree")
    return root
