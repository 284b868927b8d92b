"""The tree of RFC 6962 against another implementation, and proofs that hold exactly for what they are about."""

from __future__ import annotations

from hashlib import sha256

import pymerkle
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casus.journal.merkle import (
    EMPTY_ROOT,
    Frontier,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    node_hash,
    tree_root,
    verify_consistency,
    verify_inclusion,
)


def leaves(count: int) -> list[bytes]:
    return [leaf_hash(str(number).encode()) for number in range(count)]


def oracle(count: int) -> pymerkle.InmemoryTree:
    tree = pymerkle.InmemoryTree(algorithm="sha256")
    for number in range(count):
        tree.append_entry(str(number).encode())
    return tree


@given(st.lists(st.lists(st.binary(max_size=40), max_size=9), max_size=9))
def test_the_root_is_that_of_another_implementation_however_it_was_appended(batches: list[list[bytes]]) -> None:
    tree = pymerkle.InmemoryTree(algorithm="sha256")
    frontier = Frontier()
    for batch in batches:
        for data in batch:
            tree.append_entry(data)
        frontier = frontier.extend(map(leaf_hash, batch))
        assert frontier.root() == tree.get_root()
    assert frontier.root() == tree_root([leaf_hash(data) for batch in batches for data in batch])


def test_roots_of_small_trees_written_out() -> None:
    a, b, c = leaves(3)
    assert Frontier().root() == EMPTY_ROOT == sha256(b"").digest()
    assert tree_root([a]) == a == sha256(b"\x000").digest()
    assert tree_root([a, b, c]) == sha256(b"\x01" + sha256(b"\x01" + a + b).digest() + c).digest()


def test_a_node_cannot_be_passed_off_as_a_leaf() -> None:
    a, b = leaves(2)
    assert leaf_hash(a + b) != node_hash(a, b)


def test_a_frontier_has_one_peak_for_each_one_in_its_size() -> None:
    with pytest.raises(ValueError, match="a tree of 6 leaves has 2 peaks, not 1"):
        Frontier(6, (EMPTY_ROOT,))


@settings(deadline=None)
@given(st.integers(1, 70), st.data())
def test_inclusion_proofs_are_those_of_another_implementation_and_verify(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    given_leaves = leaves(size)
    path = inclusion_proof(given_leaves, index)
    # the oracle counts from 1 and puts the leaf itself first
    assert list(path) == [bytes.fromhex(node) for node in oracle(size).prove_inclusion(index + 1, size).serialize()["path"]][1:]
    assert verify_inclusion(given_leaves[index], index, size, path, tree_root(given_leaves))


@settings(deadline=None)
@given(st.integers(1, 70), st.data())
def test_a_changed_inclusion_proof_fails(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    given_leaves, root = leaves(size), tree_root(leaves(size))
    path = list(inclusion_proof(given_leaves, index))
    leaf = given_leaves[index]
    wrong = bytes([leaf[0] ^ data.draw(st.integers(1, 255))]) + leaf[1:]
    assert not verify_inclusion(wrong, index, size, path, root)
    assert not verify_inclusion(leaf, index, size, path, wrong)
    assert not verify_inclusion(leaf, index, size, [*path, leaf], root)
    for other in range(-1, size + 1):
        assert verify_inclusion(leaf, other, size, path, root) == (other == index)
    if path:
        place = data.draw(st.integers(0, len(path) - 1))
        assert not verify_inclusion(leaf, index, size, [*path[:place], wrong, *path[place + 1 :]], root)
        assert not verify_inclusion(leaf, index, size, [*path[:place], *path[place + 1 :]], root)


@settings(deadline=None)
@given(st.integers(1, 70), st.data())
def test_consistency_proofs_verify_and_changed_ones_fail(second: int, data: st.DataObject) -> None:
    first = data.draw(st.integers(1, second))
    given_leaves = leaves(second)
    roots = tree_root(given_leaves[:first]), tree_root(given_leaves)
    path = list(consistency_proof(given_leaves, first))
    assert verify_consistency(first, roots[0], second, roots[1], path)
    wrong = bytes([roots[0][0] ^ data.draw(st.integers(1, 255))]) + roots[0][1:]
    assert not verify_consistency(first, wrong, second, roots[1], path)
    assert not verify_consistency(first, roots[0], second, wrong, path)
    assert not verify_consistency(first, roots[0], second, roots[1], [*path, wrong])
    assert not verify_consistency(second + 1, roots[0], second, roots[1], path)
    assert not verify_consistency(0, roots[0], second, roots[1], path)
    if path:
        place = data.draw(st.integers(0, len(path) - 1))
        assert not verify_consistency(first, roots[0], second, roots[1], [*path[:place], wrong, *path[place + 1 :]])
        assert not verify_consistency(first, roots[0], second, roots[1], [*path[:place], *path[place + 1 :]])


@given(st.integers(1, 40), st.data())
def test_a_rewritten_past_has_no_consistency_proof(second: int, data: st.DataObject) -> None:
    first = data.draw(st.integers(1, second))
    rewritten = leaves(second)
    rewritten[data.draw(st.integers(0, first - 1))] = leaf_hash(b"rewritten")
    path = consistency_proof(rewritten, first)
    assert not verify_consistency(first, tree_root(leaves(first)), second, tree_root(rewritten), path)


def test_the_worked_example_of_the_standard() -> None:
    """RFC 6962, section 2.1.3: seven leaves, with the names that the figure gives to the nodes."""
    a, b, c, d, e, f, j = given_leaves = leaves(7)
    g, h, i = node_hash(a, b), node_hash(c, d), node_hash(e, f)
    k, l = node_hash(g, h), node_hash(i, j)
    assert tree_root(given_leaves) == node_hash(k, l)
    audit_paths = {0: (b, h, l), 3: (c, g, l), 4: (f, j, k), 6: (i, k)}
    assert {index: inclusion_proof(given_leaves, index) for index in audit_paths} == audit_paths
    consistency_proofs = {3: (c, d, g, l), 4: (l,), 6: (i, j, k)}
    assert {first: consistency_proof(given_leaves, first) for first in consistency_proofs} == consistency_proofs


@pytest.mark.parametrize("index", [-1, 3])
def test_no_proof_for_what_is_not_there(index: int) -> None:
    with pytest.raises(IndexError):
        inclusion_proof(leaves(3), index)
    with pytest.raises(IndexError):
        consistency_proof(leaves(3), 4 if index == 3 else 0)
