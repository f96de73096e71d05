package org.finetune4j.doctor;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.finetune4j.data.DatasetSplit;
import org.finetune4j.data.ImageDataset;
import org.finetune4j.data.LabeledImage;
import org.finetune4j.picture.ImageDecoder;
import org.finetune4j.target.Task;
import org.finetune4j.text.Count;
import org.finetune4j.text.PrettyJson;

/** What a {@link DataDoctor} found, and what can be done about it. Immutable and thread-safe. */
public final class DataReport {
  private final Map<String, ImageDataset> parts;
  private final List<ExaminedPicture> pictures;
  private final Map<ExaminedPicture, Integer> placeOf = new HashMap<>();
  private final List<LabeledImage> images;
  private final List<int[]> groups;
  private final List<Finding> findings;
  private final ImageDecoder decoder;

  DataReport(
      Map<String, ImageDataset> parts,
      List<ExaminedPicture> pictures,
      List<LabeledImage> images,
      List<int[]> groups,
      List<Finding> findings,
      ImageDecoder decoder) {
    this.parts = Collections.unmodifiableMap(new LinkedHashMap<>(parts));
    this.pictures = List.copyOf(pictures);
    for (int i = 0; i < pictures.size(); i++) {
      placeOf.put(pictures.get(i), i);
    }
    this.images = List.copyOf(images);
    this.groups = List.copyOf(groups);
    this.findings =
        findings.stream()
            .sorted(
                Comparator.comparing(Finding::problem)
                    .thenComparing(Comparator.comparingDouble(Finding::score).reversed()))
            .toList();
    this.decoder = decoder;
  }

  /** Returns all that is wrong, by problem, the worst first. */
  public List<Finding> findings() {
    return findings;
  }

  /** Returns what is wrong of one kind, the worst first. */
  public List<Finding> findings(Problem problem) {
    return findings.stream().filter(it -> it.problem() == problem).toList();
  }

  /**
   * Returns how many pictures each class has in a part; empty unless pictures have one label or
   * tags.
   */
  Map<String, Integer> balance(String part) {
    ImageDataset of = Objects.requireNonNull(parts.get(part));
    return of.task() instanceof Task.Numbers ? Map.of() : of.counts();
  }

  /** Returns the parts' names. */
  Set<String> parts() {
    return parts.keySet();
  }

  int size() {
    return pictures.size();
  }

  /** Returns the pixels of a picture. */
  LabeledImage image(ExaminedPicture picture) {
    return images.get(Objects.requireNonNull(placeOf.get(picture)));
  }

  ImageDecoder decoder() {
    return decoder;
  }

  /**
   * Returns the split without its leaks: of pictures that are the same, those in train are left out
   * where one stands in validation or test, and those in validation where one stands in test. What
   * is tested on stays as it is, so that figures stay comparable.
   *
   * @param split the one that was examined
   * @throws IllegalArgumentException if it is another
   */
  public DatasetSplit withoutLeaks(DatasetSplit split) {
    requireExamined("train", split.train());
    requireExamined("validation", split.validation());
    requireExamined("test", split.test());
    List<String> order = List.of("train", "validation", "test");
    Map<String, Set<Integer>> dropped = new HashMap<>();
    for (int[] group : groups) {
      int last = 0;
      for (int i : group) {
        last = Math.max(last, order.indexOf(pictures.get(i).part()));
      }
      for (int i : group) {
        if (order.indexOf(pictures.get(i).part()) < last) {
          dropped
              .computeIfAbsent(pictures.get(i).part(), it -> new HashSet<>())
              .add(pictures.get(i).index());
        }
      }
    }
    return new DatasetSplit(
        without(split.train(), dropped.getOrDefault("train", Set.of())),
        without(split.validation(), dropped.getOrDefault("validation", Set.of())),
        split.test());
  }

  /**
   * Returns the pictures with the same ones in groups, so that {@code split} keeps them on one
   * side.
   *
   * @param data what was examined
   * @throws IllegalArgumentException if it is another
   */
  public ImageDataset grouped(ImageDataset data) {
    requireExamined("data", data);
    IdentityHashMap<LabeledImage, String> groupOf = new IdentityHashMap<>();
    for (int[] group : groups) {
      for (int i : group) {
        groupOf.put(images.get(i), "alike " + group[0]);
      }
    }
    IdentityHashMap<LabeledImage, String> own = new IdentityHashMap<>();
    for (int i = 0; i < data.size(); i++) {
      own.put(data.get(i), "single " + i);
    }
    return data.groupedBy(it -> groupOf.getOrDefault(it, Objects.requireNonNull(own.get(it))));
  }

  /**
   * Returns the pictures without those that an earlier one looks like, and without broken ones.
   *
   * @param data what was examined
   * @throws IllegalArgumentException if it is another
   */
  public ImageDataset withoutDuplicates(ImageDataset data) {
    requireExamined("data", data);
    Set<Integer> dropped = new HashSet<>();
    findings(Problem.UNREADABLE).forEach(it -> dropped.add(it.pictures().get(0).index()));
    for (int[] group : groups) {
      IntStream.of(group).skip(1).forEach(i -> dropped.add(pictures.get(i).index()));
    }
    return without(data, dropped);
  }

  private static ImageDataset without(ImageDataset data, Set<Integer> dropped) {
    return ImageDataset.of(
        data.task(),
        IntStream.range(0, data.size())
            .filter(i -> !dropped.contains(i))
            .mapToObj(data::get)
            .toList());
  }

  private void requireExamined(String part, ImageDataset data) {
    if (parts.get(part) != data) {
      throw new IllegalArgumentException(
          "The report is of "
              + parts
              + ", not of this '"
              + part
              + "' "
              + data
              + ". Examine what is to be cleaned.");
    }
  }

  /** Returns the report as JSON: counts, and every finding with its pictures. */
  public String toJson() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("pictures", pictures.size());
    ObjectNode balance = json.putObject("balance");
    for (String part : parts.keySet()) {
      ObjectNode counts = balance.putObject(part);
      balance(part).forEach(counts::put);
    }
    ArrayNode list = json.putArray("findings");
    for (Finding finding : findings) {
      ObjectNode node =
          list.addObject()
              .put("problem", finding.problem().name())
              .put("score", finding.score())
              .put("detail", finding.detail());
      ArrayNode of = node.putArray("pictures");
      finding
          .pictures()
          .forEach(
              it ->
                  of.addObject()
                      .put("part", it.part())
                      .put("index", it.index())
                      .put("name", it.name())
                      .put("label", it.label()));
    }
    return PrettyJson.text(json);
  }

  /**
   * Writes the report as one HTML page that needs no other file: counts, and for each problem the
   * worst findings with thumbnails.
   *
   * @param file replaced if it exists, at once and whole
   * @throws IOException if a picture cannot be read again, or the file cannot be written
   */
  public void saveHtml(Path file) throws IOException {
    ReportHtml.of(this).save(file);
  }

  /** Returns the report as text: counts by problem, and the worst three of each. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(Count.of(pictures.size(), "picture") + " examined");
    parts.keySet().forEach(it -> text.append("\n  ").append(it).append(' ').append(balance(it)));
    Map<Problem, List<Finding>> byProblem =
        findings.stream()
            .collect(Collectors.groupingBy(Finding::problem, TreeMap::new, Collectors.toList()));
    byProblem.forEach(
        (problem, all) -> {
          text.append('\n').append(problem.title()).append(": ").append(all.size());
          all.stream()
              .limit(3)
              .forEach(
                  it ->
                      text.append("\n  ")
                          .append(
                              it.pictures().stream()
                                  .limit(3)
                                  .map(Object::toString)
                                  .collect(Collectors.joining(" = ")))
                          .append(it.detail().isEmpty() ? "" : ": " + it.detail()));
        });
    return text.append(findings.isEmpty() ? "\nNothing found." : "").toString();
  }
}
