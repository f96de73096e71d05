package org.finetune4j.backbone.match;

import java.io.IOException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import org.finetune4j.network.Layer;
import org.finetune4j.network.Network;
import org.finetune4j.weights.format.StoredLayer;

/**
 * Finds the stored layer of each layer of a network: by name where the file knows the network's
 * names, otherwise by position, as Keras loads files whose names changed over the years.
 */
public final class LayerMatcher {
  /** Names that say nothing: they start at another number in each Keras session. */
  private static final Pattern NUMBERED =
      Pattern.compile("(conv2d|batch_normalization|separable_conv2d|dense|normalization)(_\\d+)?");

  private final String architecture;
  private final Network full;
  private final Network trunk;
  private final String source;
  private final List<StoredLayer> stored;
  private final boolean wholeModel;
  private final Map<String, StoredLayer> byName = new LinkedHashMap<>();

  /**
   * Starts.
   *
   * @param architecture named in messages
   * @param full the network with its top
   * @param trunk the network without
   * @param source names the file in messages
   * @param stored what it holds, with today's names wherever an alias is known
   * @param wholeModel whether the file describes a model, which may end in layers of its owner's
   */
  public LayerMatcher(
      String architecture,
      Network full,
      Network trunk,
      String source,
      List<StoredLayer> stored,
      boolean wholeModel)
      throws IOException {
    this.architecture = architecture;
    this.full = full;
    this.trunk = trunk;
    this.source = source;
    this.stored = List.copyOf(stored);
    this.wholeModel = wholeModel;
    for (StoredLayer layer : stored) {
      if (byName.put(layer.name(), layer) != null) {
        throw refused("layer '" + layer.name() + "' stands twice in it");
      }
    }
  }

  static List<String> withWeights(Network network) {
    return network.layers().stream()
        .map(Layer::name)
        .filter(name -> !network.tensors(name).isEmpty())
        .toList();
  }

  /**
   * Returns the stored layer for each name in the network, with its top if the file has it.
   *
   * @param includeTop whether the top is needed; if not, whatever a whole model has behind the
   *     trunk is its owner's and left alone
   * @throws IOException if the file does not fit
   */
  public Map<String, StoredLayer> match(boolean includeTop) throws IOException {
    List<String> wanted = withWeights(full);
    List<String> wantedTrunk = withWeights(trunk);
    boolean ignoresTop = wholeModel && !includeTop;
    if (!ignoresTop && byName.keySet().containsAll(wanted)) {
      return named(wanted, false);
    }
    if (byName.keySet().containsAll(wantedTrunk)) {
      requireTop(includeTop, wanted);
      return named(wantedTrunk, ignoresTop);
    }
    int count = stored.size();
    if (count == wanted.size() && !ignoresTop) {
      return positioned(wanted);
    }
    if (count == wantedTrunk.size() || (ignoresTop && count > wantedTrunk.size())) {
      requireTop(includeTop, wanted);
      return positioned(wantedTrunk);
    }
    throw unfit(wanted, wantedTrunk);
  }

  private Map<String, StoredLayer> named(List<String> wanted, boolean othersAllowed)
      throws IOException {
    Set<String> others = new LinkedHashSet<>(byName.keySet());
    wanted.forEach(others::remove);
    if (!others.isEmpty() && !othersAllowed) {
      throw refused(
          "it holds weights for layers that the network does not have: "
              + first(others)
              + ". Is it the file of another architecture? What somebody added to this one must be"
              + " left out of the file");
    }
    Map<String, StoredLayer> matched = new LinkedHashMap<>();
    for (String name : wanted) {
      matched.put(name, Objects.requireNonNull(byName.get(name)));
    }
    return matched;
  }

  private Map<String, StoredLayer> positioned(List<String> wanted) throws IOException {
    Map<String, StoredLayer> matched = new LinkedHashMap<>();
    for (int i = 0; i < wanted.size(); i++) {
      StoredLayer layer = stored.get(i);
      boolean elsewhere = !layer.name().equals(wanted.get(i)) && wanted.contains(layer.name());
      if (elsewhere && !NUMBERED.matcher(layer.name()).matches()) {
        throw unfit(wanted, wanted);
      }
      matched.put(wanted.get(i), layer);
    }
    return matched;
  }

  private void requireTop(boolean includeTop, List<String> wanted) throws IOException {
    if (includeTop) {
      throw refused(
          "it has no classifier ('"
              + wanted.get(wanted.size() - 1)
              + "' is missing). Use a file with its top, or leave out includeTop");
    }
  }

  private IOException unfit(List<String> wanted, List<String> wantedTrunk) {
    Set<String> missing = new LinkedHashSet<>(wantedTrunk);
    missing.removeAll(byName.keySet());
    Set<String> others = new LinkedHashSet<>(byName.keySet());
    wanted.forEach(others::remove);
    String unknown = others.isEmpty() ? "" : "; the network does not know " + first(others);
    if (missing.size() <= wantedTrunk.size() / 2) {
      return refused("weights are missing for " + first(missing) + " (is it truncated?)" + unknown);
    }
    return refused(
        "it holds weights of "
            + stored.size()
            + " layers, the network has "
            + wantedTrunk.size()
            + ", and "
            + wanted.size()
            + " with its top (is it the file of another architecture?)"
            + unknown);
  }

  private IOException refused(String why) {
    return new IOException(
        "Weight file " + source + " does not fit " + architecture + ": " + why + ".");
  }

  private static String first(Collection<String> names) {
    List<String> quoted = names.stream().limit(5).map(name -> "'" + name + "'").toList();
    return String.join(", ", quoted)
        + (names.size() > 5 ? " and " + (names.size() - 5) + " more" : "");
  }
}
