package org.finetune4j.dl4j;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.finetune4j.dl4j.array.INDArrays;
import org.finetune4j.network.Network;
import org.finetune4j.network.Shape;
import org.finetune4j.network.Window;
import org.finetune4j.testing.RandomWeights;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Model files of Deeplearning4j's ModelSerializer, good and bad ones. */
@Timeout(120) // ends what hangs; nothing here is measured
class ModelZipTest {
  private static final int MUTATIONS = Boolean.getBoolean("finetune4j.thorough") ? 1000 : 200;
  private static final Shape INPUT = Shape.map(3, 8, 9);
  private static final String CONFIGURATION = "configuration.json";
  private static final String COEFFICIENTS = "coefficients.bin";

  @TempDir private Path folder;

  private static ComputationGraph graph(DataType type) {
    ComputationGraph graph =
        new ComputationGraph(
            new NeuralNetConfiguration.Builder()
                .dataType(type)
                .updater(new Adam(1e-3))
                .dropOut(0.4)
                .l2(1e-4)
                .activation(Activation.LEAKYRELU)
                .graphBuilder()
                .addInputs("in")
                .setInputTypes(InputType.convolutional(8, 9, 3))
                .addLayer("conv", new ConvolutionLayer.Builder(3, 3).nOut(4).build(), "in")
                .addLayer("norm", new BatchNormalization(), "conv")
                .addLayer("gone", new DropoutLayer(0.3), "norm")
                .addLayer(
                    "out",
                    new OutputLayer.Builder(LossFunction.MCXENT)
                        .activation(Activation.SOFTMAX)
                        .nOut(3)
                        .build(),
                    "gone")
                .setOutputs("out")
                .build());
    graph.init();
    return graph;
  }

  private Path saved(Model model) throws IOException {
    Path file = folder.resolve("model.zip");
    ModelSerializer.writeModel(model, file.toFile(), true);
    return file;
  }

  @Test
  void graphs() throws IOException {
    ComputationGraph graph = graph(DataType.FLOAT);
    ImportedNetwork imported = Dl4jGraphs.read(saved(graph), INPUT);
    assertThat(imported).isEqualTo(Dl4jGraphs.fromGraph(graph, INPUT));
  }

  @Test
  void doubles() throws IOException {
    ComputationGraph graph = graph(DataType.DOUBLE);
    ImportedNetwork imported = Dl4jGraphs.read(saved(graph), INPUT);
    assertThat(imported).isEqualTo(Dl4jGraphs.fromGraph(graph, INPUT));
  }

  @Test
  void layersInARow() throws IOException {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .list(
                    new ConvolutionLayer.Builder(3, 3).nOut(4).build(),
                    new DenseLayer.Builder().nOut(5).build())
                .setInputType(InputType.convolutionalFlat(8, 9, 3))
                .build());
    network.init();
    ImportedNetwork imported = Dl4jGraphs.read(saved(network), INPUT);
    assertThat(imported).isEqualTo(Dl4jGraphs.fromNetwork(network, INPUT));
  }

  @Test
  void whatThisLibraryHandedOut() throws IOException {
    Network network =
        Network.builder(INPUT)
            .convolution("conv", 5, Window.of(3).same())
            .activation("swish", org.finetune4j.network.Activation.HARD_SWISH)
            .maxPool("pool", Window.of(2).stride(2))
            .globalAveragePool("mean")
            .build();
    ComputationGraph graph = Dl4jGraphs.toGraph(network, RandomWeights.of(network, 1));
    assertThat(Dl4jGraphs.read(saved(graph), INPUT).network()).isEqualTo(network);
  }

  /** The header of versions before 1.0.0-alpha: 32-bit lengths and shapes. */
  @ParameterizedTest
  @ValueSource(strings = {"HEAP", "JAVACPP", "DIRECT"})
  void oldHeaders(String mode) throws IOException {
    ComputationGraph graph = graph(DataType.FLOAT);
    Map<String, byte[]> entries = entries(saved(graph));
    float[] values = INDArrays.toFloats(graph.params());
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    int[] shape = {2, 1, values.length, 1, 1, 0, 1, 'f'};
    out.writeUTF(mode);
    out.writeInt(shape.length);
    out.writeUTF("INT");
    for (int number : shape) {
      out.writeInt(number);
    }
    out.writeUTF(mode);
    out.writeInt(values.length);
    out.writeUTF("FLOAT");
    for (float value : values) {
      out.writeFloat(value);
    }
    entries.put(COEFFICIENTS, bytes.toByteArray());
    assertThat(Dl4jGraphs.read(zip(entries), INPUT)).isEqualTo(Dl4jGraphs.fromGraph(graph, INPUT));
  }

  @Test
  void neverReadsJavaObjects() throws IOException {
    Map<String, byte[]> entries = entries(saved(graph(DataType.FLOAT)));
    byte[] notEvenAnObject = "rO0ABX".getBytes(UTF_8);
    entries.put("preprocessor.bin", notEvenAnObject);
    entries.put("normalizer.bin", notEvenAnObject);
    entries.put("updaterState.bin", notEvenAnObject);
    assertThat(Dl4jGraphs.read(zip(entries), INPUT).network().output()).isEqualTo("out");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "javax.management.BadAttributeValueExpException",
        "org.deeplearning4j.nn.conf.layers.ConvolutionLayer$Builder",
        "org.deeplearning4j.nn.conf.layers.objdetect.Yolo2OutputLayer",
        "org.deeplearning4j.nn.conf.layers/../Evil",
        "com.example.MyLayer",
        ""
      })
  void makesOnlyKnownClasses(String name) throws IOException {
    refuses(
        json -> json.replace("org.deeplearning4j.nn.conf.layers.DropoutLayer", name),
        "names the class '" + name + "'");
  }

  @Test
  void otherWaysToNameAClass() throws IOException {
    String dropout = "\"@class\" : \"org.deeplearning4j.nn.conf.layers.DropoutLayer\"";
    refuses(json -> json.replace(dropout, "\"@class\" : \"a.B\", " + dropout), "'a.B'");
    refuses(json -> json.replace(dropout, dropout + ", " + dropout), "Duplicate field '@class'");
    refuses(json -> json.replace(dropout, "\"\\u0040class\" : \"a.B\""), "'a.B'");
    refuses(json -> json.replace(dropout, "\"@class\" : 7"), "@class is not a text");
    refuses(
        json -> json.replace("\"stepFunction\" : null", "\"stepFunction\" : [\"a.B\", {}]"),
        "a list of texts in 'stepFunction'");
  }

  private interface Change {
    String of(String json);
  }

  private void refuses(Change change, String reason) throws IOException {
    Map<String, byte[]> entries = entries(saved(graph(DataType.FLOAT)));
    String json = new String(Objects.requireNonNull(entries.get(CONFIGURATION)), UTF_8);
    String changed = change.of(json);
    assertThat(changed).isNotEqualTo(json);
    entries.put(CONFIGURATION, changed.getBytes(UTF_8));
    refuses(entries, reason);
  }

  private void refuses(Map<String, byte[]> entries, String reason) throws IOException {
    Path file = zip(entries);
    assertThatThrownBy(() -> Dl4jGraphs.read(file, INPUT))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining(reason);
  }

  @Test
  void damagedConfigurations() throws IOException {
    refuses(json -> json.substring(0, json.length() / 2), "configuration");
    refuses(json -> "[1]", "not a JSON object");
    refuses(json -> "{\"a\":".repeat(60) + "1" + "}".repeat(60), "nesting depth");
    refuses(json -> json.replace("\"nout\" : 4", "\"nout\" : 4000000000"), "parameters");
    refuses(json -> json.replace("\"nout\" : 4", "\"nout\" : 5"), "are stored");
  }

  @Test
  void layersWithoutACounterpart() throws IOException {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .list(new LSTM.Builder().nIn(3).nOut(2).build())
                .build());
    network.init();
    Path file = saved(network);
    assertThatThrownBy(() -> Dl4jGraphs.read(file, Shape.vector(3)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("Layer 'layer0' (org.deeplearning4j.nn.conf.layers.LSTM)");
    Path graph = saved(graph(DataType.FLOAT));
    assertThatThrownBy(() -> Dl4jGraphs.read(graph, Shape.map(4, 8, 9)))
        .isInstanceOf(IOException.class);
  }

  @Test
  void damagedParameters() throws IOException {
    Map<String, byte[]> good = entries(saved(graph(DataType.FLOAT)));
    byte[] bytes = Objects.requireNonNull(good.get(COEFFICIENTS));
    int length = 0x20;
    refuses(with(good, Arrays.copyOf(bytes, bytes.length - 1)), "end too early");
    refuses(with(good, Arrays.copyOf(bytes, bytes.length + 1)), "bytes behind");
    refuses(with(good, Arrays.copyOf(bytes, 100)), "end too early");
    refuses(with(good, new byte[0]), "end too early");
    byte[] lying = bytes.clone();
    ByteBuffer.wrap(lying).putLong(length + 8, Long.MAX_VALUE);
    refuses(with(good, lying), "parameters");
    byte[] half = bytes.clone();
    half[bytes.length - 1] ^= 1;
    assertThat(Dl4jGraphs.read(zip(with(good, half)), INPUT).network().output()).isEqualTo("out");
  }

  private static Map<String, byte[]> with(Map<String, byte[]> entries, byte[] coefficients) {
    Map<String, byte[]> changed = new LinkedHashMap<>(entries);
    changed.put(COEFFICIENTS, coefficients);
    return changed;
  }

  @Test
  void archives() throws IOException {
    Map<String, byte[]> entries = entries(saved(graph(DataType.FLOAT)));
    entries.put("../../evil", new byte[1]);
    refuses(entries, "'../../evil' points out of the archive");
    entries.remove("../../evil");
    entries.put("/etc/evil", new byte[1]);
    refuses(entries, "'/etc/evil' points out of the archive");
    entries.remove("/etc/evil");
    entries.remove(COEFFICIENTS);
    refuses(entries, "no coefficients.bin, which ModelSerializer writes");
    Path text = Files.writeString(folder.resolve("text.zip"), "no zip");
    assertThatThrownBy(() -> Dl4jGraphs.read(text, INPUT))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("text.zip");
    assertThatThrownBy(() -> Dl4jGraphs.read(folder.resolve("none.zip"), INPUT))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("none.zip");
  }

  /** 100 MB of zeros in 100 KB. */
  @Test
  void bombs() throws IOException {
    Map<String, byte[]> entries = entries(saved(graph(DataType.FLOAT)));
    Path file = folder.resolve("bomb.zip");
    for (String bomb : new String[] {CONFIGURATION, COEFFICIENTS}) {
      try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
        for (var entry : entries.entrySet()) {
          zip.putNextEntry(new ZipEntry(entry.getKey()));
          if (entry.getKey().equals(bomb)) {
            zeros(zip);
          } else {
            zip.write(entry.getValue());
          }
        }
      }
      assertThatThrownBy(() -> Dl4jGraphs.read(file, INPUT))
          .isInstanceOf(IOException.class)
          .hasMessageContaining(bomb)
          .hasMessageContaining("bytes");
    }
  }

  private static void zeros(OutputStream out) throws IOException {
    byte[] zeros = new byte[1 << 20];
    for (int i = 0; i < 100; i++) {
      out.write(zeros);
    }
  }

  @Test
  void mutations() throws IOException {
    Path model = saved(graph(DataType.FLOAT));
    byte[] whole = Files.readAllBytes(model);
    Map<String, byte[]> entries = entries(model);
    Random random = new Random(42);
    Path file = folder.resolve("mutated.zip");
    int refused = 0;
    for (int i = 0; i < MUTATIONS; i++) {
      if (i % 3 == 0) {
        Files.write(file, mutation(random, whole));
      } else {
        Map<String, byte[]> mutated = new LinkedHashMap<>(entries);
        mutated.computeIfPresent(
            i % 3 == 1 ? CONFIGURATION : COEFFICIENTS, (name, bytes) -> mutation(random, bytes));
        Files.move(zip(mutated), file, StandardCopyOption.REPLACE_EXISTING);
      }
      try {
        Dl4jGraphs.read(file, INPUT);
      } catch (IOException documented) {
        assertThat(documented).hasMessageContaining(file.toString());
        refused++;
      }
    }
    assertThat(refused).isBetween(MUTATIONS / 3, MUTATIONS - 1);
  }

  /** Cut, or some bytes others; digits become digits, so that numbers stay numbers. */
  private static byte[] mutation(Random random, byte[] whole) {
    if (random.nextInt(5) == 0) {
      return Arrays.copyOf(whole, random.nextInt(whole.length));
    }
    byte[] bytes = whole.clone();
    for (int changes = 1 + random.nextInt(4); changes > 0; changes--) {
      int at = random.nextInt(bytes.length);
      bytes[at] =
          Character.isDigit(bytes[at])
              ? (byte) ('0' + random.nextInt(10))
              : (byte) random.nextInt(128);
    }
    return bytes;
  }

  private static Map<String, byte[]> entries(Path file) throws IOException {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    try (ZipFile zip = new ZipFile(file.toFile())) {
      for (ZipEntry entry : Collections.list(zip.entries())) {
        entries.put(entry.getName(), zip.getInputStream(entry).readAllBytes());
      }
    }
    return entries;
  }

  private Path zip(Map<String, byte[]> entries) throws IOException {
    Path file = folder.resolve("changed.zip");
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
      for (var entry : entries.entrySet()) {
        zip.putNextEntry(new ZipEntry(entry.getKey()));
        zip.write(entry.getValue());
      }
    }
    return file;
  }
}
