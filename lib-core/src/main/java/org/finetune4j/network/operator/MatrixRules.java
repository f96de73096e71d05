package org.finetune4j.network.operator;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Products of matrices. */
final class MatrixRules {
  private MatrixRules() {}

  static void addTo(Map<String, OperatorRule> rules) {
    rules.put("MatMul", MatrixRules::product);
    rules.put("Gemm", MatrixRules::gemm);
  }

  private static OnnxValue product(OperatorCall call) {
    List<Integer> a = call.dimensions(0);
    List<Integer> b = call.dimensions(1);
    call.requireFactorsOfOneType();
    call.require(a.size() >= 2 && b.size() >= 2, "matrices have at least 2 dimensions");
    call.require(
        a.get(a.size() - 1).equals(b.get(b.size() - 2)), a + " and " + b + " do not fit together");
    List<Integer> output =
        new ArrayList<>(
            ElementRules.broadcast(call, a.subList(0, a.size() - 2), b.subList(0, b.size() - 2)));
    output.add(a.get(a.size() - 2));
    output.add(b.get(b.size() - 1));
    return OnnxValue.of(call.input(0).type(), output);
  }

  private static OnnxValue gemm(OperatorCall call) {
    List<Integer> a = call.dimensions(0);
    List<Integer> b = call.dimensions(1);
    call.requireFactorsOfOneType();
    call.require(a.size() == 2 && b.size() == 2, "matrices have 2 dimensions");
    int turnedA = (int) call.whole("transA", 0) & 1;
    int turnedB = (int) call.whole("transB", 0) & 1;
    call.require(
        a.get(1 - turnedA).equals(b.get(turnedB)), a + " and " + b + " do not fit together");
    List<Integer> output = List.of(a.get(turnedA), b.get(1 - turnedB));
    call.optional(2)
        .ifPresent(
            c ->
                call.require(
                    ElementRules.broadcast(call, output, c.dimensions()).equals(output),
                    "a summand of " + c.dimensions() + " does not fit " + output));
    return OnnxValue.of(call.input(0).type(), output);
  }
}
