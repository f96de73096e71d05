package org.finetune4j.train.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.common.hash.HashCode;
import com.google.common.hash.Hashing;
import com.google.common.hash.HashingInputStream;
import com.google.common.hash.HashingOutputStream;
import com.google.common.io.ByteStreams;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.finetune4j.engine.train.TrainerState;
import org.finetune4j.text.JsonTokens;
import org.finetune4j.train.log.EpochResult;
import org.finetune4j.train.log.FreezeReport;
import org.finetune4j.train.log.Measure;
import org.finetune4j.train.log.TrainingHistory;
import org.finetune4j.weights.Tensor;
import org.finetune4j.weights.Weights;

/**
 * A checkpoint as bytes: the length of a JSON text, the text, the tensors that it lists, one behind
 * the other as little-endian float32, and a SHA-256 of all that.
 */
final class CheckpointFormat {
  private static final int FORMAT = 3;
  private static final int HASH = 32;
  private static final int MOST_TOKENS = 1_000_000;
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private CheckpointFormat() {}

  /** Writes everything, tensor by tensor, so that its size does not matter. */
  static void write(Checkpoint checkpoint, RunSettings settings, OutputStream target)
      throws IOException {
    ObjectNode json = MAPPER.createObjectNode();
    json.put("format", FORMAT);
    settings.values().forEach(json.putObject("settings")::put);
    json.put("stage", checkpoint.stage());
    json.put("epochs_done", checkpoint.epochsDone());
    json.put("steps_done", checkpoint.stepsDone());
    json.put("epoch_loss", checkpoint.epoch().loss());
    json.put("epoch_right", checkpoint.epoch().right());
    json.put("epoch_samples", checkpoint.epoch().samples());
    checkpoint.proofs().forEach(proof -> json.withArray("proofs").addPOJO(proof));
    json.put("steps", checkpoint.state().steps());
    json.put("has_best", checkpoint.best().isPresent());
    checkpoint.history().epochs().forEach(epoch -> writeEpoch(json.withArray("history"), epoch));
    List<Tensor> tensors = new ArrayList<>();
    list(json, "weights", checkpoint.weights(), tensors);
    list(json, "state", checkpoint.state().slots(), tensors);
    list(json, "best", checkpoint.best().orElse(Weights.empty()), tensors);

    HashingOutputStream hashed = new HashingOutputStream(Hashing.sha256(), target);
    byte[] text = MAPPER.writeValueAsBytes(json);
    DataOutputStream out = new DataOutputStream(hashed);
    out.writeInt(text.length);
    out.write(text);
    WritableByteChannel channel = Channels.newChannel(out);
    for (Tensor tensor : tensors) {
      channel.write(tensor.bytes());
    }
    out.flush();
    target.write(hashed.hash().asBytes());
  }

  private static void list(ObjectNode json, String group, Weights weights, List<Tensor> tensors) {
    ObjectNode names = json.putObject(group);
    weights
        .tensors()
        .forEach(
            (name, tensor) -> {
              names.set(name, MAPPER.valueToTree(tensor.shape()));
              tensors.add(tensor);
            });
  }

  private static void writeEpoch(ArrayNode history, EpochResult epoch) {
    ObjectNode json = history.addObject();
    json.put("stage", epoch.stage());
    json.put("epoch", epoch.epoch());
    json.put("learning_rate", epoch.learningRate());
    json.put("loss", epoch.loss());
    json.put("accuracy", epoch.accuracy());
    epoch.validationLoss().ifPresent(value -> json.put("validation_loss", value));
    epoch.validationAccuracy().ifPresent(value -> json.put("validation_accuracy", value));
    json.put("nanoseconds", epoch.duration().toNanos());
    json.put("measure", epoch.measure().name());
    ObjectNode metrics = json.putObject("metrics");
    epoch.metrics().forEach(metrics::put);
  }

  /**
   * Reads what {@link #write} wrote, tensor by tensor, while it is hashed.
   *
   * @throws IOException if the file is damaged
   * @throws IllegalArgumentException if it belongs to another run
   */
  static Checkpoint read(Path file, RunSettings settings) throws IOException {
    long length = Files.size(file) - HASH;
    if (length < Integer.BYTES) {
      throw new IOException("The checkpoint " + file + " is damaged.");
    }
    try (InputStream bytes = new BufferedInputStream(Files.newInputStream(file))) {
      HashingInputStream hashed = new HashingInputStream(Hashing.sha256(), bytes);
      InputStream content = ByteStreams.limit(hashed, length);
      Checkpoint checkpoint;
      try {
        checkpoint = read(new DataInputStream(content), length, file, settings);
      } catch (IOException | RuntimeException e) {
        // What a damaged file says of itself is no reason.
        requireWhole(content, hashed, bytes, file);
        throw e;
      }
      requireWhole(content, hashed, bytes, file);
      return checkpoint;
    }
  }

  private static void requireWhole(
      InputStream content, HashingInputStream hashed, InputStream bytes, Path file)
      throws IOException {
    ByteStreams.exhaust(content);
    if (!hashed.hash().equals(HashCode.fromBytes(bytes.readNBytes(HASH)))) {
      throw new IOException("The checkpoint " + file + " is damaged.");
    }
  }

  private static Checkpoint read(DataInputStream in, long length, Path file, RunSettings settings)
      throws IOException {
    JsonNode json = json(in, length, file);
    if (json.path("format").asInt() != FORMAT) {
      throw new IllegalArgumentException(
          "The checkpoint "
              + file
              + " has format "
              + json.path("format").asInt()
              + ", but this version of the library goes on from format "
              + FORMAT
              + ". Choose another folder, or delete it to start anew.");
    }
    List<String> differences;
    try {
      differences = settings.differencesFrom(RunSettings.read(settings(json.path("settings"))));
      if (differences.isEmpty()) {
        return content(json, in);
      }
    } catch (IOException | RuntimeException e) {
      throw new IOException("The checkpoint " + file + " is damaged: " + e.getMessage(), e);
    }
    throw new IllegalArgumentException(
        "The checkpoint "
            + file
            + " belongs to another run: "
            + String.join("; ", differences)
            + ". Choose another folder, or delete it to start anew.");
  }

  private static Map<String, String> settings(JsonNode json) {
    Map<String, String> settings = new LinkedHashMap<>();
    json.properties().forEach(entry -> settings.put(entry.getKey(), entry.getValue().asText()));
    return settings;
  }

  /** The text decides what is allocated, so it is held to the length of the file. */
  private static JsonNode json(DataInputStream in, long whole, Path file) throws IOException {
    int length = in.readInt();
    if (length < 0 || length > whole - Integer.BYTES) {
      throw new IOException("The checkpoint " + file + " is damaged.");
    }
    byte[] text = in.readNBytes(length);
    try {
      JsonTokens.requireAtMost(MAPPER.createParser(text), MOST_TOKENS);
      JsonNode json = MAPPER.readTree(text);
      if (json.path("format").isInt()) {
        return json;
      }
      throw new IOException("it names no format");
    } catch (IOException e) {
      throw new IOException("The checkpoint " + file + " is damaged: its text is no JSON.", e);
    }
  }

  private static Checkpoint content(JsonNode json, DataInputStream in) throws IOException {
    List<EpochResult> epochs = new ArrayList<>();
    json.path("history").forEach(epoch -> epochs.add(readEpoch(epoch)));
    List<FreezeReport> proofs = new ArrayList<>();
    for (JsonNode proof : json.path("proofs")) {
      if (!proof.isObject()) {
        throw new IOException("what stayed frozen is said by " + proof.getNodeType());
      }
      proofs.add(MAPPER.treeToValue(proof, FreezeReport.class));
    }
    Weights weights = tensors(json.path("weights"), in);
    TrainerState state =
        new TrainerState(json.path("steps").asLong(), tensors(json.path("state"), in));
    Weights best = tensors(json.path("best"), in);
    return new Checkpoint(
        json.path("stage").asInt(),
        json.path("epochs_done").asInt(),
        json.path("steps_done").asInt(),
        new EpochMeter.Sums(
            json.path("epoch_loss").asDouble(),
            json.path("epoch_right").asDouble(),
            json.path("epoch_samples").asInt()),
        new TrainingHistory(epochs),
        proofs,
        weights,
        state,
        json.path("has_best").asBoolean() ? Optional.of(best) : Optional.empty());
  }

  private static Weights tensors(JsonNode names, DataInputStream in) throws IOException {
    Weights.Builder weights = Weights.builder();
    for (Map.Entry<String, JsonNode> entry : names.properties()) {
      List<Integer> shape = new ArrayList<>();
      entry.getValue().forEach(dimension -> shape.add(dimension.asInt()));
      int size = shape.stream().reduce(Float.BYTES, Math::multiplyExact);
      if (size < 0) {
        throw new IOException("the tensor '" + entry.getKey() + "' has a negative size");
      }
      // Takes no more memory than the file has bytes, whatever its text says.
      byte[] values = in.readNBytes(size);
      if (values.length < size) {
        throw new IOException("the tensor '" + entry.getKey() + "' goes beyond its end");
      }
      weights.put(entry.getKey(), Tensor.wrap(ByteBuffer.wrap(values), shape));
    }
    return weights.build();
  }

  private static EpochResult readEpoch(JsonNode json) {
    return new EpochResult(
        json.path("stage").asInt(),
        json.path("epoch").asInt(),
        json.path("learning_rate").asDouble(),
        json.path("loss").asDouble(),
        json.path("accuracy").asDouble(),
        optional(json.path("validation_loss")),
        optional(json.path("validation_accuracy")),
        Duration.ofNanos(json.path("nanoseconds").asLong()),
        Measure.valueOf(json.path("measure").asText(Measure.ACCURACY.name())),
        metrics(json.path("metrics")));
  }

  private static Map<String, Double> metrics(JsonNode json) {
    Map<String, Double> metrics = new LinkedHashMap<>();
    json.properties().forEach(entry -> metrics.put(entry.getKey(), entry.getValue().asDouble()));
    return metrics;
  }

  private static OptionalDouble optional(JsonNode value) {
    return value.isNumber() ? OptionalDouble.of(value.asDouble()) : OptionalDouble.empty();
  }
}
