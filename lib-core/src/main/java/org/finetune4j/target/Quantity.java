package org.finetune4j.target;

import java.util.Locale;
import java.util.Objects;
import org.finetune4j.text.ClassNames;

/**
 * What a number of a picture means.
 *
 * @param name for example {@code fill}; not blank
 * @param unit for example {@code %}; empty if it has none
 */
public record Quantity(String name, String unit) {
  /**
   * Checks the name.
   *
   * @throws IllegalArgumentException if it is blank
   */
  public Quantity {
    name = ClassNames.normalized(name).strip();
    unit = unit.strip();
    if (name.isEmpty()) {
      throw new IllegalArgumentException("A quantity has a name, but it is blank.");
    }
  }

  /** Returns one without unit. */
  public static Quantity of(String name) {
    return new Quantity(Objects.requireNonNull(name, "name"), "");
  }

  /** Returns a value with its unit, for example {@code 41.3 %}. */
  public String format(double value) {
    return String.format(Locale.ROOT, "%.4g", value) + (unit.isEmpty() ? "" : " " + unit);
  }

  /** Returns for example {@code fill (%)}. */
  @Override
  public String toString() {
    return unit.isEmpty() ? name : name + " (" + unit + ")";
  }
}
