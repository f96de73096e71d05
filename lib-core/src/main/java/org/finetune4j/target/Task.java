package org.finetune4j.target;

import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.finetune4j.text.Count;
import org.finetune4j.text.NearestName;

/**
 * What is to be learned from pictures: which of several labels is right, which tags apply, or
 * numbers. An immutable value.
 */
public sealed interface Task {
  /**
   * Every picture has exactly one of these labels.
   *
   * @param labels the classes, in the order of a network's outputs
   */
  record OneLabel(Labels labels) implements Task {
    @Override
    public int outputs() {
      return labels.size();
    }

    /** Returns for example {@code 2 classes (cat, dog)}. */
    @Override
    public String toString() {
      return Count.of(labels.size(), "class") + " (" + labels + ")";
    }
  }

  /**
   * Every picture has any number of these tags, none included.
   *
   * @param labels the tags, in the order of a network's outputs
   */
  record Tags(Labels labels) implements Task {
    @Override
    public int outputs() {
      return labels.size();
    }

    /** Returns for example {@code 3 tags (dog, indoor, outdoor)}. */
    @Override
    public String toString() {
      return Count.of(labels.size(), "tag") + " (" + labels + ")";
    }
  }

  /**
   * Every picture has a value of each of these quantities.
   *
   * @param quantities at least one, with different names, in the order of a network's outputs
   */
  record Numbers(List<Quantity> quantities) implements Task {
    /**
     * Copies the quantities.
     *
     * @throws IllegalArgumentException if there is none, or two have one name
     */
    public Numbers {
      quantities = List.copyOf(quantities);
      if (quantities.isEmpty()
          || quantities.stream().map(Quantity::name).distinct().count() < quantities.size()) {
        throw new IllegalArgumentException(
            "Numbers have at least one quantity, each with a name of its own, but they are "
                + quantities
                + ".");
      }
    }

    @Override
    public Labels labels() {
      throw new IllegalStateException(
          "Numbers ("
              + this
              + ") have no labels. What learns labels or tags cannot work with them.");
    }

    @Override
    public int outputs() {
      return quantities.size();
    }

    @Override
    public int indexOf(String name) {
      List<String> names = quantities.stream().map(Quantity::name).toList();
      int index = names.indexOf(name);
      if (index < 0) {
        throw new IllegalArgumentException(
            "Unknown quantity '"
                + name
                + "'."
                + NearestName.hint(name, names)
                + " Quantities: "
                + quantities
                + ".");
      }
      return index;
    }

    /** Returns for example {@code numbers fill (%), weight (kg)}. */
    @Override
    public String toString() {
      return "numbers " + quantities.stream().map(it -> it + "").collect(Collectors.joining(", "));
    }
  }

  /** Returns the task of telling these labels apart. */
  static Task oneLabel(Labels labels) {
    return new OneLabel(Objects.requireNonNull(labels, "labels"));
  }

  /** Returns the task of finding these tags. */
  static Task tags(String... names) {
    return new Tags(Labels.of(names));
  }

  /** Returns the task of estimating these numbers. */
  static Task numbers(Quantity... quantities) {
    return new Numbers(List.of(quantities));
  }

  /**
   * Returns the names of labels or tags.
   *
   * @throws IllegalStateException if the task is numbers
   */
  Labels labels();

  /** Returns how many labels, tags or quantities there are. */
  int outputs();

  /**
   * Returns the place of a label, tag or quantity.
   *
   * @throws IllegalArgumentException if there is none of this name; the message names the nearest
   */
  default int indexOf(String name) {
    return labels().indexOf(name);
  }

  /**
   * Refuses an answer that belongs to another task.
   *
   * @param who has it, for the message
   * @throws IllegalArgumentException if it is of another kind, or has an index that is too large,
   *     or more or fewer numbers than there are quantities
   */
  default void requireFit(Target target, Object who) {
    boolean fits =
        (this instanceof OneLabel
                && target instanceof Target.Label label
                && label.index() < outputs())
            || (this instanceof Tags
                && target instanceof Target.Tags tags
                && tags.indices().stream().allMatch(index -> index < outputs()))
            || (this instanceof Numbers
                && target instanceof Target.Numbers numbers
                && numbers.values().size() == outputs());
    if (!fits) {
      throw new IllegalArgumentException(
          this instanceof OneLabel && target instanceof Target.Label
              ? "The label of " + who + " must be below the number of classes, " + outputs() + "."
              : who + " has " + target + ", which does not fit " + this + ".");
    }
  }

  /** Returns a target as people read it: {@code cat}, {@code dog, outdoor}, {@code fill 40 %}. */
  default String describe(Target target) {
    if (target instanceof Target.Label label) {
      return labels().name(label.index());
    }
    if (target instanceof Target.Tags tags) {
      return tags.indices().isEmpty()
          ? "no tag"
          : tags.indices().stream().map(labels()::name).collect(Collectors.joining(", "));
    }
    List<Double> values = ((Target.Numbers) target).values();
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < values.size(); i++) {
      Quantity quantity = ((Numbers) this).quantities().get(i);
      text.append(i == 0 ? "" : ", ").append(quantity.name()).append(' ');
      text.append(quantity.format(values.get(i)));
    }
    return text.toString();
  }
}
