"""What end-to-end tests share."""

from __future__ import annotations

import itertools

import pytest
from e2e_studio import Studio


@pytest.fixture
def studio(tmp_path) -> Studio:
    """An empty project in a folder of its own."""
    return Studio(tmp_path)


@pytest.fixture(scope="module")
def new_studio(tmp_path_factory):
    """Makes projects for fixtures that build once for a whole module."""
    numbers = itertools.count(1)
    return lambda: Studio(tmp_path_factory.mktemp(f"project-{next(numbers)}"))
