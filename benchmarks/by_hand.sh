#!/usr/bin/env bash
# The same release by hand: what a careful person types with ffmpeg, sox, flac and lame.
#
#   benchmarks/by_hand.sh SOURCES OUTPUT
#
# SOURCES holds 01.wav, 02.wav… Left in OUTPUT:
#   flac/NN.flac            24 bit, 44.1 kHz, level 8, verified; the album at -14 LUFS, true peaks limited at -1 dBTP
#   mp3/NN.mp3              320 kb/s from the same samples, LAME at its default effort
#   cd/disc.wav, disc.cue   16 bit with noise-shaped dither, -0.3 dB, two seconds between tracks, indexes on CD frames
#   loudness.txt            a reading of every file that came out
#   checksums.md5
# One program at a time; compare CPU seconds, not the clock.
set -euo pipefail

sources=$1 out=$2
aim=-14 ceiling=-1
scratch=$out/scratch
mkdir -p "$out"/{flac,mp3,cd} "$scratch"

reading() {  # FILE: integrated loudness, range and true peak
  ffmpeg -nostdin -hide_banner -nostats -i "$1" -af ebur128=peak=true:framelog=verbose -f null - 2>&1 | tail -n 14
}

integrated() { awk '$1 == "I:" {print $2}'; }

# Loudness of the album: the mean of the tracks' powers, weighted by their length.
for source in "$sources"/*.wav; do
  echo "$(soxi -D "$source") $(reading "$source" | integrated)"
done > "$scratch/sources.txt"
gain=$(awk -v aim=$aim '{power += $1 * 10^($2 / 10); time += $1}
  END {printf "%.3f", aim - 10 * log(power / time) / log(10)}' "$scratch/sources.txt")
limit=$(awk -v db=$ceiling 'BEGIN {printf "%.5f", 10^(db / 20)}')

# Gain, conversion to four times the rate, a limiter that sees the peaks between the samples there, conversion down.
to_four_times=aresample=176400:resampler=soxr:precision=28:osf=dbl
to_delivery=aresample=44100:resampler=soxr:precision=28:osf=s32:dither_method=triangular
for source in "$sources"/*.wav; do
  name=$(basename "$source" .wav)
  ffmpeg -nostdin -hide_banner -loglevel error -y -i "$source" -c:a pcm_s24le \
    -af "volume=${gain}dB:precision=double,$to_four_times,alimiter=limit=$limit:attack=2:release=100:level=0,$to_delivery" \
    "$scratch/$name.wav"
  flac --silent --force --verify --compression-level-8 --output-name="$out/flac/$name.flac" "$scratch/$name.wav"
  lame --silent --cbr -b 320 "$scratch/$name.wav" "$out/mp3/$name.mp3"
  sox "$source" --bits 16 "$scratch/$name.cd.wav" gain -0.3 rate -v 44100 dither -s
done

# The disc: every track filled up to whole CD frames (588 samples), 150 CD frames of silence before all but the first.
msf() { printf '%02d:%02d:%02d' $(($1 / 4500)) $(($1 / 75 % 60)) $(($1 % 75)); }
parts=() at=0 number=0
echo 'FILE "disc.wav" WAVE' > "$out/cd/disc.cue"
for track in "$scratch"/*.cd.wav; do
  number=$((number + 1))
  samples=$(soxi -s "$track")
  frames=$(((samples + 587) / 588))
  pause=$((number > 1 ? 150 : 0))
  part=$scratch/part-$number.wav
  sox -D "$track" "$part" pad $((pause * 588))s $((frames * 588 - samples))s
  {
    printf '  TRACK %02d AUDIO\n' $number
    if [ $pause -gt 0 ]; then echo "    INDEX 00 $(msf $at)"; fi
    echo "    INDEX 01 $(msf $((at + pause)))"
  } >> "$out/cd/disc.cue"
  at=$((at + pause + frames))
  parts+=("$part")
done
sox -D "${parts[@]}" "$out/cd/disc.wav"

# What came out: every file measured again, and its checksum.
for file in "$out"/flac/*.flac "$out"/mp3/*.mp3 "$scratch"/*.cd.wav; do
  echo "$file"
  reading "$file"
done > "$out/loudness.txt"
(cd "$out" && find flac mp3 cd -type f | sort | xargs md5sum > checksums.md5)
rm -rf "$scratch"
