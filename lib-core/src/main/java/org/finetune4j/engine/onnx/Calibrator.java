package org.finetune4j.engine.onnx;

import java.io.IOException;
import java.nio.FloatBuffer;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiConsumer;
import org.finetune4j.engine.onnx.quantize.Calibration;
import org.finetune4j.engine.onnx.quantize.ChannelMoments;
import org.finetune4j.engine.onnx.quantize.FoldedNetwork;
import org.finetune4j.engine.onnx.quantize.ValueRange;
import org.finetune4j.network.FrozenGraph;
import org.finetune4j.network.NearestNeighbors;
import org.finetune4j.network.Network;
import org.finetune4j.weights.Weights;

/** Finds out in which range each value of a network lies, from pictures. */
public final class Calibrator {
  /** Pictures at the network's input size, one at a time. */
  public interface Pictures {
    /** Returns how many there are. */
    int count();

    /**
     * Returns one of them: the pixels that the network reads.
     *
     * @throws IOException if it cannot be read
     */
    FloatBuffer get(int index) throws IOException;
  }

  private Calibrator() {}

  /**
   * Runs every picture twice: once for the extremes, once for what lies between them. Memory holds
   * the activations of one picture at a time.
   *
   * @param network reads one picture
   * @param weights at least its tensors
   * @throws IOException if a picture cannot be read
   * @throws IllegalArgumentException if a value is NaN or infinite on one of them
   */
  public static Calibration calibrate(
      Network network, Weights weights, Pictures pictures, RuntimeOptions options)
      throws IOException {
    FrozenGraph.in(network)
        .ifPresent(
            graph -> {
              throw new IllegalArgumentException(
                  "Layer '" + graph.name() + "' runs in float32 only. " + graph.obstacle());
            });
    NearestNeighbors.refuseEightBits(network);
    FoldedNetwork folded = FoldedNetwork.of(network);
    Map<String, ValueRange> ranges = new LinkedHashMap<>();
    for (String value : folded.plan().calibrated()) {
      ranges.put(value, new ValueRange());
    }
    Map<String, ChannelMoments> moments = folded.plan().moments();
    Set<String> observed = new LinkedHashSet<>(ranges.keySet());
    observed.addAll(moments.keySet());
    try (ObservedSession session =
        ObservedSession.open(
            network.inputs().get(0), folded.graph(), folded.values(weights), observed, options)) {
      pass(session, pictures, ranges, ValueRange::widen);
      requireFinite(ranges);
      for (int i = 0; i < pictures.count(); i++) {
        Map<String, FloatBuffer> seen = session.run(pictures.get(i));
        look(seen, ranges, ValueRange::count);
        look(seen, moments, ChannelMoments::add);
      }
    }
    return new Calibration(ranges, moments, folded.plan().slowInEightBits());
  }

  private static void pass(
      ObservedSession session,
      Pictures pictures,
      Map<String, ValueRange> ranges,
      BiConsumer<ValueRange, FloatBuffer> look)
      throws IOException {
    for (int i = 0; i < pictures.count(); i++) {
      look(session.run(pictures.get(i)), ranges, look);
    }
  }

  private static <T> void look(
      Map<String, FloatBuffer> seen, Map<String, T> all, BiConsumer<T, FloatBuffer> look) {
    List.copyOf(all.entrySet()).parallelStream()
        .forEach(it -> look.accept(it.getValue(), Objects.requireNonNull(seen.get(it.getKey()))));
  }

  private static void requireFinite(Map<String, ValueRange> ranges) {
    ranges.forEach(
        (name, range) -> {
          if (!range.isFinite()) {
            throw new IllegalArgumentException(
                "Calibration found NaN or infinite activations in '"
                    + name
                    + "'. The network or the pictures are broken; float32 would fail as well.");
          }
        });
  }
}
