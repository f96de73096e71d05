package org.finetune4j.train.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.common.hash.HashCode;
import com.google.common.hash.Hashing;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.finetune4j.engine.train.TrainerState;
import org.finetune4j.text.JsonTokens;
import org.finetune4j.train.log.EpochMeter;
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
  private static final int FORMAT = 2;
  private static final int HASH = 32;
  private static final int MOST_TOKENS = 1_000_000;
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private CheckpointFormat() {}

  static byte[] write(Checkpoint checkpoint, String identity) throws IOException {
    ObjectNode json = MAPPER.createObjectNode();
    json.put("format", FORMAT);
    json.put("identity", identity);
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

    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    byte[] text = MAPPER.writeValueAsBytes(json);
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeInt(text.length);
    out.write(text);
    WritableByteChannel channel = Channels.newChannel(out);
    for (Tensor tensor : tensors) {
      channel.write(tensor.bytes());
    }
    out.write(Hashing.sha256().hashBytes(bytes.toByteArray()).asBytes());
    return bytes.toByteArray();
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
  }

  /**
   * Reads what {@link #write} wrote.
   *
   * @throws IOException if the bytes are damaged
   * @throws IllegalArgumentException if they belong to another run
   */
  static Checkpoint read(byte[] bytes, Path file, String identity) throws IOException {
    int length = bytes.length - HASH;
    if (length < Integer.BYTES
        || !Hashing.sha256()
            .hashBytes(bytes, 0, length)
            .equals(HashCode.fromBytes(Arrays.copyOfRange(bytes, length, bytes.length)))) {
      throw new IOException("The checkpoint " + file + " is damaged.");
    }
    ByteBuffer buffer = ByteBuffer.wrap(bytes, 0, length);
    JsonNode json = json(buffer, file);
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
    if (!json.path("identity").asText().equals(identity)) {
      throw new IllegalArgumentException(
          "The checkpoint "
              + file
              + " belongs to a run with other settings, another network or other data. Choose"
              + " another folder, or delete it to start anew.");
    }
    try {
      return content(json, buffer);
    } catch (IOException | RuntimeException e) {
      throw new IOException("The checkpoint " + file + " is damaged: " + e.getMessage(), e);
    }
  }

  /** The text decides what is allocated, so it is held to the length of the file. */
  private static JsonNode json(ByteBuffer buffer, Path file) throws IOException {
    int length = buffer.getInt();
    if (length < 0 || length > buffer.remaining()) {
      throw new IOException("The checkpoint " + file + " is damaged.");
    }
    byte[] text = new byte[length];
    buffer.get(text);
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

  private static Checkpoint content(JsonNode json, ByteBuffer buffer) throws IOException {
    List<EpochResult> epochs = new ArrayList<>();
    json.path("history").forEach(epoch -> epochs.add(readEpoch(epoch)));
    List<FreezeReport> proofs = new ArrayList<>();
    for (JsonNode proof : json.path("proofs")) {
      proofs.add(MAPPER.treeToValue(proof, FreezeReport.class));
    }
    Weights weights = tensors(json.path("weights"), buffer);
    TrainerState state =
        new TrainerState(json.path("steps").asLong(), tensors(json.path("state"), buffer));
    Weights best = tensors(json.path("best"), buffer);
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

  private static Weights tensors(JsonNode names, ByteBuffer buffer) {
    Weights.Builder weights = Weights.builder();
    names
        .properties()
        .forEach(
            entry -> {
              List<Integer> shape = new ArrayList<>();
              entry.getValue().forEach(dimension -> shape.add(dimension.asInt()));
              int size = shape.stream().reduce(Float.BYTES, Math::multiplyExact);
              weights.put(
                  entry.getKey(), Tensor.wrap(buffer.slice(buffer.position(), size), shape));
              buffer.position(buffer.position() + size);
            });
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
        Measure.valueOf(json.path("measure").asText(Measure.ACCURACY.name())));
  }

  private static OptionalDouble optional(JsonNode value) {
    return value.isNumber() ? OptionalDouble.of(value.asDouble()) : OptionalDouble.empty();
  }
}
