"""The report in a real browser: no request leaves the page, no console message, nothing wider than a phone."""

from __future__ import annotations

import shutil

import pytest

CHROMIUM = shutil.which("chromium")
playwright = pytest.importorskip("playwright.sync_api")

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="needs chromium (Debian package chromium)")


@pytest.mark.parametrize("width", [1280, 390])
def test_page_is_quiet_and_fits(report, width):
    requests, messages = [], []
    with playwright.sync_playwright() as player:
        browser = player.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": width, "height": 900})
        page.on("request", lambda request: requests.append(request.url))
        page.on("console", lambda message: messages.append(message.text))
        page.on("pageerror", lambda error: messages.append(str(error)))
        address = (report / "qc-report.html").as_uri()
        page.goto(address)
        overflow = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        images = page.get_by_role("img").count()
        browser.close()

    assert requests == [address]
    assert messages == []
    assert overflow <= 0
    assert images == 14
