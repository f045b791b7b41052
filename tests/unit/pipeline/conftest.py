from __future__ import annotations

from pathlib import Path

import pytest
from engine_toys import Toys


@pytest.fixture
def toys(tmp_path: Path) -> Toys:
    toys = Toys(tmp_path)
    toys.write(a="abc", b="bcdef")
    return toys
