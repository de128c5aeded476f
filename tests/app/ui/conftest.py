"""The desk that every test of the pages sits at."""

import pytest

from tests.app.api.conftest import application, office
from tests.app.api.office import Office
from tests.app.ui.desk import Desk

__all__ = ["application", "office"]


@pytest.fixture
def desk(office: Office) -> Desk:
    return Desk(office)
