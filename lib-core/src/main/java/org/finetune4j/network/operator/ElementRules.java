package org.finetune4j.network.operator;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;

/** Operators that go through their inputs number by number. */
final class ElementRules {
  /** Of a channel in a response normalisation; networks have five. */
  private static final int MOST_NEIGHBOURS = 1001;

  private ElementRules() {}

  static void addTo(Map<String, OperatorRule> rules) {
    for (String operator :
        List.of(
            "Relu",
            "LeakyRelu",
            "Elu",
            "Selu",
            "Celu",
            "ThresholdedRelu",
            "Sigmoid",
            "HardSigmoid",
            "HardSwish",
            "Tanh",
            "Softplus",
            "Softsign",
            "Softmax",
            "LogSoftmax",
            "Erf",
            "Exp",
            "Log",
            "Abs",
            "Sign",
            "Round",
            "Sin",
            "Cos",
            "Clip",
            "Dropout",
            "LpNormalization",
            "InstanceNormalization",
            "BatchNormalization",
            "LayerNormalization",
            "Trilu",
            "CumSum")) {
      rules.put(operator, call -> OnnxValue.of(call.input(0).type(), call.dimensions(0)));
    }
    rules.put("Identity", call -> call.input(0));
    rules.put("LRN", ElementRules::response);
    unary(rules, "Sqrt", Math::sqrt);
    unary(rules, "Reciprocal", x -> 1 / x);
    unary(rules, "Floor", Math::floor);
    unary(rules, "Ceil", Math::ceil);
    unary(rules, "Neg", x -> -x);
    unary(rules, "Not", x -> x == 0 ? 1 : 0);
    binary(rules, "Add", Double::sum);
    binary(rules, "Sub", (a, b) -> a - b);
    binary(rules, "Mul", (a, b) -> a * b);
    binary(rules, "Div", (a, b) -> a / b);
    binary(rules, "Pow", Math::pow);
    binary(rules, "Mod", (a, b) -> a - b * Math.floor(a / b));
    binary(rules, "PRelu", (a, b) -> a < 0 ? a * b : a);
    binary(rules, "Min", Math::min);
    binary(rules, "Max", Math::max);
    binary(rules, "Sum", Double::sum);
    binary(rules, "And", (a, b) -> a != 0 && b != 0 ? 1 : 0);
    binary(rules, "Or", (a, b) -> a != 0 || b != 0 ? 1 : 0);
    compare(rules, "Equal", (a, b) -> a == b ? 1 : 0);
    compare(rules, "Greater", (a, b) -> a > b ? 1 : 0);
    compare(rules, "GreaterOrEqual", (a, b) -> a >= b ? 1 : 0);
    compare(rules, "Less", (a, b) -> a < b ? 1 : 0);
    compare(rules, "LessOrEqual", (a, b) -> a <= b ? 1 : 0);
    rules.put("IsNaN", call -> OnnxValue.of(OnnxConstant.Type.BOOL, call.dimensions(0)));
    rules.put("Cast", ElementRules::cast);
    rules.put("Where", ElementRules::where);
  }

  /** ONNX Runtime takes memory for the window, however many channels there are. */
  private static OnnxValue response(OperatorCall call) {
    long size = call.whole("size", 0);
    call.require(
        size % 2 == 1 && size > 0 && size <= MOST_NEIGHBOURS,
        "its size is an odd number from 1 to " + MOST_NEIGHBOURS + ", not " + size);
    return OnnxValue.of(call.input(0).type(), call.dimensions(0));
  }

  private static void unary(
      Map<String, OperatorRule> rules, String operator, DoubleUnaryOperator f) {
    rules.put(operator, call -> map(call.input(0), call.input(0).type(), f));
  }

  private static OnnxValue map(OnnxValue value, OnnxConstant.Type type, DoubleUnaryOperator f) {
    return new OnnxValue(
        type,
        value.dimensions(),
        value
            .content()
            .map(it -> it.stream().map(x -> rounded(type, f.applyAsDouble(x))).toList()));
  }

  /** Numbers are followed as doubles, but are what their type makes of them. */
  private static double rounded(OnnxConstant.Type type, double value) {
    return type == OnnxConstant.Type.FLOAT
        ? (double) (float) value
        : value < 0 ? Math.ceil(value) : Math.floor(value);
  }

  private static void binary(
      Map<String, OperatorRule> rules, String operator, DoubleBinaryOperator f) {
    rules.put(
        operator,
        call -> {
          OnnxValue sum = call.input(0);
          for (int i = 1; i < call.node().inputs().size(); i++) {
            sum = combined(call, sum, call.input(i), sum.type(), f);
          }
          return sum;
        });
  }

  private static void compare(
      Map<String, OperatorRule> rules, String operator, DoubleBinaryOperator f) {
    rules.put(
        operator, call -> combined(call, call.input(0), call.input(1), OnnxConstant.Type.BOOL, f));
  }

  private static OnnxValue cast(OperatorCall call) {
    long to = call.whole("to", 0);
    for (OnnxConstant.Type type : OnnxConstant.Type.values()) {
      if (type.number() == to) {
        return map(
            call.input(0), type, type == OnnxConstant.Type.BOOL ? x -> x == 0 ? 0 : 1 : x -> x);
      }
    }
    throw call.refused(
        "numbers of type " + to + " are not known here, only float32, integers and booleans");
  }

  private static OnnxValue where(OperatorCall call) {
    OnnxValue condition = call.input(0);
    OnnxValue yes = call.input(1);
    OnnxValue no = call.input(2);
    List<Integer> dimensions =
        broadcast(call, broadcast(call, condition.dimensions(), yes.dimensions()), no.dimensions());
    if (condition.content().isEmpty() || yes.content().isEmpty() || no.content().isEmpty()) {
      return OnnxValue.of(yes.type(), dimensions);
    }
    List<Double> numbers = new ArrayList<>();
    for (int i = 0; i < OnnxValue.of(yes.type(), dimensions).elements(); i++) {
      numbers.add(
          at(condition, dimensions, i) != 0 ? at(yes, dimensions, i) : at(no, dimensions, i));
    }
    return OnnxValue.known(yes.type(), dimensions, numbers);
  }

  private static OnnxValue combined(
      OperatorCall call, OnnxValue a, OnnxValue b, OnnxConstant.Type type, DoubleBinaryOperator f) {
    List<Integer> dimensions = broadcast(call, a.dimensions(), b.dimensions());
    OnnxValue unknown = OnnxValue.of(type, dimensions);
    if (a.content().isEmpty()
        || b.content().isEmpty()
        || unknown.elements() > OnnxValue.MOST_FOLLOWED) {
      return unknown;
    }
    List<Double> numbers = new ArrayList<>();
    for (int i = 0; i < unknown.elements(); i++) {
      double number = f.applyAsDouble(at(a, dimensions, i), at(b, dimensions, i));
      if (Double.isNaN(number)) {
        return unknown;
      }
      numbers.add(rounded(type, number));
    }
    return new OnnxValue(type, dimensions, Optional.of(numbers));
  }

  /** Returns the number that stands at a place of the value stretched to these dimensions. */
  static double at(OnnxValue value, List<Integer> dimensions, int place) {
    int own = 0;
    int stride = 1;
    int rest = place;
    int missing = dimensions.size() - value.rank();
    for (int i = dimensions.size() - 1; i >= missing; i--) {
      int size = value.dimensions().get(i - missing);
      own += (size == 1 ? 0 : rest % dimensions.get(i)) * stride;
      stride *= size;
      rest /= dimensions.get(i);
    }
    return value.content().orElseThrow().get(own);
  }

  /** Returns the dimensions of both inputs stretched to each other. */
  static List<Integer> broadcast(OperatorCall call, List<Integer> a, List<Integer> b) {
    int rank = Math.max(a.size(), b.size());
    List<Integer> joined = new ArrayList<>();
    for (int i = 0; i < rank; i++) {
      int first = i < rank - a.size() ? 1 : a.get(i - rank + a.size());
      int second = i < rank - b.size() ? 1 : b.get(i - rank + b.size());
      call.require(
          first == second || first == 1 || second == 1, a + " and " + b + " do not fit together");
      joined.add(first == 1 ? second : first);
    }
    return joined;
  }
}
