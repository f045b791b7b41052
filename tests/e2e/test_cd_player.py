"""The player page of a disc in a real browser: quiet, offline, by keyboard, and every place where the disc has it."""

from __future__ import annotations

import base64
import io
import json
import re
import shutil

import numpy as np
import pytest
from e2e_studio import track

CHROMIUM = shutil.which("chromium")
RATE = 44_100
TONES = {"intro": 330.0, "a": 440.0, "b": 587.0, "c": 784.0}
"""One pitch for each source: a listener knows by it which one plays."""


def tone(name: str, seconds: float) -> np.ndarray:
    t = np.arange(round(seconds * RATE)) / RATE
    return 0.25 * np.sin(2 * np.pi * TONES[name] * t)[:, None] * np.ones((1, 2))


@pytest.fixture(scope="module")
def built(new_studio):
    """Hidden sound from 0 to 6 s, track 1 at 8 s, track 2 at 13 s (index 02 at 15 s), a pause at 18 s, track 3 at 21 s."""
    studio = new_studio()
    for name, seconds in {"intro": 6, "a": 5, "b": 5, "c": 6}.items():
        studio.record(f"{name}.wav", tone(name, seconds), RATE, 16)
    studio.write(
        tracks=[
            {"id": "intro", "title": "Before </script><b>", "source": "mixes/intro.wav", "hidden": True},
            {**track(1, "a.wav"), "title": "One & only"},
            track(2, "b.wav", gap="0 s", indexes=["2 s"]),
            track(3, "c.wav", gap="3 s"),
        ],
        targets={"cd": {"dither": "none", "text": True}},
    )
    return studio.build()


@pytest.fixture(scope="module")
def page_text(built):
    return (built.folder / "cd/player.html").read_text(encoding="utf-8")


POINTS = [(1, 0, 0.0), (1, 1, 8.0), (2, 1, 13.0), (2, 2, 15.0), (3, 0, 18.0), (3, 1, 21.0)]


def part(text, name):
    return re.search(rf'id="{name}">(.*?)</script>', text, re.DOTALL)[1].strip()


def test_the_record_knows_the_page_as_a_preview_that_was_read_back(built):
    (entry,) = [d for d in built.record["targets"]["cd"]["deliverables"] if d["role"] == "preview"]
    assert entry["path"] == "cd/player.html"
    assert entry["verified"]["times"] is True
    assert entry["verified"]["places_heard"] == 3


def test_places_are_those_of_the_disc(page_text):
    data = json.loads(part(page_text, "disc"))
    assert [(p["track"], p["index"], p["at"]) for p in data["points"]] == POINTS
    assert data["seconds"] == 27.0


def test_sound_is_the_disc_from_two_seconds_on(page_text):
    """Decoded by FFmpeg: its length, and the pitch of each source in its place."""
    import av

    with av.open(io.BytesIO(base64.b64decode(part(page_text, "sound")))) as container:
        frames = [(frame.format.is_planar, frame.to_ndarray()) for frame in container.decode(audio=0)]
    decoded = [samples.reshape(2, -1) if planar else samples.reshape(-1, 2).T for planar, samples in frames]
    sound = np.concatenate(decoded, axis=1)[0]
    assert abs(len(sound) - 27 * 48_000) < 960  # FFmpeg plays the last packet of a WebM to its end
    for at_s, name in [(0.1, "intro"), (8.1, "a"), (12.7, "a"), (13.1, "b"), (17.7, "b"), (21.1, "c")]:
        window = sound[round(at_s * 48_000) :][: 48_000 // 5] * np.hanning(48_000 // 5)
        assert abs(np.argmax(np.abs(np.fft.rfft(window))) * 5 - TONES[name]) <= 5
    assert np.abs(sound[round(18.2 * 48_000) : round(20.8 * 48_000)]).max() < 1e-3
    edge = np.flatnonzero(np.abs(sound[round(20.5 * 48_000) :]) > 0.05)[0] / 48_000 + 20.5
    assert abs(edge - 21.0) < 0.005


def test_page_says_what_it_is_and_escapes_what_users_wrote(page_text, built):
    assert "The sound of this page is a preview" in page_text
    assert re.search(r"Opus, about 96 kb/s, [\d.]+ kB", page_text)
    image = next(d for d in built.record["targets"]["cd"]["deliverables"] if d["path"].endswith("IMAGE.DAT"))
    assert image["sha256"] in re.sub(r"</?(span|wbr)>", "", page_text)
    assert "One &amp; only" in page_text
    assert "<b>" not in page_text
    assert not re.search(r"(src|href)=\"(?!#)", page_text)
    assert "http" not in page_text.replace("http-equiv", "")


def test_without_the_key_there_is_no_page(built, new_studio):
    studio = new_studio()
    studio.record("a.wav", tone("a", 5), RATE, 16)
    studio.write(tracks=[track(1, "a.wav")], targets={"cd": {"player": False}})
    assert not (studio.build().folder / "cd/player.html").exists()


@pytest.fixture(scope="module")
def browser():
    playwright = pytest.importorskip("playwright.sync_api")
    if CHROMIUM is None:
        pytest.skip("needs chromium (Debian package chromium)")
    with playwright.sync_playwright() as player:
        made = player.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield made
        made.close()


@pytest.fixture
def opened(browser, built):
    """The page, its sound loaded, with everything that it asked for and complained of."""
    page = browser.new_page(viewport={"width": 1100, "height": 900})
    page.asked, page.said = [], []
    page.on("request", lambda request: page.asked.append(request.url))
    page.on("console", lambda message: page.said.append(message.text))
    page.on("pageerror", lambda error: page.said.append(str(error)))
    page.goto((built.folder / "cd/player.html").as_uri())
    page.wait_for_selector("#position:enabled", timeout=60_000)
    yield page
    page.close()


def now(page):
    """Where the page stands, once a seek has ended."""
    return page.evaluate(
        "new Promise((done) => { const a = document.getElementById('audio');"
        " const look = () => (a.seeking ? setTimeout(look, 5) : done(a.currentTime)); look(); })"
    )


def stand_still(page):
    """From here on a place is started as ever, but no time goes by: what is read is where it starts."""
    page.evaluate("HTMLMediaElement.prototype.play = () => Promise.resolve()")


def paused_at(page, key):
    """Where a key starts to play."""
    stand_still(page)
    page.keyboard.press(key)
    return now(page)


def test_nothing_leaves_the_page_and_nothing_complains(opened, built):
    address = (built.folder / "cd/player.html").as_uri()
    opened.keyboard.press("2")
    opened.wait_for_timeout(300)

    assert [url for url in opened.asked if not url.startswith("blob:")] == [address]
    assert opened.said == []


@pytest.mark.parametrize(("key", "at_s"), [("1", 8.0), ("2", 13.0), ("3", 21.0)])
def test_each_start_is_one_key_away(opened, key, at_s):
    assert paused_at(opened, key) == pytest.approx(at_s, abs=1 / 75)
    assert opened.inner_text("#now-number") == f"0{key}"
    assert opened.inner_text("#now-time") == "0:00"


def test_the_sound_at_a_start_is_the_sound_of_that_track(opened):
    """What the browser really plays after a seek, by its pitch."""
    opened.evaluate(
        "(() => { const context = new AudioContext(); const meter = context.createAnalyser(); meter.fftSize = 16384;"
        " context.createMediaElementSource(document.getElementById('audio')).connect(meter);"
        " meter.connect(context.destination); window.hear = () => { const bins = new Float32Array(meter.frequencyBinCount);"
        " meter.getFloatFrequencyData(bins); return bins.indexOf(Math.max(...bins)) * context.sampleRate / meter.fftSize; };"
        " window.context = context; })()"
    )
    for key, name in (("3", "c"), ("1", "a"), ("2", "b")):
        opened.keyboard.press(key)
        opened.evaluate("window.context.resume()")
        heard = opened.evaluate(
            "(hz) => new Promise((done) => { let left = 120; const look = () => { const heard = window.hear();"
            " (Math.abs(heard - hz) <= 6 || !--left) ? done(heard) : setTimeout(look, 50); }; look(); })",
            TONES[name],
        )
        assert heard == pytest.approx(TONES[name], abs=6)


def test_points_are_walked_with_stop_and_comma(opened):
    places = [now(opened)]
    for _ in range(5):
        opened.keyboard.press(".")
        places.append(now(opened))
    assert places == pytest.approx([at for _, _, at in POINTS], abs=1 / 75)
    opened.keyboard.press(",")
    assert now(opened) == pytest.approx(18.0, abs=1 / 75)
    assert opened.inner_text("#now-where") == "Track 3 of 3 · pause before it"
    assert opened.inner_text("#now-time") == "−0:03"
    assert opened.inner_text("#said") == "Pause before track 3, Piece 3"


def test_joins_are_heard_from_six_seconds_before(opened):
    assert paused_at(opened, "j") == pytest.approx(2.0, abs=0.05)


def test_buttons_rows_and_slider_have_names_and_lead_to_their_places(opened):
    opened.get_by_role("button", name="Play", exact=True).wait_for()
    opened.get_by_role("button", name="Next track").click()
    assert now(opened) == pytest.approx(8.0, abs=1 / 75)
    stand_still(opened)
    opened.get_by_role("button", name="Index 02").click()
    assert now(opened) == pytest.approx(15.0, abs=1 / 75)
    assert opened.locator("tr[aria-current]").inner_text().split("\t")[1].strip() == "Index 02"
    slider = opened.get_by_role("slider", name="Position on the disc")
    slider.fill("21.5")
    assert now(opened) == pytest.approx(21.5, abs=1 / 75)
    assert slider.get_attribute("aria-valuetext") == "Track 3, Piece 3, 0:00"


@pytest.mark.parametrize("width", [1280, 390])
def test_page_fits(browser, built, width):
    page = browser.new_page(viewport={"width": width, "height": 800})
    page.goto((built.folder / "cd/player.html").as_uri())
    assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0
    page.close()
