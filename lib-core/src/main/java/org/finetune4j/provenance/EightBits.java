package org.finetune4j.provenance;

import java.util.Map;
import org.finetune4j.engine.onnx.quantize.Quantization;

/**
 * How a network was rounded to eight bits, and what that was found to cost.
 *
 * @param quantization levels of the values and what stays in float32
 * @param report facts for people, by name, as the guard measured them
 */
public record EightBits(Quantization quantization, Map<String, String> report) {
  /** Copies the report. */
  public EightBits {
    report = Map.copyOf(report);
  }
}
