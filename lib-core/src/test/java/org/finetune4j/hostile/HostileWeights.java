package org.finetune4j.hostile;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URL;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.finetune4j.keras.KerasModel;
import org.finetune4j.model.ImageClassifier;
import org.finetune4j.network.Network;
import org.finetune4j.preprocess.Preprocessing;
import org.finetune4j.target.Labels;
import org.finetune4j.weights.format.WeightFile;

/** Weight files and whole models of every format. */
final class HostileWeights {
  private static final Mutation TEXT = new JsonFields().repeated();
  private static final Mutation HDF5 =
      Mutation.oneOf(
          new Hdf5Fields().repeated(),
          new Hdf5Fields().repeated(),
          HostileWeights::description,
          HostileWeights::description,
          Fields.anyBytes().repeated());

  private HostileWeights() {}

  static Subject hdf5() throws IOException {
    return new Subject(
        "HDF5",
        originals(".h5"),
        Subject.Change.of(HDF5),
        folder -> use(folder.resolve("weights.h5")));
  }

  static Subject keras() throws IOException {
    return new Subject(
        "Keras archives",
        originals(".keras"),
        Subject.Change.of(ZipParts.of(TEXT, HDF5)),
        folder -> use(folder.resolve("weights.keras")));
  }

  static Subject tensorFlowJs() {
    String json =
        """
        {"modelTopology":{"model_config":{"class_name":"Sequential","config":{"name":"s","layers":[
          {"class_name":"Conv2D","config":{"name":"conv","batch_input_shape":[null,8,8,3],
            "filters":4,"kernel_size":[3,3],"strides":[1,1],"padding":"same","activation":"relu"}},
          {"class_name":"Flatten","config":{"name":"flat"}},
          {"class_name":"Dense","config":{"name":"fc","units":2,"activation":"softmax"}}]}}},
         "weightsManifest":[
          {"paths":["a","b"],"weights":[
            {"name":"conv/kernel","shape":[3,3,3,4],"dtype":"float32"},
            {"name":"conv/bias","shape":[4],"dtype":"float32",
             "quantization":{"dtype":"uint8","min":-0.5,"scale":0.004}},
            {"name":"fc/kernel","shape":[256,2],"dtype":"float32",
             "quantization":{"dtype":"float16"}},
            {"name":"fc/bias","shape":[2],"dtype":"float32",
             "quantization":{"dtype":"uint16","min":-1,"scale":0.00003}}]}]}""";
    Map<String, byte[]> files =
        Map.of(
            "model.json", json.getBytes(StandardCharsets.UTF_8),
            "a", new byte[400],
            "b", new byte[9 * 3 * 4 * 4 + 4 + 512 * 2 + 4 - 400]);
    Mutation shard = Fields.anyBytes().repeated();
    return new Subject(
        "TensorFlow.js",
        List.of(files),
        Subject.Change.of((bytes, random) -> (bytes[0] == '{' ? TEXT : shard).apply(bytes, random)),
        folder -> use(folder.resolve("model.json")));
  }

  static Subject safetensors() {
    String header =
        """
        {"__metadata__":{"format":"pt"},
         "fc.bias":{"dtype":"F32","shape":[2],"data_offsets":[24,32]},
         "half":{"dtype":"F16","shape":[2,2],"data_offsets":[32,40]},
         "brain":{"dtype":"BF16","shape":[2],"data_offsets":[40,44]},
         "layer1.0.conv.weight":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]}}""";
    return new Subject(
        "safetensors",
        List.of(
            Map.of(
                "x.safetensors",
                safetensors(header.getBytes(StandardCharsets.UTF_8), new byte[44]))),
        Subject.Change.of(HostileWeights::safetensors),
        folder -> readAll(folder.resolve("x.safetensors")));
  }

  private static byte[] safetensors(byte[] header, byte[] numbers) {
    return ByteBuffer.allocate(8 + header.length + numbers.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(header.length)
        .put(header)
        .put(numbers)
        .array();
  }

  private static byte[] safetensors(byte[] bytes, SplittableRandom random) {
    if (random.nextInt(4) == 0) {
      return Fields.anyBytes().repeated().apply(bytes, random);
    }
    int length = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt(0);
    byte[] header = TEXT.apply(Arrays.copyOfRange(bytes, 8, 8 + length), random);
    return safetensors(header, Arrays.copyOfRange(bytes, 8 + length, bytes.length));
  }

  private static List<Map<String, byte[]>> originals(String ending) throws IOException {
    URL folder = Objects.requireNonNull(HostileWeights.class.getResource("/weights"));
    List<Map<String, byte[]>> originals = new ArrayList<>();
    try (Stream<Path> files = Files.list(Path.of(URI.create(folder.toString())))) {
      for (Path file : files.filter(it -> it.toString().endsWith(ending)).sorted().toList()) {
        originals.add(Map.of("weights" + ending, Files.readAllBytes(file)));
      }
    }
    return originals;
  }

  /** The text in an HDF5 file that describes the model; what is shorter is filled with blanks. */
  private static byte[] description(byte[] bytes, SplittableRandom random) {
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    int start =
        IntStream.of(text.indexOf("{\"class_name\""), text.indexOf("{\"module\""))
            .filter(at -> at >= 0)
            .min()
            .orElse(-1);
    if (start < 0) {
      return Fields.anyBytes().apply(bytes, random);
    }
    try {
      JsonNode json = new ObjectMapper().readTree(bytes, start, bytes.length - start);
      int end = end(bytes, start);
      JsonFields.change(json, random);
      byte[] changed = new ObjectMapper().writeValueAsBytes(json);
      byte[] file = bytes.clone();
      if (changed.length <= end - start) {
        Arrays.fill(file, start, end, (byte) ' ');
        System.arraycopy(changed, 0, file, start, changed.length);
      }
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static int end(byte[] bytes, int start) {
    int depth = 0;
    boolean quoted = false;
    for (int at = start; at < bytes.length; at++) {
      quoted ^= bytes[at] == '"';
      if (!quoted) {
        depth += bytes[at] == '{' ? 1 : bytes[at] == '}' ? -1 : 0;
        if (depth == 0) {
          return at + 1;
        }
      }
    }
    return bytes.length;
  }

  static void readAll(Path file) throws IOException {
    WeightFile.read(file)
        .layers()
        .forEach(layer -> layer.tensors().forEach(tensor -> tensor.tensor().toArray()));
  }

  /** Every number is read; a whole model answers with probabilities. */
  static void use(Path file) throws IOException {
    readAll(file);
    KerasModel model = KerasModel.read(file);
    Network network = model.network();
    ImageClassifier classifier;
    try {
      List<String> names =
          IntStream.range(0, Math.max(2, Math.min(1000, network.outputShape().elements())))
              .mapToObj(Integer::toString)
              .toList();
      classifier = ImageClassifier.of(model, Preprocessing.NONE, Labels.of(names));
    } catch (IllegalArgumentException documented) {
      throw new IOException(documented);
    }
    try (classifier) {
      HostileBundles.requireProbabilities(classifier);
    }
  }
}
