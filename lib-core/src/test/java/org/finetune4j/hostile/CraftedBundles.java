package org.finetune4j.hostile;

import static org.finetune4j.hostile.HostileBundles.MANIFEST;
import static org.finetune4j.hostile.HostileBundles.MODEL;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.common.hash.Hashing;
import com.google.common.primitives.Bytes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.finetune4j.model.BundleForge;
import org.finetune4j.model.ImageClassifier;
import org.finetune4j.model.TinyClassifier;

/**
 * Saved classifiers that ask for far more than they have, or contradict themselves, under right
 * checksums.
 */
final class CraftedBundles {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final byte[] NOTHING = new byte[0];

  private final byte[] manifest;
  private final byte[] model;
  private final Crafted cases = new Crafted();

  private CraftedBundles(byte[] manifest, byte[] model) {
    this.manifest = manifest;
    this.model = model;
    tables();
    manifests();
    layers();
  }

  static Subject subject(Path folder) throws IOException {
    Path file = folder.resolve(HostileBundles.FILE);
    try (ImageClassifier classifier = TinyClassifier.of(1)) {
      classifier.save(file);
    }
    Map<String, byte[]> parts = ZipParts.read(Files.readAllBytes(file));
    CraftedBundles bundles =
        new CraftedBundles(
            Objects.requireNonNull(parts.get(MANIFEST)), Objects.requireNonNull(parts.get(MODEL)));
    return Subject.crafted("crafted bundles", bundles.cases, HostileModels::use);
  }

  private void with(Crafted.Maker maker) {
    cases.with(HostileBundles.FILE, maker);
  }

  private RawZip zip() {
    return new RawZip().with(MANIFEST, manifest).with(MODEL, model);
  }

  private void tables() {
    with(() -> zip().bytes());
    with(() -> zip().bytes(500_000, NOTHING));
    with(() -> zip().bytes(10_000, NOTHING));
    with(() -> zip().with(MANIFEST, manifest).bytes());
    with(() -> new RawZip().with(MANIFEST, manifest).with(MANIFEST, manifest).bytes());
    with(() -> zip().bytes(1, zip().bytes(20_000, NOTHING)));
    with(() -> zip().bytes(1, new byte[65_535]));
    for (int flags : new int[] {1, 8, 0x800, 0xFFFF}) {
      with(() -> odd(MODEL, flags, 0, model.length, NOTHING));
    }
    for (int method : new int[] {8, 9, 12, 14, 93, 99}) {
      with(() -> odd(MODEL, 0, method, model.length, NOTHING));
    }
    for (int size : new int[] {0, 1, -1, -2, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
      with(() -> odd(MODEL, 0, 0, size, NOTHING));
    }
    for (long size : new long[] {0, -1, 1L << 31, 1L << 32, 1L << 62, Long.MIN_VALUE}) {
      with(() -> odd(MODEL, 0, 0, -1, zip64(size)));
    }
    with(() -> odd("x".repeat(60_000), 0, 0, model.length, NOTHING));
    with(() -> odd(MODEL, 0, 0, model.length, new byte[65_000]));
  }

  private byte[] odd(String local, int flags, int method, int size, byte[] extra) {
    return new RawZip()
        .with(MANIFEST, manifest)
        .with(MODEL, local, flags, method, size, model, extra)
        .bytes();
  }

  private static byte[] zip64(long size) {
    return ByteBuffer.allocate(20)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putShort((short) 1)
        .putShort((short) 16)
        .putLong(size)
        .putLong(size)
        .array();
  }

  private void manifests() {
    text("[".repeat(5_000_000));
    text("{\"a\":".repeat(900_000));
    text("{\"x\":\"" + "y".repeat(15_000_000) + "\"}");
    text("{\"x\":[" + "1,".repeat(7_000_000) + "1]}");
    text("{\"x\":" + "9".repeat(1_000_000) + "}");
    text("NaN");
    text("");
    with(() -> bundle(new byte[] {(byte) 0xC0, (byte) 0x80}, model));
    with(() -> bundle(new byte[17 << 20], model));
    with(() -> bundle(Bytes.concat(manifest, manifest), model));
    edit(json -> json.withArray("labels").removeAll().add("one"));
    edit(json -> json.withArray("labels").removeAll());
    edit(json -> json.withArray("labels").add("x".repeat(10_000_000)));
    edit(json -> repeat(json.withArray("labels"), 500_000));
    edit(json -> json.withArray("labels").set(0, json.withArray("labels").get(1)));
    edit(json -> json.put("format", Integer.MAX_VALUE));
    edit(json -> json.put("format", -1));
    edit(json -> json.remove("preprocessing"));
  }

  private static void repeat(ArrayNode labels, int count) {
    for (int i = 0; i < count; i++) {
      labels.add("label" + i);
    }
  }

  private void text(String json) {
    with(() -> bundle(json.getBytes(StandardCharsets.UTF_8), model));
  }

  private static byte[] bundle(byte[] manifest, byte[] model) {
    return new RawZip().with(MANIFEST, manifest).with(MODEL, model).bytes();
  }

  private void edit(Consumer<ObjectNode> change) {
    with(() -> edited(change));
  }

  /** With the model that such a manifest describes, where there can be one. */
  private byte[] edited(Consumer<ObjectNode> change) throws IOException {
    ObjectNode json = (ObjectNode) MAPPER.readTree(manifest);
    change.accept(json);
    json.remove("replay");
    byte[] forged = BundleForge.model(MAPPER.writeValueAsBytes(json)).orElse(model);
    json.put("model_sha256", Hashing.sha256().hashBytes(forged).toString());
    return bundle(MAPPER.writeValueAsBytes(json), forged);
  }

  /** What the fields of layers may hold, each in turn. */
  private void layers() {
    for (int at = 0; at < 12; at++) {
      int layer = at;
      for (String value :
          new String[] {
            "-1", "0", "5000", "2147483647", "9007199254740993", "1e400", "[]", "\"x\"", "null"
          }) {
        edit(json -> setEach(layers(json), layer, value));
      }
    }
    edit(json -> longNames(layers(json)));
    edit(json -> doublings(layers(json), 40));
    edit(json -> chain(layers(json), 20_000));
    edit(json -> inputs(layers(json), 4096));
    edit(json -> inputs(layers(json), 4097));
    edit(json -> inputs(layers(json), Integer.MAX_VALUE));
  }

  private static ArrayNode layers(ObjectNode json) {
    return (ArrayNode) json.at("/network/layers");
  }

  /** Sets every number of a layer. */
  private static void setEach(ArrayNode layers, int number, String value) {
    if (layers.get(number) instanceof ObjectNode layer) {
      for (Map.Entry<String, JsonNode> field : layer.deepCopy().properties()) {
        if (field.getValue().isNumber() || field.getValue().isArray()) {
          layer.set(field.getKey(), value(value));
        }
      }
    }
  }

  private static JsonNode value(String json) {
    try {
      return MAPPER.readTree(json);
    } catch (IOException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private static void longNames(ArrayNode layers) {
    for (int i = 0; i < 2 && layers.get(i) instanceof ObjectNode layer; i++) {
      layer.put("name", "n".repeat(100_000) + i);
    }
  }

  private static String name(ArrayNode layers, int layer) {
    return layers.path(layer).path("name").asText();
  }

  private static void doublings(ArrayNode layers, int count) {
    String before = name(layers, 1);
    for (int i = 0; i < count; i++) {
      ObjectNode twice = layers.insertObject(2 + i);
      twice.put("type", "concatenate").put("name", "twice" + i);
      twice.putArray("inputs").add(before).add(before);
      before = "twice" + i;
    }
    readFrom(layers, 2 + count, before);
  }

  private static void chain(ArrayNode layers, int count) {
    String before = name(layers, 1);
    for (int i = 0; i < count; i++) {
      ObjectNode relu = layers.insertObject(2 + i);
      relu.put("type", "activation").put("name", "relu" + i).put("activation", "RELU");
      relu.put("input", before);
      before = "relu" + i;
    }
    readFrom(layers, 2 + count, before);
  }

  private static void readFrom(ArrayNode layers, int layer, String input) {
    if (layers.get(layer) instanceof ObjectNode next && next.has("input")) {
      next.put("input", input);
    }
  }

  private static void inputs(ArrayNode layers, int side) {
    if (layers.path(0).path("shape") instanceof ArrayNode shape && shape.size() == 3) {
      shape.set(1, shape.numberNode(side));
      shape.set(2, shape.numberNode(side));
    }
  }
}
