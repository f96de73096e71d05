package org.finetune4j.hostile;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.common.hash.Hashing;
import com.google.common.primitives.Bytes;
import com.google.common.primitives.Ints;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;

/** Indexes, checkpoints and caches that contradict themselves under the right checksums. */
final class CraftedStores {
  private static final int RECORD = 40;
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private CraftedStores() {}

  static Subject indexes() {
    return Subject.crafted("crafted indexes", indexCases(), HostileStores::search);
  }

  /** Writes what stands between the version and the checksum of an index. */
  @FunctionalInterface
  private interface Content {
    void writeTo(DataOutputStream out) throws IOException;
  }

  static Crafted indexCases() {
    String file = "similar.index";
    int most = Integer.MAX_VALUE;
    return new Crafted()
        .with(file, () -> index(out -> rows(out, most, 1)))
        .with(file, () -> index(out -> rows(out, 1, most)))
        .with(file, () -> index(out -> rows(out, 65_536, 65_536)))
        .with(file, () -> index(out -> rows(out, most, most)))
        .with(file, () -> index(out -> rows(out, -1, -1)))
        .with(file, () -> index(out -> rows(out, 1, 0)))
        .with(file, () -> index(out -> rows(out, 0, 1)))
        .with(file, () -> index(out -> out.writeInt(most)))
        .with(file, () -> index(out -> out.writeInt(-1)))
        .with(file, () -> index(out -> named(out, most)))
        .with(file, () -> index(out -> named(out, -1)))
        .with(file, () -> index(out -> row(out, "a", Float.NaN, 1)))
        .with(file, () -> index(out -> row(out, "a", Float.POSITIVE_INFINITY, 0)))
        .with(file, () -> index(out -> row(out, "a", 0, 0)))
        .with(file, () -> index(out -> row(out, "a", Float.MIN_VALUE, 0)))
        .with(file, () -> index(out -> row(out, "a", 1, 0)))
        .with(file, () -> index(out -> row(out, "x".repeat(30_000_000), 1, 0)))
        .with(file, () -> index(CraftedStores::sameNames))
        .with(file, () -> index(CraftedStores::manyShortRows))
        .with(file, () -> index(out -> out.write(new byte[30_000_000])));
  }

  private static byte[] index(Content content) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      DataOutputStream out = new DataOutputStream(bytes);
      out.write("FT4JSIM\1".getBytes(StandardCharsets.US_ASCII));
      content.writeTo(out);
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return sealed(bytes.toByteArray());
  }

  private static byte[] sealed(byte[] content) {
    return Bytes.concat(content, Hashing.sha256().hashBytes(content).asBytes());
  }

  private static void rows(DataOutputStream out, int count, int columns) throws IOException {
    out.writeInt(0);
    out.writeInt(count);
    out.writeInt(columns);
    out.write(new byte[1000]);
  }

  private static void named(DataOutputStream out, int length) throws IOException {
    out.writeInt(0);
    out.writeInt(1);
    out.writeInt(1);
    out.writeInt(length);
    out.write(new byte[100]);
  }

  private static void row(DataOutputStream out, String name, float... values) throws IOException {
    out.writeInt(0);
    out.writeInt(1);
    out.writeInt(values.length);
    entry(out, name, values);
  }

  private static void entry(DataOutputStream out, String name, float... values) throws IOException {
    byte[] text = name.getBytes(StandardCharsets.UTF_8);
    out.writeInt(text.length);
    out.write(text);
    for (float value : values) {
      out.writeFloat(value);
    }
  }

  private static void sameNames(DataOutputStream out) throws IOException {
    out.writeInt(0);
    out.writeInt(2);
    out.writeInt(1);
    entry(out, "a", 1);
    entry(out, "a", 1);
  }

  private static void manyShortRows(DataOutputStream out) throws IOException {
    int count = 500_000;
    out.writeInt(0);
    out.writeInt(count);
    out.writeInt(1);
    for (int i = 0; i < count; i++) {
      entry(out, Integer.toString(i, 36), 1);
    }
  }

  static Subject checkpoints(Path folder) throws IOException {
    HostileStores.train(folder);
    Map<String, byte[]> whole = HostileStores.files(folder);
    String newest = whole.keySet().stream().max(String::compareTo).orElseThrow();
    byte[] file = Objects.requireNonNull(whole.get(newest));
    return Subject.crafted(
        "crafted checkpoints", checkpointCases(newest, file), HostileStores::train);
  }

  private static Crafted checkpointCases(String name, byte[] whole) {
    String most = "2147483647";
    Crafted cases =
        new Crafted()
            .with(name, () -> sealed(Ints.toByteArray(Integer.MAX_VALUE)))
            .with(name, () -> sealed(Ints.toByteArray(-1)))
            .with(name, () -> text("[".repeat(5_000_000)))
            .with(name, () -> text("{\"format\":3,\"settings\":" + "[".repeat(900) + "]"))
            .with(name, () -> text("{\"format\":3,\"x\":\"" + "y".repeat(30_000_000) + "\"}"))
            .with(name, () -> text("{\"format\":3,\"x\":" + "9".repeat(900_000) + "}"))
            .with(name, () -> text("{\"format\":3,\"x\":[" + "1,".repeat(3_000_000) + "1]}"));
    for (String shape :
        new String[] {
          "[65536,65536]",
          "[-1,-4]",
          "[0]",
          "[]",
          "[" + most + "]",
          "[" + most + "," + most + "]",
          "[\"a\"]",
          "[1e400]",
          "{}",
          "null",
          "[" + "1,".repeat(100_000) + "1]"
        }) {
      cases
          .with(name, () -> edited(whole, json -> firstShape(json, "weights", shape)))
          .with(name, () -> edited(whole, json -> firstShape(json, "state", shape)));
    }
    for (String field :
        new String[] {
          "stage",
          "epochs_done",
          "steps_done",
          "steps",
          "epoch_samples",
          "epoch_loss",
          "epoch_right"
        }) {
      for (String value : new String[] {"-1", most, "9223372036854775807", "\"NaN\"", "{}"}) {
        cases.with(name, () -> edited(whole, json -> put(json, field, value)));
      }
    }
    for (String field :
        new String[] {"weights", "state", "best", "history", "proofs", "has_best"}) {
      for (String value : new String[] {"{}", "[]", "[{}]", "true", "{\"a\":[1]}", "[null]"}) {
        cases.with(name, () -> edited(whole, json -> put(json, field, value)));
      }
    }
    return cases;
  }

  private static byte[] text(String json) {
    byte[] text = json.getBytes(StandardCharsets.UTF_8);
    return sealed(Bytes.concat(Ints.toByteArray(text.length), text));
  }

  private static byte[] edited(byte[] whole, Consumer<ObjectNode> change) throws IOException {
    int length = Ints.fromByteArray(whole);
    ObjectNode json = (ObjectNode) MAPPER.readTree(Arrays.copyOfRange(whole, 4, 4 + length));
    change.accept(json);
    byte[] text = MAPPER.writeValueAsBytes(json);
    byte[] tensors = Arrays.copyOfRange(whole, 4 + length, whole.length - 32);
    return sealed(Bytes.concat(Ints.toByteArray(text.length), text, tensors));
  }

  private static void firstShape(ObjectNode json, String group, String shape) {
    ObjectNode tensors = (ObjectNode) json.get(group);
    if (!tensors.isEmpty()) {
      put(tensors, tensors.fieldNames().next(), shape);
    }
  }

  private static void put(ObjectNode json, String field, String value) {
    try {
      json.set(field, MAPPER.readTree(value));
    } catch (IOException e) {
      ArrayNode none = json.putArray(field);
      none.add(value);
    }
  }

  static Subject caches(Path folder) throws IOException {
    HostileStores.rows(folder);
    return Subject.crafted(
        "crafted feature caches", cacheCases(HostileStores.files(folder)), HostileStores::rows);
  }

  private static Crafted cacheCases(Map<String, byte[]> whole) {
    String keysName = named(whole, "keys.bin");
    String rowsName = named(whole, "rows.bin");
    byte[] keys = Objects.requireNonNull(whole.get(keysName));
    byte[] rows = Objects.requireNonNull(whole.get(rowsName));
    Crafted cases = new Crafted().beside(rowsName, rows).beside(keysName, keys);
    return cases
        .with(keysName, () -> new byte[40_000_000])
        .with(rowsName, () -> new byte[100_000_000])
        .with(keysName, () -> Crafted.times(100_000, keys))
        .with(keysName, () -> HostileStores.resealed(new byte[4_000_000]))
        .with(keysName, () -> swapped(keys, 0, RECORD, RECORD))
        .with(keysName, () -> HostileStores.resealed(swapped(keys, 32, RECORD + 32, 4)))
        .with(rowsName, () -> swapped(rows, 0, rows.length / 2, 8))
        .with(rowsName, () -> new byte[0])
        .with(keysName, () -> new byte[0])
        .with(keysName, () -> Arrays.copyOf(keys, keys.length - 1));
  }

  private static String named(Map<String, byte[]> files, String end) {
    return files.keySet().stream().filter(name -> name.endsWith(end)).findFirst().orElseThrow();
  }

  private static byte[] swapped(byte[] bytes, int first, int second, int length) {
    byte[] changed = bytes.clone();
    System.arraycopy(bytes, first, changed, second, length);
    System.arraycopy(bytes, second, changed, first, length);
    return changed;
  }
}
