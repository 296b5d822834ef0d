"""Pictures, masks and control maps as handles: immutable files, named by their content.

A handle is "image:", "mask:" or "control:" and 16 hexadecimal digits of the SHA-256 of size and pixels. What is written is written
whole (temporary file, fsync, rename, fsync of the folder) or not at all; what is read is verified. A picture's recipe (how it was
made) travels inside its PNG file.
"""

import contextlib
import hashlib
import io
import json
import os
import stat
import struct
import tempfile
import time
import warnings
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated, Any

import numpy as np
from PIL import Image, ImageOps, PngImagePlugin
from pydantic import StringConstraints

from .errors import BadPicture, RegionEmpty, StoreDamaged, StoreError, TooLarge, UnknownHandle, storage_error

ImageHandle = Annotated[str, StringConstraints(pattern=r"^image:[0-9a-f]{16}$")]
MaskHandle = Annotated[str, StringConstraints(pattern=r"^mask:[0-9a-f]{16}$")]
ControlHandle = Annotated[str, StringConstraints(pattern=r"^control:[0-9a-f]{16}$")]
Mask = np.ndarray  # (height, width) bool

KINDS = ("image", "mask", "control")
FORMATS = ("PNG", "JPEG", "WEBP")  # nothing else is ever opened: see reliability notes on Pillow
MOST_BYTES = 32 * 2**20
MOST_PIXELS = 40_000_000
LONGEST_SIDE = 8192
RECIPE = "pentimento"  # keyword of the text chunk
LONGEST_RECIPE = 64_000
ORPHAN_SECONDS = 24 * 3600
WHITE, BLACK = (255, 255, 255), (0, 0, 0)


class ArtifactStore:
    """A folder of pictures, masks and control maps.

    Args:
        folder: made if it is not there.
        fit: brings an imported picture to the size that the painter works in.
    """

    def __init__(self, folder: Path | str, *, fit: Callable[[Image.Image], Image.Image] = lambda image: image) -> None:
        """Opens the folder and sweeps what interrupted writes left behind."""
        self.folder = Path(folder)
        self._fit = fit
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise storage_error(error, "the artifact folder") from None
        self._sweep()

    # -- writing

    def put_image(self, image: Image.Image, recipe: dict[str, Any] | None = None) -> str:
        """Stores a picture and gives its handle; equal pictures have one file, and the first recipe stays.

        Raises:
            StoreError: it could not be written; nothing of it is left.
        """
        return self._put("image", image.convert("RGB"), recipe)

    def put_mask(self, mask: Mask) -> str:
        """Stores a mask, True where it counts.

        Raises:
            StoreError: it could not be written.
        """
        return self._put("mask", Image.fromarray(np.asarray(mask, bool)), None)

    def put_control(self, picture: Image.Image) -> str:
        """Stores a control map.

        Raises:
            StoreError: it could not be written.
        """
        return self._put("control", picture.convert("RGB"), None)

    def import_picture(self, source: bytes | Path | str) -> str:
        """Takes in a picture that the user gives. Only users name files; no model ever does.

        Orientation is applied, the first frame of an animation counts, everything but pixels is dropped, and the picture is brought
        to the painter's size.

        Raises:
            BadPicture: no such file, or not a PNG, JPEG or WebP that can be read.
            TooLarge: more than 32 MiB, 40 million pixels or 8192 pixels a side; found out before anything is decoded.
            StoreError: it could not be written.
        """
        return self.put_image(self._fit(decoded(_given(source))), {"imported": True})

    def import_mask(self, source: bytes | Path | str, of: str | None = None, file: bytes | Path | str | None = None) -> tuple[str, str]:
        """Takes in a mask that the user drew: white is the region, everything darker than grey and everything transparent is not.

        Args:
            source: the mask's file.
            of: the picture it belongs to, whose size it gets; None takes it in as it is.
            file: that picture's own file, where the mask was drawn on this: it is then cut and scaled as the picture was.

        Returns:
            The mask's handle, and a sentence about what had to be done to it; empty where the sizes agreed.

        Raises:
            RegionEmpty: no pixel is white.
            BadPicture: no such file, or not a PNG, JPEG or WebP that can be read.
            TooLarge: too many bytes or pixels.
            UnknownHandle: there is no such picture.
            StoreError: it could not be written.
        """
        drawn, said = decoded(_given(source), BLACK).convert("L"), ""
        if of is not None:
            size = self.get_image(of).size if file is None else decoded(_given(file)).size
            view = file is None and drawn.width * size[1] == drawn.height * size[0]  # drawn on the picture as people see it: enlarged
            if drawn.size != size and not view:
                said = f"The mask has {drawn.width}×{drawn.height} pixels and the picture {size[0]}×{size[1]}, so I fitted it to the picture."
            drawn = self._fit(drawn.resize(size, Image.Resampling.NEAREST))
        mask = np.asarray(drawn) > 127
        if not mask.any():
            raise RegionEmpty("the mask has no white pixel", "paint white where the picture may change, black where it must stay")
        return self.put_mask(mask), said

    # -- reading

    def get_image(self, handle: str) -> Image.Image:
        """The picture of a handle, RGB.

        Raises:
            UnknownHandle: there is none.
            StoreDamaged: the file is not what was written.
        """
        return self._get("image", handle)

    def get_mask(self, handle: str) -> Mask:
        """The mask of a handle, (height, width) bool.

        Raises:
            UnknownHandle: there is none.
            StoreDamaged: the file is not what was written.
        """
        return np.asarray(self._get("mask", handle), bool)

    def get_control(self, handle: str) -> Image.Image:
        """The control map of a handle, RGB.

        Raises:
            UnknownHandle: there is none.
            StoreDamaged: the file is not what was written.
        """
        return self._get("control", handle)

    def recipe(self, handle: str) -> dict[str, Any] | None:
        """How a picture was made, None where nobody knows.

        Raises:
            UnknownHandle: there is none.
            StoreDamaged: the file is not what was written.
        """
        said = self._get("image", handle).info.get(RECIPE)
        if not isinstance(said, str) or len(said) > LONGEST_RECIPE:
            return None
        try:
            recipe = json.loads(said)
        except ValueError:
            return None
        return recipe if isinstance(recipe, dict) else None

    def has(self, handle: str) -> bool:
        """Whether a handle's file is there."""
        path = self._path(handle)
        return path is not None and path.is_file()

    def handles(self, kind: str = "image") -> list[str]:
        """All handles of a kind."""
        return sorted(f"{kind}:{path.stem.partition('-')[2]}" for path in self.folder.glob(f"*/{kind}-*.png"))

    # -- inside

    def _path(self, handle: str) -> Path | None:
        kind, _, digest = handle.partition(":")
        if kind not in KINDS or len(digest) != 16 or digest.strip("0123456789abcdef"):
            return None
        return self.folder / digest[:2] / f"{kind}-{digest}.png"

    def _put(self, kind: str, image: Image.Image, recipe: dict[str, Any] | None) -> str:
        handle = f"{kind}:{_digest(image)}"
        path = self._path(handle)
        assert path is not None
        if path.is_file():
            with contextlib.suppress(StoreError):  # a damaged file is written again
                self._get(kind, handle)
                return handle
        note = PngImagePlugin.PngInfo()
        if recipe is not None:
            note.add_itxt(RECIPE, json.dumps(recipe, sort_keys=True))
        written = io.BytesIO()
        image.save(written, "PNG", pnginfo=note)
        write_whole(path, written.getvalue(), f"the {kind}")
        return handle

    def _get(self, kind: str, handle: str) -> Image.Image:
        path = self._path(handle)
        if path is None or not handle.startswith(f"{kind}:"):
            raise UnknownHandle(f"{handle[:60]!r} is no {kind} handle")
        try:
            image = Image.open(io.BytesIO(path.read_bytes()), formats=["PNG"])
            image.load()
        except FileNotFoundError:
            raise UnknownHandle(f"there is no {handle}") from None
        except _UNREADABLE:
            raise StoreDamaged(f"the file of {handle} is damaged") from None
        except OSError as error:
            if error.errno is not None:
                raise storage_error(error, handle) from None
            raise StoreDamaged(f"the file of {handle} is damaged") from None
        if f"{kind}:{_digest(image)}" != handle:
            raise StoreDamaged(f"the file of {handle} does not hold what was written")
        return image

    def _sweep(self) -> None:
        """Removes temporary files that a killed process left a day ago or longer."""
        for path in self.folder.glob("*/.tmp-*"):
            with contextlib.suppress(OSError):  # another process may be sweeping too
                if time.time() - path.stat().st_mtime > ORPHAN_SECONDS:
                    path.unlink()


_UNREADABLE = (SyntaxError, ValueError, EOFError, struct.error, zlib.error, IndexError, TypeError, OverflowError, KeyError)
"""What Pillow raises on broken files, beside `OSError`."""


def _digest(image: Image.Image) -> str:
    header = f"{image.mode} {image.width} {image.height} ".encode()
    return hashlib.sha256(header + image.tobytes()).hexdigest()[:16]


def write_whole(path: Path, data: bytes, what: str) -> None:
    """Writes a file so that it is there whole or not at all, also after a kill or a power cut.

    Raises:
        StoreError: it could not be written; nothing of it is left.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with _temporary(path) as (descriptor, name):
            left = memoryview(data)
            while left:
                left = left[os.write(descriptor, left) :]
            os.fsync(descriptor)
            os.replace(name, path)
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    except OSError as error:
        raise storage_error(error, what) from None


@contextlib.contextmanager
def _temporary(path: Path) -> Iterator[tuple[int, str]]:
    descriptor, name = tempfile.mkstemp(prefix=".tmp-", dir=path.parent)
    try:
        yield descriptor, name
    finally:
        os.close(descriptor)
        with contextlib.suppress(FileNotFoundError):  # it was renamed, as it should be
            os.unlink(name)


def _given(source: bytes | Path | str) -> bytes:
    return source if isinstance(source, bytes) else file_bytes(Path(source))


def file_bytes(path: Path) -> bytes:
    """Reads a user's file: regular files only, so that a pipe or a device cannot hold us up.

    Raises:
        BadPicture: no such file, or it cannot be read.
        TooLarge: more than 32 MiB.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    except (OSError, ValueError):
        raise BadPicture(f"the file {path.name[:80]!r} cannot be opened") from None
    try:
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode):
            raise BadPicture(f"{path.name[:80]!r} is not a file")
        if found.st_size > MOST_BYTES:
            raise TooLarge(f"{path.name[:80]!r} has {found.st_size >> 20} MiB; at most {MOST_BYTES >> 20} are opened")
        with open(descriptor, "rb", closefd=False) as file:
            return file.read(MOST_BYTES + 1)
    except OSError:
        raise BadPicture(f"the file {path.name[:80]!r} cannot be read") from None
    finally:
        os.close(descriptor)


def decoded(data: bytes, paper: tuple[int, int, int] = WHITE) -> Image.Image:
    """Decodes a picture from outside, suspiciously.

    Args:
        data: the file.
        paper: what shows through where it is transparent.

    Raises:
        BadPicture: not a PNG, JPEG or WebP, or broken.
        TooLarge: too many bytes or pixels; found out before anything is decoded.
    """
    if len(data) > MOST_BYTES:
        raise TooLarge(f"the file has {len(data) >> 20} MiB; at most {MOST_BYTES >> 20} are opened")
    if not data:
        raise BadPicture("the file is empty")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # our own limit is lower than Pillow's
            image = Image.open(io.BytesIO(data), formats=FORMATS)
            width, height = image.size
            if max(width, height) > LONGEST_SIDE or width * height > MOST_PIXELS:
                raise TooLarge(f"the picture has {width}×{height} pixels; at most {MOST_PIXELS // 10**6} million and {LONGEST_SIDE} a side")
            if min(width, height) < 1:
                raise BadPicture("the picture has no pixels")
            image.load()
            return _flat(ImageOps.exif_transpose(image), paper)
    except Image.DecompressionBombError:
        raise TooLarge("the picture would unpack to more pixels than we open") from None
    except MemoryError:
        raise TooLarge("there is no memory to open the picture") from None
    except (OSError, *_UNREADABLE):
        raise BadPicture("the file is not a PNG, JPEG or WebP that can be read") from None


def _flat(image: Image.Image, paper: tuple[int, int, int]) -> Image.Image:
    """RGB; the paper shows through what is transparent, 16 bits become 8."""
    if image.mode.startswith("I") or image.mode == "F":
        values = np.asarray(image, np.float64)
        top = 65535.0 if values.max(initial=0) > 255 else 255.0
        return Image.fromarray((values / top * 255).clip(0, 255).astype(np.uint8)).convert("RGB")
    if image.mode in ("RGBA", "LA", "PA", "La", "RGBa") or "transparency" in image.info:
        whole = image.convert("RGBA")
        under = Image.new("RGBA", whole.size, (*paper, 255))
        return Image.alpha_composite(under, whole).convert("RGB")
    return image.convert("RGB")
