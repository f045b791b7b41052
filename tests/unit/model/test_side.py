"""Sides: the best cut, held against every cut there is."""

from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from release.model.side import VINYL_SIDES, Block, side_names, split_sides


def _blocks(lengths, begins=None):
    position, blocks = 0, []
    for index, length in enumerate(lengths):
        blocks.append(Block(position, position + length, begins is None or index in begins))
        position += length + 2
    return blocks


def _side_lengths(blocks, starts):
    ends = [*starts[1:], len(blocks)]
    return [blocks[z - 1].end - blocks[a].start for a, z in zip(starts, ends, strict=True)]


def test_two_sides_are_as_even_as_the_tracks_allow():
    assert split_sides(_blocks([5, 5, 5, 5]), 20, (2,)) == (0, 2)


def test_of_two_equal_cuts_the_longer_side_comes_first():
    assert split_sides(_blocks([5, 5, 5]), 20, (2,)) == (0, 2)


def test_the_fewest_sides_that_fit_win():
    assert split_sides(_blocks([9, 9, 9, 9]), 20, (2, 4)) == (0, 2)
    assert split_sides(_blocks([9, 9, 9, 9]), 19, (2, 4)) == (0, 1, 2, 3)


def test_no_cut_where_none_may_be():
    assert split_sides(_blocks([5, 5, 5, 5], begins={3}), 20, (2,)) == (0, 3)
    assert split_sides(_blocks([5, 5, 5, 5], begins=set()), 20, (2, 4)) is None


def test_even_among_the_shorter_sides():
    # no cut has a longest side under 10; beside it 4 + 2 + 4 is more even than 1 and the rest
    assert split_sides(_blocks([10, 1, 4, 4]), 10, (3,)) == (0, 1, 3)


@settings(max_examples=80, deadline=None)
@given(
    lengths=st.lists(st.integers(1, 12), min_size=1, max_size=8),
    closed=st.sets(st.integers(1, 7)),
    count=st.integers(1, 4),
    longest=st.integers(8, 60),
)
def test_no_other_cut_is_better(lengths, closed, count, longest):
    blocks = _blocks(lengths, set(range(len(lengths))) - closed)
    allowed = [i for i in range(1, len(blocks)) if i not in closed]
    cuts = [(0, *cut) for cut in combinations(allowed, count - 1)]
    ranks = {cut: (max(l := _side_lengths(blocks, cut)), max(l) - min(l), [-x for x in l]) for cut in cuts}
    fitting = [cut for cut in cuts if ranks[cut][0] <= longest]

    expected = min(fitting, key=ranks.__getitem__) if fitting else None
    assert split_sides(blocks, longest, (count,)) == expected


def test_a_long_album_is_cut_at_once():
    assert len(split_sides(_blocks([3] * 120), 60, range(2, 27, 2))) == 10


@pytest.mark.parametrize("profile", VINYL_SIDES.values())
def test_full_level_is_never_longer_than_the_side(profile):
    assert profile.full_level_s <= profile.longest_s


def test_side_names():
    assert side_names(3) == ("A", "B", "C")
