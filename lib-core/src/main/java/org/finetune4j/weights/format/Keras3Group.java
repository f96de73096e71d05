package org.finetune4j.weights.format;

import io.jhdf.api.Group;
import io.jhdf.api.Node;
import java.io.IOException;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What Keras 3 keeps of one object of a model: its own tensors in a group {@code vars}, and other
 * objects by the names of the attributes that hold them.
 */
final class Keras3Group {
  private static final String VARIABLES = "vars";
  private static final int DEEPEST = 32;

  /** The attribute that holds a model's layers: today's, and that of Keras 2.12 and 2.13. */
  private static final List<String> CONTAINERS =
      List.of("layers", "_layer_checkpoint_dependencies");

  private static final Pattern COUNTED = Pattern.compile("(.+?)_(\\d{1,9})");

  private final String key;
  private final Map<String, Keras3Group> children = new TreeMap<>();
  private Optional<Group> variables = Optional.empty();

  private Keras3Group(String key) {
    this.key = key;
  }

  static Keras3Group root(Group group) throws IOException {
    Keras3Group root = new Keras3Group("");
    root.collect(group, 0, new HashSet<>());
    return root;
  }

  private void collect(Group group, int depth, Set<Long> seen) throws IOException {
    if (depth > DEEPEST) {
      throw new IOException("its groups are nested too deeply");
    }
    for (Map.Entry<String, Node> child : group.getChildren().entrySet()) {
      if (child.getValue().isLink() || !(child.getValue() instanceof Group inner)) {
        continue;
      }
      // Linked from two places each, thirty groups would be walked through a billion times.
      if (!seen.add(inner.getAddress())) {
        throw new IOException("its group '" + inner.getPath() + "' is linked twice");
      }
      Keras3Group at = this;
      // Keras 2.15 on Windows joined paths with backslashes, which are a part of the name to HDF5.
      for (String part : child.getKey().split("[\\\\/]", DEEPEST)) {
        if (part.equals(VARIABLES)) {
          at.variables = Optional.of(inner);
        } else {
          at = at.children.computeIfAbsent(part, Keras3Group::new);
        }
      }
      if (at.variables.filter(found -> found == inner).isEmpty()) {
        at.collect(inner, depth + 1, seen);
      }
    }
  }

  /** Returns the name of the attribute or the place in a list, such as {@code conv2d_1}. */
  String key() {
    return key;
  }

  /** Returns the group of the object's own tensors, if it has any. */
  Optional<Group> variables() {
    return variables.filter(group -> !group.getChildren().isEmpty());
  }

  /** Returns the object's name; older files do not have it. */
  Optional<String> name(Hdf5 file) throws IOException {
    return variables.isPresent() ? file.text(variables.get(), "name") : Optional.empty();
  }

  boolean isModel() {
    return CONTAINERS.stream().anyMatch(children::containsKey);
  }

  /** Returns a model's layers, those of one class in their order in the model. */
  List<Keras3Group> layers() {
    return CONTAINERS.stream()
        .flatMap(container -> Stream.ofNullable(children.get(container)))
        .flatMap(container -> container.children.values().stream())
        .sorted(Comparator.comparing(Keras3Group::kind).thenComparing(Keras3Group::number))
        .toList();
  }

  /**
   * Returns the objects inside a layer, or what an object that is no model keeps in attributes.
   * What trains it, and what random numbers come from, is not part of it.
   */
  List<Keras3Group> parts() {
    return children.values().stream()
        .filter(child -> !child.key.equals("optimizer") && !child.kind().equals("seedgenerator"))
        .toList();
  }

  /** Returns the class in lower case, without underscores. */
  String kind() {
    Matcher counted = COUNTED.matcher(key);
    return plain(counted.matches() ? counted.group(1) : key);
  }

  private int number() {
    Matcher counted = COUNTED.matcher(key);
    return counted.matches() ? Integer.parseInt(counted.group(2)) : 0;
  }

  /** Releases of Keras differ in where they put underscores into the name of a class. */
  static String plain(String className) {
    String simple = className.substring(className.lastIndexOf('>') + 1);
    return simple.replaceAll("\\W|_", "").toLowerCase(Locale.ROOT);
  }
}
