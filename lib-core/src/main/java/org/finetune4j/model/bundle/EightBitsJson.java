package org.finetune4j.model.bundle;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.finetune4j.engine.onnx.quantize.Levels;
import org.finetune4j.engine.onnx.quantize.Quantization;
import org.finetune4j.provenance.EightBits;

/** {@link EightBits} in a manifest. */
final class EightBitsJson {
  private EightBitsJson() {}

  static ObjectNode write(EightBits how) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("type", "int8");
    json.put("largest_kernel_level", how.quantization().largestKernelLevel());
    how.quantization().floats().stream().sorted().forEach(json.putArray("float32")::add);
    ObjectNode levels = json.putObject("levels");
    new TreeMap<>(how.quantization().levels())
        .forEach((value, it) -> levels.putArray(value).add(it.scale()).add(it.zeroPoint()));
    ObjectNode report = json.putObject("report");
    new TreeMap<>(how.report()).forEach(report::put);
    return json;
  }

  /**
   * Reads what {@link #write} wrote; it may come from anywhere.
   *
   * @throws IllegalArgumentException if it is something else
   */
  static EightBits read(JsonNode json) {
    if (!json.path("type").asText().equals("int8")) {
      throw new IllegalArgumentException(
          "its precision is '"
              + json.path("type").asText()
              + "', but this library knows float32 and int8. Use a newer Finetune4j");
    }
    int largest = json.path("largest_kernel_level").asInt();
    if (largest != Quantization.FULL_RANGE && largest != Quantization.REDUCED_RANGE) {
      throw new IllegalArgumentException(
          "its kernels have levels up to "
              + largest
              + ", not "
              + Quantization.FULL_RANGE
              + " or "
              + Quantization.REDUCED_RANGE);
    }
    Map<String, Levels> levels = new LinkedHashMap<>();
    json.path("levels")
        .properties()
        .forEach(
            it ->
                levels.put(
                    it.getKey(),
                    new Levels(
                        (float) it.getValue().path(0).asDouble(),
                        it.getValue().path(1).asInt(-1))));
    Set<String> floats = new LinkedHashSet<>();
    json.path("float32").forEach(it -> floats.add(it.asText()));
    Map<String, String> report = new LinkedHashMap<>();
    json.path("report").properties().forEach(it -> report.put(it.getKey(), it.getValue().asText()));
    return new EightBits(new Quantization(levels, floats, largest), report);
  }
}
