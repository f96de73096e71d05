"""Tar files as Python's tarfile writes them, for PictureArchiveTest: python3 tars.py, in this folder."""
import gzip
import io
import struct
import tarfile
import zlib


def png(value):
    """A picture of 5 x 4 whose first sample is the value."""
    rows = b"".join(b"\0" + (bytes([value]) if row == 0 else b"\0") + bytes(14) for row in range(4))
    chunks = [(b"IHDR", struct.pack(">IIBBBBB", 5, 4, 8, 2, 0, 0, 0)), (b"IDAT", zlib.compress(rows)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in chunks)


LONG = "photos/dogs/" + "a folder with a long name/" * 6 + "7.png"
PICTURES = {"photos/cats/2.png": 2, "./photos/cats/10.png": 10, "photos/dogs/straße é 日本.png": 1, LONG: 7}


def write(path, kind, extra=()):
    with tarfile.open(path, "w", format=kind) as tar:
        folder = tarfile.TarInfo("photos")
        folder.type = tarfile.DIRTYPE
        folder.mode = 0o755
        tar.addfile(folder)
        for name, value in PICTURES.items():
            if kind == tarfile.USTAR_FORMAT and name == LONG:
                name = "photos/dogs/7.png"
            add(tar, name, png(value))
        add(tar, "photos/cats/.DS_Store", b"abc")
        add(tar, "photos/cats/2.png", png(2))  # again, as tar --append does
        for entry in extra:
            tar.addfile(entry, io.BytesIO(bytes(entry.size)))


def add(tar, name, data):
    entry = tarfile.TarInfo(name)
    entry.size = len(data)
    entry.mtime = 1_700_000_000
    tar.addfile(entry, io.BytesIO(data))


def special(name, kind, target=""):
    entry = tarfile.TarInfo(name)
    entry.type = kind
    entry.linkname = target
    return entry


write("ustar.tar", tarfile.USTAR_FORMAT)
write("gnu.tar", tarfile.GNU_FORMAT)
write("pax.tar", tarfile.PAX_FORMAT)
with open("pax.tar", "rb") as plain, open("pax.tar.gz", "wb") as packed:
    packed.write(gzip.compress(plain.read(), mtime=0))
write("symlink.tar", tarfile.PAX_FORMAT, [special("photos/cats/3.png", tarfile.SYMTYPE, "/etc/passwd")])
write("hardlink.tar", tarfile.PAX_FORMAT, [special("photos/cats/3.png", tarfile.LNKTYPE, "photos/cats/2.png")])
write("device.tar", tarfile.PAX_FORMAT, [special("photos/cats/3.png", tarfile.CHRTYPE)])
write("pipe.tar", tarfile.PAX_FORMAT, [special("photos/cats/3.png", tarfile.FIFOTYPE)])
write("slip.tar", tarfile.PAX_FORMAT, [special("photos/../../evil.png", tarfile.REGTYPE)])
write("clash.tar", tarfile.PAX_FORMAT, [special("photos/cats/2.png/x.png", tarfile.REGTYPE)])
