"""Every check by id: an explicit table, nothing is scanned. Ids are never renamed or reused."""

from __future__ import annotations

from release.qc.check import AnyCheck
from release.qc.checks.artwork import missing as artwork_missing
from release.qc.checks.artwork import mode as artwork_mode
from release.qc.checks.artwork import size as artwork_size
from release.qc.checks.audio import (
    click as audio_click,
)
from release.qc.checks.audio import (
    clipping as audio_clipping,
)
from release.qc.checks.audio import (
    cut_off as audio_cut_off,
)
from release.qc.checks.audio import (
    dc_offset as audio_dc_offset,
)
from release.qc.checks.audio import (
    dead_channel as audio_dead_channel,
)
from release.qc.checks.audio import (
    digital_dropout as audio_digital_dropout,
)
from release.qc.checks.audio import (
    hum as audio_hum,
)
from release.qc.checks.audio import (
    identical_channels as audio_identical_channels,
)
from release.qc.checks.audio import (
    lossy_source as audio_lossy_source,
)
from release.qc.checks.audio import (
    low_correlation as audio_low_correlation,
)
from release.qc.checks.audio import (
    mono_source as audio_mono_source,
)
from release.qc.checks.audio import (
    noise_burst as audio_noise_burst,
)
from release.qc.checks.audio import (
    padded_bits as audio_padded_bits,
)
from release.qc.checks.audio import (
    polarity as audio_polarity,
)
from release.qc.checks.audio import (
    silence_at_head as audio_silence_at_head,
)
from release.qc.checks.audio import (
    silence_at_tail as audio_silence_at_tail,
)
from release.qc.checks.audio import (
    silence_inside as audio_silence_inside,
)
from release.qc.checks.audio import (
    swapped_channels as audio_swapped_channels,
)
from release.qc.checks.audio import (
    true_peak_overs as audio_true_peak_overs,
)
from release.qc.checks.audio import (
    upsampled as audio_upsampled,
)
from release.qc.checks.cd import (
    disc_length as cd_disc_length,
)
from release.qc.checks.cd import (
    first_pause as cd_first_pause,
)
from release.qc.checks.cd import (
    isrc_missing as cd_isrc_missing,
)
from release.qc.checks.cd import (
    sheet_text as cd_sheet_text,
)
from release.qc.checks.cd import (
    shifts as cd_shifts,
)
from release.qc.checks.cd import (
    structure as cd_structure,
)
from release.qc.checks.cd import (
    text_charset as cd_text_charset,
)
from release.qc.checks.cd import (
    track_length as cd_track_length,
)
from release.qc.checks.documents import missing_glyph as documents_missing_glyph
from release.qc.checks.fades import end as fades_end
from release.qc.checks.fades import start as fades_start
from release.qc.checks.joins import click as joins_click
from release.qc.checks.joins import crossfade as joins_crossfade
from release.qc.checks.level import (
    aim as level_aim,
)
from release.qc.checks.level import (
    butt_join_step as level_butt_join_step,
)
from release.qc.checks.level import (
    ceiling as level_ceiling,
)
from release.qc.checks.level import (
    clipped as level_clipped,
)
from release.qc.checks.level import (
    encoder_overload as level_encoder_overload,
)
from release.qc.checks.level import (
    held_back as level_held_back,
)
from release.qc.checks.level import (
    lossy_overshoot as level_lossy_overshoot,
)
from release.qc.checks.level import (
    outlier as level_outlier,
)
from release.qc.checks.metadata import (
    barcode as metadata_barcode,
)
from release.qc.checks.metadata import (
    bext_text as metadata_bext_text,
)
from release.qc.checks.metadata import (
    completeness as metadata_completeness,
)
from release.qc.checks.metadata import (
    isrc as metadata_isrc,
)
from release.qc.checks.metadata import (
    title_style as metadata_title_style,
)
from release.qc.checks.names import changed as names_changed
from release.qc.checks.programme import length as programme_length
from release.qc.checks.programme import (
    near_same_audio as programme_near_same_audio,
)
from release.qc.checks.programme import (
    same_audio as programme_same_audio,
)
from release.qc.checks.programme import (
    upsampled_delivery as programme_upsampled_delivery,
)
from release.qc.checks.programme import version_length as programme_version_length
from release.qc.checks.qc import not_judged as qc_not_judged
from release.qc.checks.qc import stale_waiver as qc_stale_waiver
from release.qc.checks.services import prediction as services_prediction
from release.qc.checks.side import balance as side_balance
from release.qc.checks.side import length as side_length
from release.qc.checks.stereo import balance as stereo_balance
from release.qc.checks.stereo import bass_correlation as stereo_bass_correlation
from release.qc.checks.stereo import mono_loss as stereo_mono_loss
from release.qc.checks.verification import read_back as verification_read_back
from release.qc.names import check_name
from release.qc.profiles import load_data

CHECKS: dict[str, AnyCheck] = {
    "audio/click": audio_click.rule,
    "audio/clipping": audio_clipping.rule,
    "audio/cut-off": audio_cut_off.rule,
    "audio/dc-offset": audio_dc_offset.rule,
    "audio/dead-channel": audio_dead_channel.rule,
    "audio/digital-dropout": audio_digital_dropout.rule,
    "audio/hum": audio_hum.rule,
    "audio/identical-channels": audio_identical_channels.rule,
    "audio/lossy-source": audio_lossy_source.rule,
    "audio/low-correlation": audio_low_correlation.rule,
    "audio/mono-source": audio_mono_source.rule,
    "audio/noise-burst": audio_noise_burst.rule,
    "audio/padded-bits": audio_padded_bits.rule,
    "audio/polarity": audio_polarity.rule,
    "audio/silence-at-head": audio_silence_at_head.rule,
    "audio/silence-at-tail": audio_silence_at_tail.rule,
    "audio/silence-inside": audio_silence_inside.rule,
    "audio/swapped-channels": audio_swapped_channels.rule,
    "audio/true-peak-overs": audio_true_peak_overs.rule,
    "audio/upsampled": audio_upsampled.rule,
    "programme/length": programme_length.rule,
    "programme/near-same-audio": programme_near_same_audio.rule,
    "programme/same-audio": programme_same_audio.rule,
    "programme/upsampled-delivery": programme_upsampled_delivery.rule,
    "programme/version-length": programme_version_length.rule,
    "level/aim": level_aim.rule,
    "level/butt-join-step": level_butt_join_step.rule,
    "level/ceiling": level_ceiling.rule,
    "level/clipped": level_clipped.rule,
    "level/encoder-overload": level_encoder_overload.rule,
    "level/held-back": level_held_back.rule,
    "level/lossy-overshoot": level_lossy_overshoot.rule,
    "level/outlier": level_outlier.rule,
    "fades/start": fades_start.rule,
    "fades/end": fades_end.rule,
    "joins/click": joins_click.rule,
    "joins/crossfade": joins_crossfade.rule,
    "stereo/mono-loss": stereo_mono_loss.rule,
    "stereo/balance": stereo_balance.rule,
    "stereo/bass-correlation": stereo_bass_correlation.rule,
    "cd/disc-length": cd_disc_length.rule,
    "cd/first-pause": cd_first_pause.rule,
    "cd/isrc-missing": cd_isrc_missing.rule,
    "cd/sheet-text": cd_sheet_text.rule,
    "cd/shifts": cd_shifts.rule,
    "cd/structure": cd_structure.rule,
    "cd/text-charset": cd_text_charset.rule,
    "cd/track-length": cd_track_length.rule,
    "side/balance": side_balance.rule,
    "side/length": side_length.rule,
    "metadata/barcode": metadata_barcode.rule,
    "metadata/bext-text": metadata_bext_text.rule,
    "metadata/completeness": metadata_completeness.rule,
    "metadata/isrc": metadata_isrc.rule,
    "metadata/title-style": metadata_title_style.rule,
    "names/changed": names_changed.rule,
    "artwork/missing": artwork_missing.rule,
    "artwork/mode": artwork_mode.rule,
    "artwork/size": artwork_size.rule,
    "services/prediction": services_prediction.rule,
    "verification/read-back": verification_read_back.rule,
    "documents/missing-glyph": documents_missing_glyph.rule,
    "qc/not-judged": qc_not_judged.rule,
    "qc/stale-waiver": qc_stale_waiver.rule,
}


def check_titles() -> dict[str, str]:
    """Title of each check by id."""
    return {check_id: item.title for check_id, item in CHECKS.items()}


def limits_text(check_id: str) -> str:
    """``(2026-11): `warn_runs` 10, `warn_run_samples` 6. Where they come from.``; empty for a check without limits."""
    entry = load_data("limits").get(check_id)
    if entry is None:
        return ""
    values = ", ".join(f"`{name}` {value:g}" for name, value in entry["values"].items())
    return f"({entry['as_of']}): {values}. {entry['source'][:1].upper()}{entry['source'][1:]}."


def checks_table() -> list[dict[str, str]]:
    """One row per check for ``release checks``: id, name, title, severity, rationale, source, remedy, limits, waivable."""
    return [
        {
            "id": item.id,
            "name": check_name(item.id),
            "title": item.title,
            "severity": str(item.severity),
            "rationale": item.rationale,
            "source": item.source,
            "remedy": item.remedy,
            "limits": limits_text(item.id) or "none",
            "waivable": "yes" if item.can_be_waived else "no",
        }
        for item in CHECKS.values()
    ]
