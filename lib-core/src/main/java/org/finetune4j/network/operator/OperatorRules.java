package org.finetune4j.network.operator;

import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The operators of ONNX (opset 17) that are known here, with what each makes of shapes. They are
 * those of networks that look at pictures; none runs other graphs, reads files or draws random
 * numbers.
 */
public final class OperatorRules {
  private static final Map<String, OperatorRule> RULES = rules();

  private OperatorRules() {}

  private static Map<String, OperatorRule> rules() {
    Map<String, OperatorRule> rules = new TreeMap<>();
    ElementRules.addTo(rules);
    WindowRules.addTo(rules);
    MatrixRules.addTo(rules);
    ReductionRules.addTo(rules);
    ShapeRules.addTo(rules);
    return Collections.unmodifiableMap(rules);
  }

  /** Returns the names of the known operators, sorted. */
  public static Set<String> names() {
    return RULES.keySet();
  }

  /**
   * Returns what is known of the value that a node makes.
   *
   * @param values what is known of those before it, by name
   * @throws IllegalArgumentException if the operator is not known or cannot read such values
   */
  public static OnnxValue infer(OnnxNode node, Map<String, OnnxValue> values) {
    OperatorRule rule = RULES.get(node.operator());
    OperatorCall call = new OperatorCall(node, values);
    if (rule == null) {
      throw call.refused("this operator is not known here; known are " + names());
    }
    for (int i = 0; i < node.inputs().size(); i++) {
      call.optional(i); // refuses a name that nothing makes, whether the rule looks at it or not
    }
    try {
      return rule.of(call);
    } catch (ArithmeticException tooLarge) {
      throw call.refused("its sizes are beyond 2^31-1");
    } catch (IllegalArgumentException e) {
      boolean named = String.valueOf(e.getMessage()).startsWith(node.operator() + " '");
      throw named ? e : call.refused(String.valueOf(e.getMessage()));
    }
  }
}
