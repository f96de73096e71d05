package org.finetune4j.network.operator;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/** Convolutions and poolings, of maps in channel, row, column order. */
final class WindowRules {
  /** More than any map has rows; ONNX Runtime computes with what is far beyond without a check. */
  private static final long FARTHEST = 1 << 24;

  private WindowRules() {}

  static void addTo(Map<String, OperatorRule> rules) {
    rules.put("Conv", WindowRules::convolution);
    rules.put("MaxPool", WindowRules::pooling);
    rules.put("AveragePool", WindowRules::pooling);
    rules.put("GlobalAveragePool", WindowRules::global);
    rules.put("GlobalMaxPool", WindowRules::global);
  }

  private static OnnxValue convolution(OperatorCall call) {
    List<Integer> input = call.dimensions(0);
    List<Integer> kernel = call.dimensions(1);
    call.requireFactorsOfOneType();
    long groups = call.whole("group", 1);
    call.require(input.size() == 4 && kernel.size() == 4, "maps and kernels have 4 dimensions");
    call.require(
        groups >= 1 && kernel.get(1) * groups == input.get(1) && kernel.get(0) % groups == 0,
        "a kernel of " + kernel + " in " + groups + " groups does not fit " + input);
    return moved(call, kernel.subList(2, 4), kernel.get(0));
  }

  private static OnnxValue pooling(OperatorCall call) {
    call.require(call.dimensions(0).size() == 4, "maps have 4 dimensions");
    List<Integer> kernel =
        call.wholes("kernel_shape", List.of()).stream().map(Math::toIntExact).toList();
    call.require(kernel.size() == 2, "the window has two sides");
    return moved(call, kernel, call.dimensions(0).get(1));
  }

  private static OnnxValue moved(OperatorCall call, List<Integer> kernel, int channels) {
    List<Integer> output = new ArrayList<>(List.of(call.dimensions(0).get(0), channels));
    for (int side = 0; side < 2; side++) {
      output.add(positions(call, side, kernel.get(side)));
    }
    return OnnxValue.of(call.input(0).type(), output);
  }

  private static int positions(OperatorCall call, int side, int kernel) {
    long length = call.dimensions(0).get(2 + side);
    long stride = number(call, "strides", side, 2, 1);
    long dilation = number(call, "dilations", side, 2, 1);
    call.require(kernel > 0 && stride > 0 && dilation > 0, "a window has a size and moves on");
    String how = call.text("auto_pad", "NOTSET");
    if (how.startsWith("SAME")) {
      return Math.toIntExact((length + stride - 1) / stride);
    }
    long border =
        how.equals("VALID")
            ? 0
            : Math.addExact(number(call, "pads", side, 4, 0), number(call, "pads", side + 2, 4, 0));
    long extent = Math.addExact(Math.multiplyExact(kernel - 1, dilation), 1);
    long free = Math.addExact(length, border) - extent;
    call.require(free >= 0, "a window of " + extent + " does not fit into " + length);
    long up = call.whole("ceil_mode", 0) == 1 ? stride - 1 : 0;
    long steps = (free + up) / stride;
    // A window that would begin behind the input and its first border is left out.
    boolean outside =
        up > 0 && steps * stride >= length + number(call, "pads", side, 4, 0) && steps > 0;
    return Math.toIntExact(steps + (outside ? 0 : 1));
  }

  private static long number(OperatorCall call, String name, int index, int count, long fallback) {
    List<Long> numbers = call.wholes(name, Collections.nCopies(count, fallback));
    call.require(numbers.size() == count, "'" + name + "' has " + count + " numbers");
    call.require(
        numbers.get(index) >= 0 && numbers.get(index) <= FARTHEST,
        "'" + name + "' has numbers from 0 to " + FARTHEST);
    return numbers.get(index);
  }

  private static OnnxValue global(OperatorCall call) {
    List<Integer> input = call.dimensions(0);
    call.require(input.size() == 4, "maps have 4 dimensions");
    return OnnxValue.of(call.input(0).type(), List.of(input.get(0), input.get(1), 1, 1));
  }
}
