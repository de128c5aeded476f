import pickle

import pytest

from app.fetch.model import FetchError, NotConnectedError
from extractors.model import Failure


@pytest.mark.parametrize("kind", [FetchError, NotConnectedError])
def test_an_error_survives_the_work_queue(kind: type[FetchError]) -> None:
    error = kind(Failure.RATE_LIMITED, "Too many requests.", "https://vendor.example/", 429, 30)
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is kind
    assert vars(again) == vars(error)
    assert str(again) == "Too many requests."
