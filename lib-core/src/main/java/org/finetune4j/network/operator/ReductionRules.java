package org.finetune4j.network.operator;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** One number for many. */
final class ReductionRules {
  private ReductionRules() {}

  static void addTo(Map<String, OperatorRule> rules) {
    for (String operator :
        List.of(
            "ReduceMean",
            "ReduceSum",
            "ReduceMax",
            "ReduceMin",
            "ReduceL1",
            "ReduceL2",
            "ReduceSumSquare",
            "ReduceLogSumExp")) {
      rules.put(operator, ReductionRules::reduced);
    }
    rules.put("ReduceProd", ReductionRules::product);
    rules.put(
        "ArgMax",
        call ->
            OnnxValue.of(OnnxConstant.Type.INT64, without(call, List.of(call.whole("axis", 0)))));
  }

  private static OnnxValue reduced(OperatorCall call) {
    List<Long> axes = call.optional(1).isPresent() ? call.known(1) : call.wholes("axes", List.of());
    if (axes.isEmpty() && call.whole("noop_with_empty_axes", 0) == 1) {
      return call.input(0);
    }
    return OnnxValue.of(call.input(0).type(), without(call, axes));
  }

  private static List<Integer> without(OperatorCall call, List<Long> axes) {
    List<Integer> input = call.dimensions(0);
    Set<Integer> gone = new HashSet<>();
    axes.forEach(axis -> gone.add(call.axis(axis, input.size())));
    boolean keeps = call.whole("keepdims", 1) == 1;
    List<Integer> output = new ArrayList<>();
    for (int i = 0; i < input.size(); i++) {
      if (!axes.isEmpty() && !gone.contains(i)) {
        output.add(input.get(i));
      } else if (keeps) {
        output.add(1);
      }
    }
    return output;
  }

  private static OnnxValue product(OperatorCall call) {
    OnnxValue unknown = reduced(call);
    OnnxValue input = call.input(0);
    if (input.content().isEmpty() || unknown.elements() != 1) {
      return unknown;
    }
    double product = input.content().get().stream().reduce(1.0, (a, b) -> a * b);
    return OnnxValue.known(unknown.type(), unknown.dimensions(), List.of(product));
  }
}
