package org.finetune4j.data;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.finetune4j.target.Task;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds pictures with the same bytes where they should not be: in two parts of a split, or in two
 * classes. Only files of the same length are read, and of those only the ones whose middle is the
 * same are read whole.
 */
final class EqualPictures {
  /** A picture that stands in a part. */
  private record Member(String part, LabeledImage image, String className) {}

  private static final Logger LOG = LoggerFactory.getLogger(EqualPictures.class);

  /** Beyond it a split would take minutes; a data set of that size is checked on purpose. */
  private static final int MOST = 200_000;

  private static final int NAMES = 3;

  private EqualPictures() {}

  /** Returns a sentence for each kind of overlap, with the number of pictures and some names. */
  static List<String> among(Map<String, ImageDataset> parts) {
    List<Member> members = new ArrayList<>();
    parts.forEach(
        (part, images) ->
            images.stream()
                .forEach(
                    image ->
                        members.add(
                            new Member(part, image, images.task().describe(image.target())))));
    if (members.size() > MOST) {
      return List.of(
          members.size()
              + " pictures are more than the 200000 whose bytes a split compares: DataDoctor says"
              + " whether one stands in two parts or classes");
    }
    boolean classes = parts.values().stream().allMatch(it -> it.task() instanceof Task.OneLabel);
    return warnings(
        equal(members), classes ? "in more than one class" : "under different tags or numbers");
  }

  private static List<String> warnings(Collection<List<Member>> groups, String differing) {
    Map<String, List<List<Member>>> shared = new TreeMap<>();
    List<List<Member>> twoClasses = new ArrayList<>();
    for (List<Member> group : groups) {
      Set<String> parts =
          group.stream().map(Member::part).collect(Collectors.toCollection(LinkedHashSet::new));
      if (parts.size() > 1) {
        shared.computeIfAbsent(String.join(" and ", parts), key -> new ArrayList<>()).add(group);
      }
      if (group.stream().map(Member::className).distinct().count() > 1) {
        twoClasses.add(group);
      }
    }
    List<String> warnings = new ArrayList<>();
    shared.forEach(
        (parts, found) ->
            warnings.add(Warnings.counted(names(found), "in " + parts + " with the same bytes")));
    if (!twoClasses.isEmpty()) {
      warnings.add(Warnings.counted(names(twoClasses), differing + " with the same bytes"));
    }
    return warnings;
  }

  /** Returns for example {@code cats/1.jpg (cats) = dogs/7.jpg (dogs)} for each group. */
  private static List<String> names(List<List<Member>> groups) {
    return groups.stream()
        .map(
            group ->
                group.stream()
                    .limit(NAMES)
                    .map(member -> member.image.name() + " (" + member.className + ")")
                    .collect(Collectors.joining(" = ")))
        .toList();
  }

  /** Returns groups of at least two with equal bytes, in the order of their first members. */
  private static Collection<List<Member>> equal(List<Member> members) {
    Stream<List<Member>> groups = Stream.of(members);
    for (Key key : List.<Key>of(LabeledImage::length, LabeledImage::middle, LabeledImage::sha256)) {
      groups = groups.flatMap(group -> divided(group, key));
    }
    return groups.toList();
  }

  /** What equal pictures have in common. */
  @FunctionalInterface
  private interface Key {
    Object of(LabeledImage image) throws IOException;
  }

  private static Stream<List<Member>> divided(List<Member> group, Key key) {
    Map<Object, List<Member>> byKey = new LinkedHashMap<>();
    Map<Object, Integer> unreadable = new HashMap<>();
    for (Member member : group) {
      try {
        byKey.computeIfAbsent(key.of(member.image), it -> new ArrayList<>()).add(member);
      } catch (IOException e) {
        // Whoever uses the picture says so.
        unreadable.merge(e.getClass(), 1, Integer::sum);
      }
    }
    if (!unreadable.isEmpty()) {
      LOG.debug("Not compared: {}", unreadable);
    }
    return byKey.values().stream().filter(equals -> equals.size() > 1);
  }
}
