package org.finetune4j.network.operator;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One operator call of an ONNX graph.
 *
 * @param operator for example {@code Conv}
 * @param name unique in the graph
 * @param inputs names of the values it reads
 * @param output name of the value it makes
 * @param attributes by name
 */
public record OnnxNode(
    String operator,
    String name,
    List<String> inputs,
    String output,
    Map<String, Attribute> attributes) {
  /** Copies lists. */
  public OnnxNode {
    inputs = List.copyOf(inputs);
    attributes = Map.copyOf(attributes);
  }

  /** Returns the name of the second value it makes: TopK finds places beside values. */
  public Optional<String> secondOutput() {
    return operator.equals("TopK") ? Optional.of(output + PLACES) : Optional.empty();
  }

  /** What a second value is called behind the name of the first. */
  public static final String PLACES = "/places";

  /** Tells an operator to work along the channels. */
  public static final Map<String, Attribute> CHANNEL_AXIS = Map.of("axis", new Whole(1));

  /** Tells an operator to work along the channels of tokens. */
  public static final Map<String, Attribute> LAST_AXIS = Map.of("axis", new Whole(-1));

  /** The kinds of attribute that are written. */
  public sealed interface Attribute permits Whole, Wholes, Real, Text {}

  public record Whole(long value) implements Attribute {}

  public record Wholes(List<Long> values) implements Attribute {
    /** Copies the list. */
    public Wholes {
      values = List.copyOf(values);
    }
  }

  public record Real(float value) implements Attribute {}

  public record Text(String value) implements Attribute {}

  public static Attribute ints(long... values) {
    return new Wholes(Arrays.stream(values).boxed().toList());
  }
}
