"""Scalars: what is read, exactly, and what is refused with which words."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from release.manifest import scalars
from release.manifest.scalars import ScalarError, TimeValue


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("2 s", Fraction(2)),
        ("2s", Fraction(2)),
        ("2", Fraction(2)),
        ("0.25", Fraction(1, 4)),
        (".5 s", Fraction(1, 2)),
        ("250 ms", Fraction(1, 4)),
        ("-200 ms", Fraction(-1, 5)),
        ("−200 ms", Fraction(-1, 5)),
        ("1.5 min", Fraction(90)),
        ("3:41.250", Fraction(221250, 1000)),
        ("3:41.2", Fraction(2212, 10)),
        ("3:00", Fraction(180)),
        ("0:00", Fraction(0)),
        ("-0:02.5", Fraction(-5, 2)),
        ("79:57.5", Fraction(9595, 2) + 0),
        ("3:41:18", Fraction(221) + Fraction(18, 75)),
        ("0:00:74", Fraction(74, 75)),
        ("150 frames", Fraction(2)),
        ("1 frame", Fraction(1, 75)),
        ("0.1 s", Fraction(1, 10)),
    ],
)
def test_times_are_read_exactly(text, seconds):
    assert scalars.parse_time(text) == TimeValue(seconds)


def test_samples_are_counted_not_converted():
    time = scalars.parse_time("9724344 samples")

    assert time == TimeValue(Fraction(9724344), in_samples=True)
    assert time.to_samples(44_100) == 9724344
    assert time.to_samples(96_000) == 9724344
    assert time.to_samples(96_000, counted_at_hz=48_000) == 2 * 9724344
    assert time.seconds(44_100) == Fraction(9724344, 44_100)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("2 sx", "'sx' is no unit of time"),
        ("2 dB", "'dB' is no unit of time"),
        ("100000 min", "longer than 24 hours"),
        ("-1441:00", "longer than 24 hours"),
        ("40000000000 samples", "longer than 24 hours"),
        ("soon", "'soon' is not a time"),
        ("", "an empty value is not a time"),
        ("1:02:03:04", "not a time"),
        ("1:60", "seconds run from 0 to 59"),
        ("1:60:00", "seconds run from 0 to 59"),
        ("1:02:75", "CD frames run from 0 to 74"),
        ("1.5 frames", "counted whole"),
        ("0.5 samples", "counted whole"),
        ("1e3 s", "not a time"),
        ("inf", "not a time"),
        ("nan s", "not a time"),
        ("٣ s", "not a time"),
        ("9" * 40, "not a time"),
        ("1:2:3.5", "not a time"),
        ("0x10", "not a time"),
        ("1_000 ms", "not a time"),
        ("- 2 s", "not a time"),
    ],
)
def test_times_that_are_none_are_refused(text, words):
    with pytest.raises(ScalarError, match=words.replace("(", r"\(")) as caught:
        scalars.parse_time(text)
    assert caught.value.remedy


def test_a_comma_is_answered_with_the_point():
    with pytest.raises(ScalarError) as caught:
        scalars.parse_time("0,25 s")
    assert caught.value.remedy == "write a point, not a comma: 0.25 s"


times = st.one_of(
    st.builds(lambda n, p: TimeValue(Fraction(n, 10**p)), st.integers(-86_400, 86_400), st.integers(0, 6)),
    st.builds(lambda n: TimeValue(Fraction(n, 75)), st.integers(-(10**6), 10**6)),
    st.builds(lambda n: TimeValue(Fraction(n), in_samples=True), st.integers(-(10**10), 10**10)),
)


@given(times)
def test_a_time_reads_back_as_it_was_written(value):
    assert scalars.parse_time(str(value)) == value


@given(st.integers(0, 1_439), st.integers(0, 59), st.integers(0, 74))
def test_min_s_frames_are_cd_frames(minutes, seconds, frames):
    value = scalars.parse_time(f"{minutes}:{seconds:02}:{frames:02}")

    assert value.amount * 75 == (minutes * 60 + seconds) * 75 + frames
    assert value.to_samples(44_100) == 588 * ((minutes * 60 + seconds) * 75 + frames)


@given(st.decimals(-1000, 1000, places=3), st.sampled_from(["LUFS", "LU", "dBTP", "dBFS", "dB"]), st.booleans())
def test_levels_round_trip_with_and_without_unit(value, unit, is_bare):
    text = str(value) if is_bare else f"{value} {unit}"

    assert scalars.parse_level(text, unit) == float(value)


@given(st.text(max_size=30))
def test_no_text_at_all_makes_a_parser_fail_otherwise(text):
    parsers = [
        scalars.parse_time, scalars.parse_frequency, scalars.parse_rate, scalars.parse_size, scalars.parse_speed,
        scalars.parse_tape, scalars.parse_bitrate, scalars.parse_ratio, scalars.parse_isrc_text, scalars.parse_date,
        scalars.parse_barcode_text, scalars.parse_language, scalars.parse_switch, scalars.parse_number, scalars.parse_whole,
        lambda t: scalars.parse_level(t, "dB"), lambda t: scalars.parse_word(t, "a word"),
    ]  # fmt: skip
    for parse in parsers:
        try:
            parse(text)
        except ScalarError:
            continue


@pytest.mark.parametrize(
    ("text", "unit", "problem", "remedy"),
    [
        ("-14 dB", "LUFS", "'-14 dB' is not a level in LUFS: dB is another unit", "write -14 LUFS"),
        ("-1 dBTP", "dB", "'-1 dBTP' is not a level in dB: dBTP is another unit", "write -1 dB"),
        ("-1 dbfs", "dBTP", "'-1 dbfs' is not a level in dBTP: dBFS is another unit", "write -1 dBTP"),
        ("-1 LU", "LUFS", "'-1 LU' is not a level in LUFS: LU is another unit", "write -1 LUFS"),
        ("-1 bananas", "dB", "'-1 bananas' is not a level in dB: 'bananas' is no unit of level", "write -1 dB"),
    ],
)
def test_a_wrong_unit_is_told_the_right_one(text, unit, problem, remedy):
    with pytest.raises(ScalarError) as caught:
        scalars.parse_level(text, unit)
    assert (str(caught.value), caught.value.remedy, caught.value.code) == (problem, remedy, "wrong-unit")


@pytest.mark.parametrize(
    ("text", "hz"),
    [("44.1 kHz", 44_100), ("96 kHz", 96_000), ("96000", 96_000), ("88200 Hz", 88_200), ("352.8kHz", 352_800)],
)
def test_rates(text, hz):
    assert scalars.parse_rate(text) == hz


@pytest.mark.parametrize(
    ("text", "hint"), [("44.1", "did you mean 44.1 kHz"), ("32 kHz", "use 44.1"), ("44.1 Hz", "did you mean")]
)
def test_rates_of_no_programme(text, hint):
    with pytest.raises(ScalarError) as caught:
        scalars.parse_rate(text)
    assert hint in caught.value.remedy


def test_carriers():
    assert [scalars.parse_size(t) for t in ("12 in", "10", '7"')] == [12, 10, 7]
    assert [scalars.parse_speed(t) for t in ("33 rpm", "33 1/3 rpm", "45", "33⅓")] == [33, 33, 45, 33]
    assert [scalars.parse_tape(t) for t in ("C46", "c60", "90")] == [46, 60, 90]
    for parse, text in ((scalars.parse_size, "11 in"), (scalars.parse_speed, "78 rpm"), (scalars.parse_tape, "D90")):
        with pytest.raises(ScalarError):
            parse(text)


def test_codes():
    assert scalars.parse_isrc_text("GB-LTR-26-00001") == "GBLTR2600001"
    assert scalars.parse_isrc_text("gbltr2600001") == "GBLTR2600001"
    assert scalars.parse_barcode_text("4006381333931") == "4006381333931"
    assert scalars.parse_barcode_text("036000291452") == "036000291452"
    with pytest.raises(ScalarError, match=r"the check digit is 2, it should be 1 \(4006381333931\)"):
        scalars.parse_barcode_text("4006381333932")
    with pytest.raises(ScalarError, match="an ISRC has 12 characters, this one has 11"):
        scalars.parse_isrc_text("GB-LTR-26-0001")


def test_dates():
    assert scalars.parse_date("2026-12-04") == date(2026, 12, 4)
    with pytest.raises(ScalarError) as caught:
        scalars.parse_date("2026-2-4")
    assert caught.value.remedy == "write 2026-02-04"
    for text in ("2026", "04.12.2026", "2026-02-30", "20261204", "2026-12-04T00:00"):
        with pytest.raises(ScalarError):
            scalars.parse_date(text)


def test_languages():
    assert scalars.parse_language("no") == "no"
    assert scalars.parse_language("pt-br") == "pt-BR"
    with pytest.raises(ScalarError) as caught:
        scalars.parse_language("english")
    assert caught.value.remedy == "did you mean en?"


@pytest.mark.parametrize("text", ["a b", "../x", "a/b", "", ".hidden", "-x", "ünder", "a" * 65, "a@b", "con\n"])
def test_words_that_are_unsafe_are_refused(text):
    with pytest.raises(ScalarError):
        scalars.parse_word(text, "an id")
