package org.finetune4j.doctor;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;
import org.finetune4j.feature.FeatureSet;

/** Groups of pictures that are the same, byte for byte or to the eye. */
final class LookAlikes {
  /** Of 64 bits of the hash, where nothing else confirms it. */
  private static final int ALIKE = 4;

  /** Where features confirm it. */
  private static final int PERHAPS = 10;

  private static final double SAME_FEATURES = 0.95;

  /** The hash of a picture without contrast is made of noise. */
  private static final double LEAST_CONTRAST = 4;

  private final int[] leader;

  private LookAlikes(int count) {
    leader = IntStream.range(0, count).toArray();
  }

  /**
   * Returns groups of at least two, each in order of the pictures.
   *
   * @param features one row per look, if there are any
   */
  static List<int[]> groups(List<PictureLook> looks, Optional<FeatureSet> features) {
    LookAlikes groups = new LookAlikes(looks.size());
    Map<String, Integer> files = new LinkedHashMap<>();
    for (int i = 0; i < looks.size(); i++) {
      Integer first = files.putIfAbsent(looks.get(i).sha256(), i);
      if (first != null) {
        groups.join(first, i);
      }
    }
    long[] hashes = looks.stream().mapToLong(PictureLook::hash).toArray();
    int within = features.isPresent() ? PERHAPS : ALIKE;
    List<int[]> pairs =
        IntStream.range(0, hashes.length)
            .parallel()
            .filter(i -> looks.get(i).contrast() >= LEAST_CONTRAST)
            .boxed()
            .flatMap(
                i ->
                    IntStream.range(i + 1, hashes.length)
                        .filter(j -> Long.bitCount(hashes[i] ^ hashes[j]) <= within)
                        .filter(j -> looks.get(j).contrast() >= LEAST_CONTRAST)
                        .filter(
                            j -> features.map(it -> cosine(it, i, j) >= SAME_FEATURES).orElse(true))
                        .mapToObj(j -> new int[] {i, j}))
            .toList();
    pairs.forEach(pair -> groups.join(pair[0], pair[1]));
    return groups.all();
  }

  private static double cosine(FeatureSet features, int i, int j) {
    float[] a = features.features(i);
    float[] b = features.features(j);
    double product = 0;
    double lengthA = 0;
    double lengthB = 0;
    for (int k = 0; k < a.length; k++) {
      product += (double) a[k] * b[k];
      lengthA += (double) a[k] * a[k];
      lengthB += (double) b[k] * b[k];
    }
    return product / Math.sqrt(Math.max(lengthA * lengthB, Double.MIN_NORMAL));
  }

  private int find(int i) {
    int at = i;
    while (leader[at] != at) {
      leader[at] = leader[leader[at]];
      at = leader[at];
    }
    return at;
  }

  private void join(int a, int b) {
    int first = Math.min(find(a), find(b));
    leader[Math.max(find(a), find(b))] = first;
  }

  private List<int[]> all() {
    Map<Integer, List<Integer>> members = new LinkedHashMap<>();
    for (int i = 0; i < leader.length; i++) {
      members.computeIfAbsent(find(i), it -> new ArrayList<>()).add(i);
    }
    return members.values().stream()
        .filter(it -> it.size() > 1)
        .map(it -> it.stream().mapToInt(Objects::requireNonNull).toArray())
        .toList();
  }
}
