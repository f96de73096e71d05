"""Writes the HDF5 files of ClaimsTest: python3 make_claims.py; needs h5py."""

import h5py
import numpy as np


def layer(file, names, weight):
    file.attrs["layer_names"] = np.array(names)
    group = file.create_group(names[0].decode())
    group.attrs["weight_names"] = np.array([b"k"])
    weight(group)


with h5py.File("claims-absent-chunks.h5", "w") as f:
    layer(f, [b"a"], lambda g: g.create_dataset(
        "k", shape=(20000, 20000), dtype="f4", chunks=(1000, 1000), compression="gzip"))
for filter in ["gzip", "lzf"]:
    with h5py.File("claims-zeros-%s.h5" % filter, "w") as f:
        def zeros(g):
            k = g.create_dataset("k", shape=(20000, 20000), dtype="f4", chunks=(500, 500), compression=filter)
            k[:500, :500] = 0
        layer(f, [b"a"], zeros)
with h5py.File("claims-names.h5", "w") as f:
    layer(f, [b"a"] * 3000, lambda g: g.create_dataset("k", data=np.zeros(100, "f4")))
with h5py.File("claims-linked-twice.weights.h5", "w") as f:
    inner = f.create_group("last")
    inner.create_group("vars")["0"] = np.zeros(3, "f4")
    for i in range(28):
        group = f.create_group("g%d" % i)
        group["a"] = inner
        group["b"] = inner
        inner = group

# Texts of any length: every entry but the first is made to name the place of the longest.
name = "claims-heap.h5"
with h5py.File(name, "w") as f:
    f.attrs["layer_names"] = np.array(
        ["x" * 9000] + ["y%d" % i for i in range(200)], dtype=h5py.string_dtype()
    )
data = bytearray(open(name, "rb").read())
for i in range(len(data) - 32):
    address = int.from_bytes(data[i + 4 : i + 12], "little")
    if int.from_bytes(data[i : i + 4], "little") == 9000 and 0 < address < len(data):
        for k in range(1, 201):
            data[i + 16 * k : i + 16 * k + 16] = data[i : i + 16]
        break
open(name, "wb").write(data)
