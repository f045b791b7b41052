"""The words in which hum, polarity, twins, ends, joins and sides are told."""

import sys
from pathlib import Path

import pytest

from release.qc.registry import CHECKS

sys.path.insert(0, str(Path(__file__).parent))
from faults import CASES

WORDS = {
    "audio/hum": [
        "mixes/tide.wav hums at 50.02 Hz with harmonics 2 and 3: -60.0 dBFS in both channels, 31 dB over what is beside it.",
        "mixes/tide.wav hums at 50.02 Hz with harmonics 2 and 3: -80.0 dBFS in the right channel, 31 dB over what is beside it.",
        "mixes/tide.wav hums at 50.02 Hz with harmonics 2 and 3: -50.0 dBFS in the left channel, 31 dB over what is beside it; dehum in the chain takes it away.",
    ],
    "audio/polarity": [
        "Left and right of mixes/tide.wav are of opposite polarity for 12 s (correlation -0.80, elsewhere 0.70).",
        "Left and right of mixes/tide.wav are of opposite polarity for 12 s (correlation -0.35, elsewhere 0.70).",
        "Left and right of the bass of mixes/tide.wav are of opposite polarity for 10 s (correlation -0.90, elsewhere 0.70).",
        "Left and right of mixes/tide.wav are of opposite polarity for 170 s (correlation -0.90).",
        "Left and right of the bass of mixes/tide.wav are of opposite polarity for 10 s (correlation -0.90, elsewhere 0.10).",
        "Left and right of the bass of mixes/tide.wav are of opposite polarity for 10 s (correlation -0.90, elsewhere 0.70); polarity in the chain turns a channel round.",
    ],
    "audio/swapped-channels": [
        "The sides of mixes/departure.wav and mixes/tide.wav are mirrored (correlation of their balance -1.00).",
    ],
    "programme/near-same-audio": [
        "mixes/departure.wav and mixes/tide.wav are the same recording under two titles (likeness 1.00).",
        "mixes/departure.wav and mixes/tide.wav may be the same recording under two titles (likeness 0.86).",
    ],
    "level/held-back": [
        "2 “Tide” is held back by 1.40 LU because of the peak of 2 “Tide”.",
        "2 “Tide” is held back by 1.40 LU.",
    ],
    "programme/upsampled-delivery": [
        "Delivered at 44.1 kHz from a source of 32 kHz: 2 “Tide”.",
        "Delivered at 44.1 kHz from a source of 32 kHz: 2 “Tide”.",
    ],
    "programme/length": [
        "s/flac/1.flac lasts 180.5000 s, 22050 samples more than planned.",
    ],
    "programme/version-length": [
        "mixes/tide.wav lasts 181.000 s, its main recording 180.000 s.",
        "mixes/tide.wav starts about 2.00 s later than mixes/departure.wav, whose version it is.",
    ],
    "fades/start": [
        "The track starts inside the sound: its first sample is at -20.0 dBFS.",
        "The track starts inside the sound: its first sample is at -54.0 dBFS.",
    ],
    "fades/end": [
        "The track stops in the sound: its last 30 ms are at -30.0 dBFS, and its audio ends there.",
        "The fade ends in a step: its last 30 ms are at -45.0 dBFS, and its audio ends there.",
        "The track stops in the sound: its last 30 ms are at -20.0 dBFS, then there is silence.",
        "The fade ends in a step: its last 30 ms are at -58.0 dBFS, then there is silence.",
    ],
    "joins/click": [
        "The waveform jumps by -14.0 dBFS where 1 “Departure” runs into 2 “Tide”, 2170 times what the sound beside it does.",
        "The waveform jumps by -61.9 dBFS where 1 “Departure” runs into 2 “Tide”, 9 times what the sound beside it does.",
    ],
    "joins/crossfade": [
        "The crossfade of 1 “Departure” and 2 “Tide” lies 5.2 LU under the softer of its sides.",
        "The crossfade of 1 “Departure” and 2 “Tide” lies 3.0 LU over the louder of its sides.",
    ],
    "stereo/mono-loss": [
        "9.0 LU of the loudness are lost in mono, 2.0 LU in its worst three seconds, from 0:30.000.",
        "4.0 LU of the loudness are lost in mono, 2.0 LU in its worst three seconds, from 0:30.000.",
        "9.0 LU of the loudness are lost in mono, 2.0 LU in its worst three seconds, from 0:30.000; the finding on inverted polarity names the cause.",
    ],
    "stereo/balance": [
        "The right channel is 6.0 dB louder than the other over the track.",
        "The left channel is 2.5 dB louder than the other over the track.",
    ],
    "stereo/bass-correlation": [
        "Left and right correlate at -0.60 from 30 to 150 Hz.",
        "Left and right correlate at 0.30 from 30 to 150 Hz.",
        "Left and right correlate at -0.10 from 30 to 150 Hz.",
        "Left and right correlate at -1.00 from 30 to 150 Hz; the finding on inverted polarity names the cause.",
    ],
}


@pytest.mark.parametrize("check_id", WORDS)
def test_the_words_are_as_they_were(check_id):
    said = [o.message for context, _, _ in CASES[check_id][0] for o in CHECKS[check_id].rule(context)]

    assert said == WORDS[check_id]
