"""What lies in a file: its bytes uncompressed, their checksum, and the parts of an archive, each in turn on disk."""

from __future__ import annotations

import gzip
import hashlib
import shutil
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO

from wraparound.kit.errors import BadInput

BLOCK = 1 << 20
PASSED_OVER = {".md", ".txt", ".pdf", ".html", ".license"}  # what explains a folder's data isn't data
AREA = "area.json"  # says which area a folder's evidence is of: `areas` reads it


@dataclass(frozen=True)
class Content:
    """Bytes to load. `shown` is what a report calls it, `name` the path that may claim a month or a force."""

    shown: str
    name: str
    path: Path  # uncompressed, on disk, for as long as the content is open
    sha256: str
    members: tuple[Path, ...] = ()  # an archive of one kind of thing that is one load, such as wards' JSON
    passed_over: tuple[str, ...] = field(default=())
    is_copy: bool = False  # whether the path is ours, and goes when the content is closed

    def held_in(self, folder: Path) -> Content:
        """The content in a file that stays when this one is closed."""
        if not self.is_copy:
            return self
        target = folder / f"{self.sha256}.csv"
        shutil.move(self.path, target)
        return replace(self, path=target)


def files_under(paths: Iterable[Path]) -> Iterator[Path]:
    """The files named, and those in the folders named, by name. What only explains data is left out of folders."""
    for path in paths:
        if path.is_dir():
            for found in sorted(path.rglob("*")):
                hidden = any(part.startswith(".") for part in found.relative_to(path).parts)
                if found.is_file() and not hidden and found.name != AREA and found.suffix.lower() not in PASSED_OVER:
                    yield found
        else:
            yield path


def is_zip(path: Path) -> bool:
    """Whether it is an archive of files (a workbook is one too, but isn't read as one)."""
    if path.suffix.lower() in {".xlsx", ".xlsm"} or not zipfile.is_zipfile(path):
        return False
    with zipfile.ZipFile(path) as archive:
        return "[Content_Types].xml" not in archive.namelist()


@contextmanager
def opened(path: Path) -> Iterator[Content]:
    """A file that isn't an archive, uncompressed. Raises BadInput where it can't be read to its end."""
    if not path.exists():
        raise BadInput(f"There is no file {path}.")
    with path.open("rb") as stream:
        is_gzip = stream.read(2) == b"\x1f\x8b"
    name = f"{path.parent.name}/{path.name}"
    if not is_gzip:
        yield Content(str(path), name, path, _checksum(path))
        return
    with TemporaryDirectory(prefix="wraparound-load-") as folder:
        target = Path(folder) / (path.stem or "content")
        try:
            with gzip.open(path) as source:
                sha256 = _copy(source, target)
        except (EOFError, gzip.BadGzipFile, zlib.error) as error:
            raise BadInput(
                f"{path.name} is cut short or damaged: it can't be uncompressed to its end. Nothing of it was loaded."
                " Fetch it again."
            ) from error
        yield Content(str(path), name, target, sha256, is_copy=True)


def opened_members(path: Path) -> Iterator[Content]:
    """Each file of an archive in turn, on disk while it is the current one; wards' JSON all together, as one."""
    try:
        archive = zipfile.ZipFile(path)
    except zipfile.BadZipFile as error:
        raise BadInput(f"{path.name} is cut short or damaged: it isn't a whole zip. Fetch it again.") from error
    with archive, TemporaryDirectory(prefix="wraparound-load-") as folder:
        _check_whole(archive, path)
        names = sorted(n for n in archive.namelist() if not n.endswith("/") and "__MACOSX" not in n)
        if any(n.lower().endswith(".shp") for n in names):
            raise BadInput(f"{path.name} holds a shapefile. Convert it to GeoJSON in degrees (WGS 84), and load that.")
        together = [n for n in names if n.lower().endswith(".json")]
        if together:
            members = tuple(_extract(archive, n, Path(folder) / f"{i:06}", path)[0] for i, n in enumerate(together))
            yield Content(str(path), f"{path.name}/{together[0]}", members[0], _checksum(path), members)
            for member in members:
                member.unlink()
        for name in names:
            if name in together or Path(name).suffix.lower() in PASSED_OVER:
                continue
            target, sha256 = _extract(archive, name, Path(folder), path)
            yield Content(f"{path}/{name}", name, target, sha256, is_copy=True)
            target.unlink(missing_ok=True)


def _extract(archive: zipfile.ZipFile, name: str, folder: Path, path: Path) -> tuple[Path, str]:
    """One member, uncompressed in a folder of ours: its own path is never used as one."""
    folder.mkdir(exist_ok=True)
    target = folder / name.replace("\\", "/").rsplit("/", 1)[-1]
    with archive.open(name) as source:
        if not name.endswith(".gz"):
            return target, _copy(source, target)
        try:
            with gzip.open(source) as unpacked:
                target = target.with_suffix("")
                return target, _copy(unpacked, target)
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise BadInput(f"{path.name} is damaged at {name}: it can't be uncompressed. Fetch it again.") from error


def _check_whole(archive: zipfile.ZipFile, path: Path) -> None:
    """Read the archive to its end before anything of it is loaded."""
    try:
        damaged = archive.testzip()
    except (zlib.error, EOFError, zipfile.BadZipFile) as error:
        raise BadInput(f"{path.name} is cut short or damaged. Nothing of it was loaded. Fetch it again.") from error
    if damaged:
        raise BadInput(f"{path.name} is damaged at {damaged}. Nothing of it was loaded. Fetch it again.")


def _copy(source: IO[bytes] | gzip.GzipFile, target: Path) -> str:
    digest = hashlib.sha256()
    with target.open("wb") as stream:
        while block := source.read(BLOCK):
            digest.update(block)
            stream.write(block)
    return digest.hexdigest()


def _checksum(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
