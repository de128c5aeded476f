"""Whether there is a browser to test with: tried once, and said loudly where there is none."""

import shutil
from importlib.util import find_spec

import pytest

from app.clock import utc_now
from app.fetch.fetcher import fetcher_from
from app.fetch.model import FetchError
from app.rendering.renderer import renderer_from
from app.settings import Settings
from tests.app.rendering.script_site import script_site


@pytest.fixture(scope="session")
def browser_here() -> None:
    """Skips what needs a browser where none is installed, or none starts in its sandbox."""
    if shutil.which(Settings().chromium) is None or find_spec("playwright") is None:
        pytest.skip("NO BROWSER: install Debian's `chromium` and the extra `render` to test rendering")
    settings = Settings(allowed_networks=("127.0.0.0/8",), render=True)
    fetcher = fetcher_from(settings)
    renderer = renderer_from(settings, fetcher, utc_now)
    assert renderer is not None
    with script_site() as site:
        try:
            renderer(site.url())
        except FetchError as error:
            if "did not start" not in error.detail:
                raise
            pytest.skip(f"NO BROWSER STARTS HERE, rendering is not tested: {error.detail}")
