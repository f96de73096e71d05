package org.finetune4j.bench;

import java.util.Locale;

/** What our time is held to. */
sealed interface Target {
  /** Returns whether the target is met. */
  boolean met(double ours, double rival);

  /** So many times as fast as the rival, at least. */
  record TimesAsFast(double factor) implements Target {
    @Override
    public boolean met(double ours, double rival) {
      return rival / ours >= factor;
    }

    @Override
    public String toString() {
      return String.format(Locale.ROOT, "at least %s x as fast", factor);
    }
  }

  /** Not longer than the rival's time times a factor and some milliseconds. */
  record NotLonger(double factor, double milliseconds) implements Target {
    @Override
    public boolean met(double ours, double rival) {
      return ours <= factor * rival + milliseconds / 1e3;
    }

    @Override
    public String toString() {
      String more = milliseconds == 0 ? "" : String.format(Locale.ROOT, " + %.0f ms", milliseconds);
      return String.format(Locale.ROOT, "at most %.1f x its time%s", factor, more);
    }
  }

  /** A bound that needs no rival. */
  record Within(double seconds) implements Target {
    @Override
    public boolean met(double ours, double rival) {
      return ours <= seconds;
    }

    @Override
    public String toString() {
      return String.format(Locale.ROOT, "at most %.0f s", seconds);
    }
  }

  /** Only looked at. */
  record None() implements Target {
    @Override
    public boolean met(double ours, double rival) {
      return true;
    }

    @Override
    public String toString() {
      return "none";
    }
  }
}
