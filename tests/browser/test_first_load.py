"""What the studio loads before anybody touches it: at most 250 kB of compressed script, and that compressed."""

from __future__ import annotations

import gzip

from playwright.sync_api import expect

from tests.browser.studio import StudioPage

MOST_BYTES = 250_000


def test_the_first_load_of_the_studio_is_at_most_250_kilobytes_of_script(page):
    StudioPage.running_anew(page, "Order queue with dead letters")
    scripts: dict[str, bytes] = {}
    encodings: dict[str, str] = {}

    def note(response) -> None:
        if response.url.split("?")[0].endswith(".js"):
            scripts[response.url] = response.body()
            encodings[response.url] = response.headers.get("content-encoding", "")

    page.context.on("response", note)
    page.reload()
    StudioPage(page).opened()
    expect(page.locator(".svelte-flow__node")).to_have_count(4)
    page.wait_for_load_state("networkidle")

    sizes = {url.rsplit("/", 1)[1]: len(gzip.compress(body, 9)) for url, body in scripts.items()}
    assert any(name.startswith("studio-") for name in sizes), sizes
    assert any(name.startswith("decoder.worker-") for name in sizes), sizes
    assert sum(sizes.values()) <= MOST_BYTES, sizes
    assert not [name for name in sizes if name.startswith(("elk", "codemirror", "uPlot", "plotly"))]
    built = {url: said for url, said in encodings.items() if "/static/assets/" in url}
    assert set(built.values()) == {"gzip"}, built
