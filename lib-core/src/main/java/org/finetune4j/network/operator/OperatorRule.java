package org.finetune4j.network.operator;

/** What an operator makes, as far as that is known before it runs. */
@FunctionalInterface
interface OperatorRule {
  /**
   * Returns what is known of the value.
   *
   * @throws IllegalArgumentException if the operator cannot read such values
   */
  OnnxValue of(OperatorCall call);
}
