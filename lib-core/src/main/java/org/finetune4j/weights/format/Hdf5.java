package org.finetune4j.weights.format;

import io.jhdf.GlobalHeap;
import io.jhdf.HdfFile;
import io.jhdf.api.Attribute;
import io.jhdf.api.Dataset;
import io.jhdf.api.Group;
import io.jhdf.api.Node;
import io.jhdf.api.dataset.ChunkedDataset;
import io.jhdf.api.dataset.ContiguousDataset;
import io.jhdf.object.datatype.DataType;
import io.jhdf.object.datatype.FixedPoint;
import io.jhdf.object.datatype.FloatingPoint;
import io.jhdf.object.datatype.VariableLength;
import io.jhdf.storage.HdfBackingStorage;
import java.io.IOException;
import java.lang.reflect.Array;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.finetune4j.weights.Tensor;

/** An HDF5 file: groups, names in attributes, tensors. Links are not followed. */
final class Hdf5 {
  /** Numbers that were learned hardly deflate; only zeros do, and small files. */
  private static final long LARGEST_RATIO = 8;

  private static final long ALWAYS_ALLOWED = 1L << 26;

  private final HdfFile file;

  /** Bytes of all tensors so far: several may be made of the same bytes of the file. */
  private long taken;

  Hdf5(HdfFile file) {
    this.file = file;
  }

  Group root() {
    return file;
  }

  /**
   * Returns a list of names; an attribute that is too long for HDF5 is cut into {@code name0},
   * {@code name1} ... An empty list may be stored as an empty array of numbers.
   */
  List<String> names(Group group, String attribute) throws IOException {
    Attribute whole = group.getAttribute(attribute);
    if (whole != null) {
      return different(strings(whole), attribute, group);
    }
    List<String> names = new ArrayList<>();
    for (int i = 0; group.getAttribute(attribute + i) != null; i++) {
      names.addAll(strings(group.getAttribute(attribute + i)));
    }
    if (group.getAttribute(attribute + 0) == null) {
      throw new IOException("group '" + group.getPath() + "' has no attribute " + attribute);
    }
    return different(names, attribute, group);
  }

  /** What stands twice would be read twice, or any number of times. */
  private static List<String> different(List<String> names, String attribute, Group group)
      throws IOException {
    if (new HashSet<>(names).size() != names.size()) {
      throw new IOException(
          "a name stands twice in " + attribute + " of '" + group.getPath() + "'");
    }
    return names;
  }

  Optional<String> text(Node node, String attribute) throws IOException {
    Attribute found = node.getAttribute(attribute);
    if (found == null) {
      return Optional.empty();
    }
    List<String> text = strings(found);
    return text.size() == 1 ? Optional.of(text.get(0)) : Optional.empty();
  }

  private List<String> strings(Attribute attribute) throws IOException {
    if (attribute.isEmpty() || attribute.getSize() == 0) {
      return List.of();
    }
    if (attribute.getSize() > file.size()) {
      throw new IOException("attribute " + attribute.getName() + " is longer than the file");
    }
    if (attribute.getDataType() instanceof VariableLength) {
      requireWithinFile(attribute);
    }
    Object data = attribute.getData();
    if (data instanceof String text) {
      return List.of(text);
    }
    if (data instanceof String[] texts) {
      return List.of(texts);
    }
    throw new IOException("attribute " + attribute.getName() + " holds no names");
  }

  /**
   * Texts of any length lie in heaps, and an attribute names their places: all of them may name the
   * same long one.
   */
  private void requireWithinFile(Attribute attribute) throws IOException {
    HdfBackingStorage storage = file.getHdfBackingStorage();
    int address = storage.getSizeOfOffsets();
    if (address != Integer.BYTES && address != Long.BYTES) {
      throw new IOException("its addresses have " + address + " bytes");
    }
    ByteBuffer places = attribute.getBuffer().duplicate().order(ByteOrder.LITTLE_ENDIAN);
    Map<Long, GlobalHeap> heaps = new HashMap<>();
    long bytes = 0;
    while (places.remaining() >= 2 * Integer.BYTES + address) {
      int length = places.getInt();
      long heap = address == Long.BYTES ? places.getLong() : places.getInt();
      int object = places.getInt();
      if (length != 0) {
        bytes +=
            heaps
                .computeIfAbsent(heap, it -> new GlobalHeap(storage, it))
                .getObjectData(object)
                .remaining();
      }
      if (bytes > file.size()) {
        throw new IOException("attribute " + attribute.getName() + " is longer than the file");
      }
    }
  }

  /** Returns the group at a path that may have several parts. */
  Group group(Group from, String path) throws IOException {
    if (node(from, path) instanceof Group group) {
      return group;
    }
    throw new IOException("'" + path + "' in '" + from.getPath() + "' is no group");
  }

  Tensor tensor(Group from, String path) throws IOException {
    if (!(node(from, path) instanceof Dataset dataset)) {
      throw new IOException("'" + path + "' in '" + from.getPath() + "' is no dataset");
    }
    Elements type = type(dataset, path);
    List<Integer> shape = shape(dataset, path);
    long bytes = type.bytes(shape, path);
    boolean contiguous = dataset instanceof ContiguousDataset;
    taken += bytes;
    if ((contiguous && bytes > file.size())
        || taken > ALWAYS_ALLOWED + file.size() * LARGEST_RATIO
        || bytes > Integer.MAX_VALUE) {
      throw new IOException(
          "'" + path + "' " + shape + " is larger than a file of " + file.size() + " bytes allows");
    }
    return contiguous
        ? type.decode(contiguous((ContiguousDataset) dataset, path), shape, path)
        : type.decode(chunked(dataset, (int) bytes, path), shape, path);
  }

  private static Node node(Group from, String path) throws IOException {
    Node node = from;
    for (String part : path.split("/", -1)) {
      Node next = node instanceof Group group ? group.getChild(part) : null;
      if (next == null) {
        throw new IOException("'" + path + "' is missing in '" + from.getPath() + "'");
      }
      if (next.isLink()) {
        throw new IOException("'" + path + "' in '" + from.getPath() + "' is a link");
      }
      node = next;
    }
    return node;
  }

  private static Elements type(Dataset dataset, String path) throws IOException {
    DataType type = dataset.getDataType();
    if (type instanceof FloatingPoint floats && floats.getByteOrder() == ByteOrder.LITTLE_ENDIAN) {
      if (type.getSize() == 4) {
        return Elements.FLOAT32;
      }
      if (type.getSize() == 2) {
        return Elements.FLOAT16;
      }
    }
    if (type instanceof FixedPoint numbers && numbers.getByteOrder() == ByteOrder.LITTLE_ENDIAN) {
      if (type.getSize() == 8) {
        return Elements.INT64;
      }
      if (type.getSize() == 4) {
        return Elements.INT32;
      }
    }
    throw new IOException(
        "'"
            + path
            + "' holds "
            + type.getClass().getSimpleName()
            + " of "
            + type.getSize()
            + " bytes, weights are little-endian float32");
  }

  private static List<Integer> shape(Dataset dataset, String path) throws IOException {
    List<Integer> shape = new ArrayList<>();
    for (long size : dataset.isScalar() ? new long[0] : dataset.getDimensionsAsLong()) {
      if (size < 0 || size > Integer.MAX_VALUE) {
        throw new IOException(
            "'" + path + "' is too large: " + Arrays.toString(dataset.getDimensionsAsLong()));
      }
      shape.add((int) size);
    }
    return shape;
  }

  private static ByteBuffer contiguous(ContiguousDataset dataset, String path) throws IOException {
    if (dataset.getSizeInBytes() > 0 && dataset.getStorageInBytes() == 0) {
      throw new IOException("'" + path + "' was never written");
    }
    return dataset.getSizeInBytes() == 0 ? ByteBuffer.allocate(0) : dataset.getBuffer();
  }

  /** Chunks, compressed or not, come from jHDF as an array of the file's type. */
  private static ByteBuffer chunked(Dataset dataset, int bytes, String path) throws IOException {
    if (dataset instanceof ChunkedDataset chunks) {
      Chunks.require(chunks, bytes, path);
    }
    Object flat = dataset.getDataFlat();
    ByteBuffer out = ByteBuffer.allocateDirect(bytes).order(ByteOrder.LITTLE_ENDIAN);
    if (flat instanceof float[] floats && floats.length == bytes / Float.BYTES) {
      out.asFloatBuffer().put(floats);
    } else if (flat instanceof int[] ints && ints.length == bytes / Integer.BYTES) {
      out.asIntBuffer().put(ints);
    } else if (flat instanceof long[] longs && longs.length == bytes / Long.BYTES) {
      out.asLongBuffer().put(longs);
    } else {
      int length = flat.getClass().isArray() ? Array.getLength(flat) : 1;
      throw new IOException(
          "'"
              + path
              + "' has "
              + length
              + " numbers in chunks, not the "
              + bytes
              + " bytes it says");
    }
    return out;
  }
}
