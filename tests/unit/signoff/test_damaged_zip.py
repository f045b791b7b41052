"""ZIPs that somebody packed again, and that were damaged after that."""

from __future__ import annotations

import hashlib
import zipfile

import pytest


@pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
@pytest.mark.parametrize("at", [0.05, 0.3, 0.6, 0.95])
def test_damage_in_a_compressed_zip_is_told(release, tmp_path, method, at) -> None:
    """However somebody packed it again: a damaged entry is a fault of the package, not of the program."""
    path = tmp_path / "a.zip"
    content = "".join(f"{n * n} some words that can be packed\n" for n in range(4000)).encode()
    sums = f"{hashlib.sha256(content).hexdigest()} *data/long.txt\n".encode()
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, data in (
            ("bagit.txt", b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"),
            ("manifest-sha256.txt", sums),
            ("data/long.txt", content),
        ):
            archive.writestr(f"top/{name}", data)
        info = archive.getinfo("top/data/long.txt")
    assert release("verify", path)[0] == 0
    data = bytearray(path.read_bytes())
    start = info.header_offset + 30 + len(info.filename)
    place = start + int(info.compress_size * at)
    data[place : place + 40] = bytes(255 - b for b in data[place : place + 40])
    path.write_bytes(data)

    code, out, err = release("verify", path)

    assert code == 7, out + err
    assert "long.txt" in out + err
