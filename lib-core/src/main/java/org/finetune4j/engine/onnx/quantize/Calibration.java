package org.finetune4j.engine.onnx.quantize;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * What was seen of a network's values on calibration pictures.
 *
 * @param ranges of every value that eight bits would round
 * @param moments of every value that weights are multiplied with
 * @param floats names of the operators that gain nothing from eight bits
 */
public record Calibration(
    Map<String, ValueRange> ranges, Map<String, ChannelMoments> moments, Set<String> floats) {
  /** Copies the collections. */
  public Calibration {
    ranges = Map.copyOf(ranges);
    moments = Map.copyOf(moments);
    floats = Set.copyOf(floats);
  }

  /**
   * Returns how everything is rounded that gains from it.
   *
   * @param rule makes levels of what was seen
   * @param largestKernelLevel 127, or 63 for processors whose sums of 16 bits overflow
   */
  public Quantization quantization(Function<ValueRange, Levels> rule, int largestKernelLevel) {
    Map<String, Levels> levels = new LinkedHashMap<>();
    ranges.entrySet().parallelStream()
        .map(it -> Map.entry(it.getKey(), rule.apply(it.getValue())))
        .toList()
        .forEach(it -> levels.put(it.getKey(), it.getValue()));
    return new Quantization(levels, floats, largestKernelLevel, moments);
  }
}
