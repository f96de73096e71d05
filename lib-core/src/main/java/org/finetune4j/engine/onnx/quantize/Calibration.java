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
 */
public record Calibration(Map<String, ValueRange> ranges, Map<String, ChannelMoments> moments) {
  /** Copies the maps. */
  public Calibration {
    ranges = Map.copyOf(ranges);
    moments = Map.copyOf(moments);
  }

  /**
   * Returns how everything is rounded.
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
    return new Quantization(levels, Set.of(), largestKernelLevel, moments);
  }
}
