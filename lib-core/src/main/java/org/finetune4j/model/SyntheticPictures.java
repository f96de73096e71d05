package org.finetune4j.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Locale;
import java.util.Optional;
import org.finetune4j.engine.onnx.OnnxSession;
import org.finetune4j.model.bundle.ClassifierDefinition;
import org.finetune4j.network.Shape;
import org.finetune4j.random.CounterRandom;

/**
 * What a network says about pictures that a seed makes: colored squares under noise, drawn at the
 * input size, so that no photo is needed and no resizing plays a part.
 */
final class SyntheticPictures {
  private static final long SEED = 1;
  private static final int PICTURES = 2;
  private static final int SQUARES = 4;
  private static final double TOLERANCE = 1e-3;

  private SyntheticPictures() {}

  /**
   * Returns the network's outputs, to be written down.
   *
   * @throws IllegalStateException if they are NaN or infinite
   */
  static ObjectNode record(OnnxSession session, ClassifierDefinition definition) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("seed", SEED).put("pictures", PICTURES);
    ArrayNode rows = json.putArray("outputs");
    float[] outputs = run(session, definition, SEED);
    int size = outputs.length / PICTURES;
    for (int i = 0; i < PICTURES; i++) {
      ArrayNode row = rows.addArray();
      for (int j = 0; j < size; j++) {
        row.add(outputs[i * size + j]);
      }
    }
    return json;
  }

  /**
   * Tries a network whose outputs were not written down.
   *
   * @throws IllegalStateException if they are NaN or infinite
   */
  static void tryOut(OnnxSession session, ClassifierDefinition definition) {
    run(session, definition, SEED);
  }

  /**
   * Compares the network's outputs with those that were written down.
   *
   * @return what is wrong, if anything
   * @throws IllegalStateException if they are NaN or infinite
   */
  static Optional<String> check(
      OnnxSession session, ClassifierDefinition definition, JsonNode recorded) {
    int size = definition.network().outputShape().elements();
    JsonNode rows = recorded.path("outputs");
    if (!recorded.path("seed").isIntegralNumber() || rows.size() != PICTURES) {
      return Optional.of("its manifest holds no readable outputs for synthetic pictures");
    }
    float[] outputs = run(session, definition, recorded.path("seed").asLong());
    for (int i = 0; i < outputs.length; i++) {
      JsonNode expected = rows.path(i / size).path(i % size);
      double magnitude = Math.max(1, Math.abs(expected.asDouble()));
      boolean equal = Math.abs(expected.asDouble() - outputs[i]) <= TOLERANCE * magnitude;
      if (!expected.isNumber() || !equal || rows.path(i / size).size() != size) {
        return Optional.of(
            String.format(
                Locale.ROOT,
                "output %d of synthetic picture %d is %s, but was %s where the classifier was saved"
                    + " (tolerance %s). The runtime or processor here computes something else;"
                    + " %s.loader().replay(Replay.SKIP).load(file) loads it all the same",
                i % size,
                i / size,
                outputs[i],
                expected,
                TOLERANCE,
                definition.kind()));
      }
    }
    return Optional.empty();
  }

  private static float[] run(OnnxSession session, ClassifierDefinition definition, long seed) {
    Shape shape = definition.input();
    int size = definition.network().outputShape().elements();
    float[] outputs = new float[PICTURES * size];
    // Of one picture, which may be a large one, where ONNX Runtime reads it: it would copy others.
    FloatBuffer pixels =
        ByteBuffer.allocateDirect(Math.multiplyExact(shape.elements(), Float.BYTES))
            .order(ByteOrder.nativeOrder())
            .asFloatBuffer();
    for (int i = 0; i < PICTURES; i++) {
      draw(shape, CounterRandom.of(seed, i), pixels);
      float[] row = session.run(1, pixels)[0];
      definition.requireFinite(row, 0);
      System.arraycopy(row, 0, outputs, i * size, size);
    }
    return outputs;
  }

  private static void draw(Shape shape, CounterRandom random, FloatBuffer target) {
    int[] squares = new int[3 * SQUARES * SQUARES];
    for (int i = 0; i < squares.length; i++) {
      squares[i] = random.nextInt(224);
    }
    int area = shape.height() * shape.width();
    for (int i = 0; i < shape.elements(); i++) {
      int column = i % area % shape.width() * SQUARES / shape.width();
      int row = i % area / shape.width() * SQUARES / shape.height();
      int square = (i / area * SQUARES + row) * SQUARES + column;
      target.put(i, squares[square] + random.nextInt(32));
    }
  }
}
