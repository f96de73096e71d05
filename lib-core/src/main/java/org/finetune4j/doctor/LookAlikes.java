package org.finetune4j.doctor;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.finetune4j.doctor.part.Part;
import org.finetune4j.doctor.part.PartSearch;
import org.finetune4j.feature.FeatureSet;
import org.finetune4j.feature.row.Vectors;

/**
 * Groups of pictures that are the same: byte for byte, to the eye, mirrored, or one a part of the
 * other.
 */
final class LookAlikes {
  /** Of 64 bits of the hash, where nothing else confirms it. */
  private static final int ALIKE = 4;

  /** Where features confirm it. */
  private static final int PERHAPS = 10;

  private static final double SAME_FEATURES = 0.95;

  /** The hash of a picture without contrast is made of noise. */
  private static final double LEAST_CONTRAST = 4;

  /** A part of a picture has features near to the whole's: mostly no others are nearer. */
  private static final int NEIGHBOURS = 3;

  private static final double LIKE_FEATURES = 0.55;
  private static final int MOST_FEATURES = 4096;

  /** Of brightness; see the page about the doctor for what it finds and what it takes in. */
  private static final double LIKE_PART = 0.95;

  private final List<PictureLook> looks;
  private final int[] leader;

  private LookAlikes(List<PictureLook> looks) {
    this.looks = looks;
    this.leader = IntStream.range(0, looks.size()).toArray();
  }

  /**
   * Returns groups of at least two, each in order of the pictures.
   *
   * @param features one row per look, if there are any
   */
  static List<int[]> groups(List<PictureLook> looks, Optional<FeatureSet> features) {
    LookAlikes groups = new LookAlikes(looks);
    groups.equalFiles();
    groups.joinAll(groups.alikeToTheEye(features));
    features.ifPresent(it -> groups.joinAll(groups.parts(it)));
    return groups.all();
  }

  private void equalFiles() {
    Map<String, Integer> files = new LinkedHashMap<>();
    for (int i = 0; i < looks.size(); i++) {
      Integer first = files.putIfAbsent(looks.get(i).sha256(), i);
      if (first != null) {
        join(first, i);
      }
    }
  }

  private boolean hasContrast(int i) {
    return looks.get(i).contrast() >= LEAST_CONTRAST;
  }

  private Stream<int[]> alikeToTheEye(Optional<FeatureSet> features) {
    long[] hashes = looks.stream().mapToLong(PictureLook::hash).toArray();
    int within = features.isPresent() ? PERHAPS : ALIKE;
    HashBuckets buckets = new HashBuckets(hashes, within, this::hasContrast);
    return IntStream.range(0, hashes.length)
        .parallel()
        .filter(this::hasContrast)
        .boxed()
        .flatMap(
            i ->
                IntStream.concat(
                        IntStream.of(buckets.near(hashes[i], i + 1)),
                        IntStream.of(buckets.near(looks.get(i).mirroredHash(), i + 1)))
                    .filter(j -> features.map(it -> cosine(it, i, j) >= SAME_FEATURES).orElse(true))
                    .mapToObj(j -> new int[] {i, j}));
  }

  /** Of those with the nearest features, pairs of which one shows a part of the other. */
  private Stream<int[]> parts(FeatureSet features) {
    int[] with =
        IntStream.range(0, looks.size())
            .filter(i -> hasContrast(i) && hasDirection(features.features(i)))
            .toArray();
    if (with.length < 2 || features.dimension() > MOST_FEATURES) {
      return Stream.of();
    }
    List<List<NearRows.Near>> near =
        new NearRows(features.subset(with), NearRows.MANY).all(NEIGHBOURS);
    List<Set<Integer>> others =
        Stream.generate(() -> (Set<Integer>) new TreeSet<Integer>()).limit(with.length).toList();
    for (int i = 0; i < with.length; i++) {
      for (NearRows.Near it : near.get(i)) {
        if (it.cosine() >= LIKE_FEATURES && find(with[i]) != find(with[it.row()])) {
          others.get(i).add(it.row());
          others.get(it.row()).add(i);
        }
      }
    }
    List<Part> parts =
        Arrays.stream(with).parallel().mapToObj(i -> new Part(looks.get(i).luma())).toList();
    return IntStream.range(0, with.length)
        .parallel()
        .boxed()
        .flatMap(
            whole -> {
              PartSearch search = new PartSearch(looks.get(with[whole]).luma());
              return others.get(whole).stream()
                  .filter(part -> search.likeness(parts.get(part)) >= LIKE_PART)
                  .map(part -> new int[] {with[whole], with[part]});
            });
  }

  private static boolean hasDirection(float[] row) {
    double squares = Vectors.squares(row);
    return squares > 0 && Double.isFinite(squares);
  }

  private static double cosine(FeatureSet features, int i, int j) {
    float[] a = features.features(i);
    float[] b = features.features(j);
    double product = 0;
    for (int k = 0; k < a.length; k++) {
      product += (double) a[k] * b[k];
    }
    return product
        / Math.sqrt(Math.max(Vectors.squares(a) * Vectors.squares(b), Double.MIN_NORMAL));
  }

  private void joinAll(Stream<int[]> pairs) {
    pairs.toList().forEach(pair -> join(pair[0], pair[1]));
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
