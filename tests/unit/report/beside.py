"""A made-up comparison of the tracks of the made-up album."""

from __future__ import annotations

import itertools
import math


def make_cohesion(keys):
    """What the record says of tracks beside each other; one is too bright and too loud."""
    tracks = []
    for n, key in enumerate(keys):
        is_odd = n == 1
        bands = [
            None if k < 3 or k > 28 else round(math.sin(k / 4 + n) + (k / 5 if is_odd else 0.0), 1) for k in range(31)
        ]
        tracks.append(
            {
                "track": key,
                "level_lufs": -14.0 + 0.3 * n + 5 * is_odd,
                "level_distance_lu": round(0.3 * n - 0.9 + 5 * is_odd, 2),
                "tone_distance_db": 4.4 if is_odd else 1.1,
                "bands_db": bands,
                "tilt_db_per_octave": -3.7,
                "peak_to_loudness_db": 11.5,
                "dynamics_distance_db": -0.6,
                "range_lu": None if n == 2 else 5.2,
                "range_distance_lu": None if n == 2 else 0.4,
                "side_to_middle_db": -100.0 if n == 3 else -7.9,
                "width_distance_db": -32.1 if n == 3 else 0.0,
                "octave_side_to_middle_db": [None, *[-8.0] * 9],
            }
        )
    steps = [
        {
            "first": one,
            "second": two,
            "level_lu": 0.3,
            "join_lu": -1.2,
            "tone_db": 2.6,
            "tilt_db_per_octave": 0.0,
            "dynamics_db": None,
            "width_db": 1.4,
        }
        for one, two in itertools.pairwise(keys)
    ]
    return {
        "median_level_lufs": -13.1,
        "median_peak_to_loudness_db": 12.1,
        "median_range_lu": 4.8,
        "median_side_to_middle_db": -7.9,
        "tracks": tracks,
        "steps": steps,
        "outliers": [
            {
                "track": keys[1],
                "what": "tone",
                "distance": 4.4,
                "limit": 2.5,
                "message": "Tone lies 4.4 dB from the rest.",
            },
            {"track": keys[1], "what": "level", "distance": 4.4, "limit": 2.0, "message": "4.4 LU louder."},
        ],
        "proposals": [
            {
                "track": keys[1],
                "what": "level",
                "place": f"in track {keys[1]}",
                "lines": ["process:", "  - gain: -4.5 dB"],
                "note": "joined to a neighbour without a pause: the level steps there",
            }
        ],
    }
