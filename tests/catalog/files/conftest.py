"""Private storage of each test's own."""

from pathlib import Path

import pytest
from pytest_django import Settings


@pytest.fixture
def private_folder(tmp_path: Path, settings: Settings) -> Path:
    folder = tmp_path / "private"
    own = dict(settings.STORAGES)
    options = {**own["private"]["OPTIONS"], "location": folder}
    settings.STORAGES = {**own, "private": {**own["private"], "OPTIONS": options}}
    return folder
