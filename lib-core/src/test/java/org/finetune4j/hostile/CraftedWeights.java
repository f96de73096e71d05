package org.finetune4j.hostile;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Weight files and whole models: texts of every depth and length, addresses that lead back. */
final class CraftedWeights {
  private static final String SAFETENSORS = "x.safetensors";
  private static final String TFJS = "model.json";
  private static final String KERAS = "weights.keras";
  private static final String HDF5 = "weights.h5";

  private CraftedWeights() {}

  static Subject subject() {
    return Subject.crafted("crafted weight files", cases(), CraftedWeights::read);
  }

  private static void read(Path folder) throws IOException {
    boolean whole = Files.exists(folder.resolve(KERAS)) || Files.exists(folder.resolve(HDF5));
    for (String name : List.of(SAFETENSORS, TFJS, KERAS, HDF5)) {
      Path file = folder.resolve(name);
      if (Files.exists(file) && whole) {
        HostileWeights.use(file);
      } else if (Files.exists(file)) {
        HostileWeights.readAll(file);
      }
    }
  }

  static Crafted cases() {
    Crafted cases = new Crafted();
    safetensors(cases);
    tensorFlowJs(cases);
    keras(cases);
    hdf5(cases);
    return cases;
  }

  private static void safetensors(Crafted cases) {
    String one = "{'dtype':'F32','shape':[2],'data_offsets':[0,8]}";
    cases
        .with(SAFETENSORS, () -> tensors("{'a':" + one + ",'b':" + one.replace("0,8", "4,12"), 12))
        .with(SAFETENSORS, () -> tensors("{'a':" + one + ",'b':" + one, 8))
        .with(SAFETENSORS, () -> tensors("{'a':" + one + ",'a':" + one, 8))
        .with(
            SAFETENSORS,
            () ->
                tensors(
                    "{'a':" + one.replace("0,8", "-9223372036854775808,-9223372036854775800"), 8))
        .with(
            SAFETENSORS,
            () -> tensors("{'a':" + one.replace("[2]", "[4294967296,4294967296,4294967296]"), 8))
        .with(SAFETENSORS, () -> tensors("{'a':" + "[".repeat(1_000_000), 0))
        .with(
            SAFETENSORS, () -> tensors("{'a':" + one.replace("2", "1,".repeat(1_000_000) + "2"), 8))
        .with(SAFETENSORS, () -> tensors("{'" + "n.".repeat(5_000_000) + "':" + one, 8))
        .with(
            SAFETENSORS, () -> tensors("{'__metadata__':{'x':'" + "y".repeat(30_000_000) + "'}", 0))
        .with(
            SAFETENSORS,
            () -> tensors(list(400_000, i -> "'t" + i + "':" + one.replace("2", "0"), "{"), 0));
  }

  private static byte[] tensors(String open, int numbers) {
    byte[] header = (open + "}").replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(8 + header.length + numbers)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(header.length)
        .put(header)
        .array();
  }

  private static String list(int count, IntFunction<String> entry, String open) {
    return IntStream.range(0, count).mapToObj(entry).collect(Collectors.joining(",", open, ""));
  }

  private static void tensorFlowJs(Crafted cases) {
    cases
        .with(TFJS, () -> text("{'modelTopology':" + "[".repeat(2_000_000)))
        .with(TFJS, () -> manifest("'model.json','./model.json'", ""))
        .with(TFJS, () -> manifest("'a\\u0000b'", ""))
        .with(TFJS, () -> manifest("'" + "../".repeat(1_000_000) + "model.json'", ""))
        .with(TFJS, () -> manifest("'" + "x/".repeat(1_000_000) + "model.json'", ""))
        .with(
            TFJS, () -> manifest(list(2_000, i -> "'" + "x/../".repeat(i) + "model.json'", ""), ""))
        .with(
            TFJS,
            () ->
                manifest(
                    "'model.json'",
                    list(
                        500_000, i -> "{'name':'l" + i + "/k','shape':[0],'dtype':'float32'}", "")))
        .with(
            TFJS,
            () ->
                manifest(
                    "'model.json'",
                    "{'name':'a/k','shape':[4],'dtype':'float32','quantization':"
                        + "{'dtype':'uint8','min':1e308,'scale':1e308}}"));
  }

  private static byte[] manifest(String paths, String weights) {
    return text("{'weightsManifest':[{'paths':[" + paths + "],'weights':[" + weights + "]}]}");
  }

  private static byte[] text(String json) {
    return json.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
  }

  private static void keras(Crafted cases) {
    cases
        .with(KERAS, () -> archive("[".repeat(3_000_000), false))
        .with(KERAS, () -> archive("{'config':{'layers':[".repeat(100_000), true))
        .with(KERAS, () -> archive(nestedModels(200, 1), true))
        .with(KERAS, () -> archive(nestedModels(8, 20), true))
        .with(KERAS, () -> archive(backwards(9_990), true))
        .with(
            KERAS,
            () ->
                ZipParts.write(
                    Map.of("config.json", text("{}"), "model.weights.h5", new byte[1 << 26]),
                    false));
  }

  private static byte[] archive(String config, boolean stored) throws IOException {
    Map<String, byte[]> parts = new LinkedHashMap<>();
    parts.put("config.json", text(config));
    parts.put("model.weights.h5", resource("keras-3.weights.h5"));
    return ZipParts.write(parts, stored);
  }

  private static byte[] resource(String name) throws IOException {
    try (InputStream in = CraftedWeights.class.getResourceAsStream("/weights/" + name)) {
      return Objects.requireNonNull(in).readAllBytes();
    }
  }

  /** Models in models, each used several times within the next. */
  private static String nestedModels(int depth, int uses) {
    String inner = relu("d", "i");
    String last = "d";
    for (int i = 0; i < depth; i++) {
      String name = "m" + i;
      String called = list(uses, use -> "[['" + (use == 0 ? "i" : name) + "',0,0,{}]]", "");
      inner = functional(name, inner, last) + ",'inbound_nodes':[" + called + "]}";
      last = name;
    }
    return functional("outermost", inner, last) + "}";
  }

  private static String functional(String name, String layers, String output) {
    return String.format(
        Locale.ROOT,
        "{'class_name':'Functional','name':'%s','config':{'name':'%s','layers':["
            + "{'class_name':'InputLayer','name':'i','config':{'name':'i',"
            + "'batch_input_shape':[null,8,8,3]},'inbound_nodes':[]},%s],"
            + "'input_layers':[['i',0,0]],'output_layers':[['%s',0,0]]}",
        name,
        name,
        layers,
        output);
  }

  private static String relu(String name, String input) {
    return String.format(
        Locale.ROOT,
        "{'class_name':'Activation','name':'%s','config':{'name':'%s','activation':'relu'},"
            + "'inbound_nodes':[[['%s',0,0,{}]]]}",
        name,
        name,
        input);
  }

  /** Every layer stands before the one that it reads. */
  private static String backwards(int count) {
    String layers =
        list(count, i -> relu("a" + (count - i), i == count - 1 ? "i" : "a" + (count - i - 1)), "");
    return functional("m", layers, "a" + count) + "}";
  }

  private static void hdf5(Crafted cases) {
    for (String file : List.of("keras-2.h5", "keras-3.weights.h5", "nested-model.h5")) {
      cases
          .with(HDF5, () -> everywhere(file, "TREE", CraftedWeights::pointToItself))
          .with(
              HDF5,
              () ->
                  everywhere(
                      file,
                      "TREE",
                      (it, at) -> it.put(at + 5, (byte) 255).putShort(at + 6, (short) 32)))
          .with(
              HDF5,
              () ->
                  everywhere(file, "TREE", (it, at) -> it.putLong(at + 8, at).putLong(at + 16, at)))
          .with(HDF5, () -> everywhere(file, "SNOD", CraftedWeights::allTheSame))
          .with(HDF5, () -> everywhere(file, "HEAP", (it, at) -> it.putLong(at + 8, 1L << 40)))
          .with(
              HDF5,
              () -> messages(file, 0x10, (it, at) -> it.putLong(at + 8, at).putLong(at + 16, 24)))
          .with(HDF5, () -> messages(file, 3, CraftedWeights::typesOfTypes));
    }
  }

  /** Changes bytes at a place. */
  @FunctionalInterface
  private interface Patch {
    void apply(ByteBuffer file, int at);
  }

  private static byte[] everywhere(String file, String signature, Patch patch) throws IOException {
    byte[] bytes = resource(file);
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    for (int at : places(text, signature)) {
      patch.apply(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN), at);
    }
    return bytes;
  }

  private static List<Integer> places(String text, String signature) {
    List<Integer> places = new ArrayList<>();
    for (int at = text.indexOf(signature); at >= 0; at = text.indexOf(signature, at + 4)) {
      places.add(at);
    }
    return places;
  }

  /** Messages of object headers, found by their number and a likely length. */
  private static byte[] messages(String file, int number, Patch patch) throws IOException {
    byte[] bytes = resource(file);
    ByteBuffer fields = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    for (int at = 0; at + 64 < bytes.length; at += 8) {
      int length = fields.getShort(at + 2);
      if (fields.getShort(at) == number && length >= 16 && length < 48) {
        patch.apply(fields, at);
      }
    }
    return bytes;
  }

  private static void pointToItself(ByteBuffer file, int tree) {
    file.put(tree + 5, (byte) 1);
    for (int i = 0; file.get(tree + 4) == 0 && i < file.getShort(tree + 6); i++) {
      file.putLong(tree + 32 + i * 16, tree);
    }
  }

  private static void allTheSame(ByteBuffer file, int node) {
    for (int i = 1; i < file.getShort(node + 6); i++) {
      file.putLong(node + 8 + i * 40 + 8, file.getLong(node + 16));
    }
  }

  /** Lists of any length of lists of any length. */
  private static void typesOfTypes(ByteBuffer file, int message) {
    for (int at = message + 8; at + 8 <= message + 8 + file.getShort(message + 2); at += 8) {
      file.putInt(at, 0x119).putInt(at + 4, 16);
    }
  }
}
