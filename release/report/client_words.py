"""What a finding means to the people whose music it is: one plain sentence for each check, and what they can do."""

from __future__ import annotations

ASK_MIX = "Please send a new mix of it, or tell us that it is meant."
LISTEN = "Please listen there, and tell us if it is meant."
OURS = "This is for us to put right; you need not do anything."

PLAIN: dict[str, tuple[str, str]] = {
    "audio/click": ("There is a click.", LISTEN),
    "audio/clipping": ("The loudest peaks of the mix are cut flat, which can sound harsh.", ASK_MIX),
    "audio/cut-off": ("The mix starts or ends in the middle of the sound.", ASK_MIX),
    "audio/dc-offset": ("The mix has a fault that is not heard by itself but takes room from its level.", OURS),
    "audio/dead-channel": ("Only one side, or nothing at all, has sound.", ASK_MIX),
    "audio/digital-dropout": ("The sound is gone for a short moment.", LISTEN),
    "audio/hum": ("There is a steady hum, as of mains power.", LISTEN),
    "audio/identical-channels": (
        "Left and right are the same: this is mono.",
        "Please tell us if it should be stereo.",
    ),
    "audio/lossy-source": ("The mix seems to come from an MP3 or a similar file.", "Please send the original file."),
    "audio/low-correlation": (
        "Left and right work against each other: on one loudspeaker much would be lost.",
        ASK_MIX,
    ),
    "audio/mono-source": ("The mix is mono.", "Please tell us if it should be stereo."),
    "audio/noise-burst": ("There is a short burst of noise.", LISTEN),
    "audio/padded-bits": (
        "The file has less resolution than its format could hold.",
        "Please send the original, if there is one.",
    ),
    "audio/polarity": ("Left and right work against each other: on one loudspeaker much would be lost.", ASK_MIX),
    "audio/silence-at-head": ("It begins with silence.", LISTEN),
    "audio/silence-at-tail": ("It ends with silence.", LISTEN),
    "audio/silence-inside": ("It is silent for some time in the middle.", LISTEN),
    "audio/swapped-channels": (
        "Left and right are swapped against another version of it.",
        "Please tell us which is right.",
    ),
    "audio/true-peak-overs": ("The mix is louder than full scale in places.", OURS),
    "audio/upsampled": (
        "The file has a higher sample rate than its sound.",
        "Please send the original, if there is one.",
    ),
    "programme/length": ("A finished file has the wrong length.", OURS),
    "programme/near-same-audio": (
        "The same recording seems to stand under two titles.",
        "Please tell us which is right.",
    ),
    "programme/same-audio": ("The same audio is used twice.", "Please tell us which is right."),
    "programme/upsampled-delivery": ("It is delivered at a higher sample rate than it was made with.", OURS),
    "programme/version-length": (
        "This version is not as long as the main one.",
        "Please send a mix of the same length.",
    ),
    "level/aim": ("It did not come out as loud as planned.", OURS),
    "level/butt-join-step": ("The level changes where two tracks run into each other.", LISTEN),
    "level/ceiling": ("Its peaks are higher than planned.", OURS),
    "level/clipped": ("Some peaks were cut off in a finished file.", OURS),
    "level/encoder-overload": ("It is too loud for one of the file forms.", OURS),
    "level/held-back": (
        "Its highest peaks keep the music from becoming as loud as planned.",
        "It can stay softer, or these peaks can come down in the mix: please tell us which you prefer.",
    ),
    "level/lossy-overshoot": ("It may distort a little as an MP3 or a similar file.", OURS),
    "level/outlier": ("It is much louder or softer than the other tracks.", LISTEN),
    "fades/start": ("It starts in the middle of the sound.", LISTEN),
    "fades/end": ("It stops before its sound has died away.", LISTEN),
    "joins/click": ("There may be a click where it begins, after the track before it.", LISTEN),
    "joins/crossfade": ("The level moves while one track fades into the other.", LISTEN),
    "stereo/mono-loss": ("On one loudspeaker, as in a telephone or a shop, much of it would be lost.", ASK_MIX),
    "stereo/balance": ("One side is louder than the other.", LISTEN),
    "stereo/bass-correlation": (
        "The bass is not in the middle; it may be weak on one loudspeaker and hard to cut on vinyl.",
        ASK_MIX,
    ),
    "cd/disc-length": ("The disc is longer than is usual.", "We ask the plant."),
    "cd/first-pause": ("The disc has an unusual pause before its first track.", OURS),
    "cd/isrc-missing": ("A code (ISRC) is missing on the disc.", "Please send the codes of all tracks."),
    "cd/sheet-text": ("A list beside the disc cannot hold all its texts.", OURS),
    "cd/shifts": ("Some starts moved by a few thousandths of a second, as discs need it.", OURS),
    "cd/structure": ("The disc breaks a rule of its format.", OURS),
    "cd/text-charset": (
        "The disc's text cannot hold all letters of a title or name.",
        "Please tell us how to spell it.",
    ),
    "cd/track-length": ("A track is too short for a disc.", "Please tell us if it may join its neighbour."),
    "side/balance": ("The sides are not equally long.", "Please tell us if a track may move."),
    "side/length": (
        "A side is long, so that it becomes softer or does not fit.",
        "Please tell us if a track may move.",
    ),
    "metadata/barcode": ("The release has no valid barcode.", "Please send it."),
    "metadata/bext-text": ("A text inside a file is written in other letters.", OURS),
    "metadata/completeness": (
        "Something is not yet known of the release, such as its label, date or rights.",
        "Please send it.",
    ),
    "metadata/isrc": ("A code (ISRC) is missing or not valid.", "Please send the codes of all tracks."),
    "metadata/title-style": ("A title holds more than the title.", "Please tell us how it should read."),
    "names/changed": ("A file is named a little differently from its title.", OURS),
    "artwork/missing": ("There is no front picture.", "Please send it."),
    "artwork/mode": ("The front picture has a form that stores may refuse.", "Please send it as RGB in PNG or JPEG."),
    "artwork/size": ("The front picture is too small, too heavy or not square.", "Please send another one."),
    "services/prediction": ("Streaming services play it at another level.", OURS),
    "verification/read-back": ("A finished file could not be confirmed.", OURS),
    "documents/missing-glyph": ("A printed sheet lacks some letters.", OURS),
    "qc/not-judged": ("A file is too short for some of our measurements; we listen to it ourselves.", OURS),
    "qc/stale-waiver": ("A decision of before speaks of nothing that is found now.", OURS),
}

UNKNOWN = ("Something was found that this version cannot explain.", "The quality control report says more.")


def plain_words(check: str) -> tuple[str, str]:
    """What was found in plain words, and what to do; ids of other versions of the program have none of their own."""
    return PLAIN.get(check, UNKNOWN)
