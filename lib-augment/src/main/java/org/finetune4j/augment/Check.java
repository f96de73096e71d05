package org.finetune4j.augment;

import java.util.Locale;

/** Refuses values that make no sense, saying the rule and the value. */
final class Check {
  private Check() {}

  static void that(boolean holds, String message, Object... values) {
    if (!holds) {
      throw new IllegalArgumentException(String.format(Locale.ROOT, message, values));
    }
  }

  static void finite(String name, double value) {
    that(Double.isFinite(value), "%s must be finite, but is %s.", name, value);
  }

  static void range(String name, double value, double low, double high) {
    that(
        value >= low && value <= high,
        "%s must lie in [%s, %s], but is %s.",
        name,
        Numbers.plain(low),
        Numbers.plain(high),
        Numbers.plain(value));
  }

  static void notNegative(String name, double value) {
    that(
        value >= 0 && Double.isFinite(value),
        "%s must be finite and not negative, but is %s.",
        name,
        Numbers.plain(value));
  }

  static void probability(String name, double value) {
    range(name, value, 0, 1);
  }
}
