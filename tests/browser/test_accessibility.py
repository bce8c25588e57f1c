"""axe-core has nothing to say: every page and every state of the studio, in both themes."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.browser.axe import complaints
from tests.browser.studio import StudioPage
from tests.browser.walks import WALKS, Walk


@pytest.mark.parametrize("walk", WALKS, ids=lambda walk: walk.__name__)
def test_axe_has_nothing_to_say(walk: Walk, new_page, pictures: Path | None):
    page = new_page(reduced_motion="reduce")
    found = []
    for state in walk(page):
        found += complaints(page, state)
        StudioPage(page).picture(pictures, f"{walk.__name__} {state.replace('/', ' ').replace(':', '')}")
    assert found == []
