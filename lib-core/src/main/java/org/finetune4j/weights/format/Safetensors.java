package org.finetune4j.weights.format;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads safetensors: the length of a JSON header in eight bytes, the header with types, shapes and
 * offsets, then the numbers, without a gap. Layers come in the order of their numbers.
 */
final class Safetensors {
  /** A tensor takes about 100 bytes of it: a longer header is an attack. */
  private static final long LONGEST_HEADER = 32_000_000;

  private static final Map<String, Elements> TYPES =
      Map.of(
          "F32", Elements.FLOAT32,
          "F16", Elements.FLOAT16,
          "BF16", Elements.BFLOAT16,
          "I64", Elements.INT64,
          "I32", Elements.INT32,
          "U8", Elements.UINT8);

  private Safetensors() {}

  static WeightFile read(StoredBytes file) throws IOException {
    long length = file.read(0, 8).order(ByteOrder.LITTLE_ENDIAN).getLong();
    if (length < 2 || length > LONGEST_HEADER || length > file.size() - 8) {
      throw new IOException("its header is said to have " + length + " bytes");
    }
    byte[] json = new byte[(int) length];
    file.read(8, length).get(json);
    List<Entry> entries = entries(Json.parse(new String(json, StandardCharsets.UTF_8)));
    requireNoGaps(entries, file.size() - 8 - length);
    List<StoredTensor> tensors = new ArrayList<>();
    for (Entry entry : entries) {
      tensors.add(
          new StoredTensor(
              entry.name,
              entry.type.decode(
                  file.read(8 + length + entry.begin, entry.end - entry.begin),
                  entry.shape,
                  entry.name)));
    }
    return new WeightFile(WeightLayout.TORCH, LayerGroups.byPrefix(tensors, '.'), Optional.empty());
  }

  private record Entry(String name, Elements type, List<Integer> shape, long begin, long end) {}

  private static List<Entry> entries(JsonNode header) throws IOException {
    List<Entry> entries = new ArrayList<>();
    for (Map.Entry<String, JsonNode> member : header.properties()) {
      if (!member.getKey().equals("__metadata__")) {
        entries.add(entry(member.getKey(), member.getValue()));
      }
    }
    entries.sort(Comparator.comparingLong(Entry::begin).thenComparingLong(Entry::end));
    return entries;
  }

  private static Entry entry(String name, JsonNode node) throws IOException {
    String dtype = node.path("dtype").asText("");
    Elements type = TYPES.get(dtype);
    if (type == null) {
      throw new IOException("'" + name + "' holds " + dtype + ", weights are F32, F16 or BF16");
    }
    List<Integer> shape = Json.shape(node.path("shape"), name);
    JsonNode offsets = node.path("data_offsets");
    if (offsets.size() != 2
        || !offsets.get(0).isIntegralNumber()
        || !offsets.get(1).isIntegralNumber()) {
      throw new IOException("'" + name + "' has no data_offsets [begin, end]: " + offsets);
    }
    Entry entry = new Entry(name, type, shape, offsets.get(0).asLong(), offsets.get(1).asLong());
    if (entry.end - entry.begin != type.bytes(shape, name)) {
      throw new IOException(
          "'" + name + "' " + dtype + shape + " does not fit its data_offsets " + offsets);
    }
    return entry;
  }

  private static void requireNoGaps(List<Entry> entries, long bytes) throws IOException {
    long at = 0;
    for (Entry entry : entries) {
      if (entry.begin != at) {
        throw new IOException(
            "'" + entry.name + "' begins at byte " + entry.begin + " of the numbers, not at " + at);
      }
      at = entry.end;
    }
    if (at != bytes) {
      throw new IOException("it has " + bytes + " bytes of numbers, its header accounts for " + at);
    }
  }
}
