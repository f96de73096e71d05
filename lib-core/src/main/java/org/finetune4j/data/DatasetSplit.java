package org.finetune4j.data;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.finetune4j.target.Task;
import org.finetune4j.text.Count;
import org.slf4j.LoggerFactory;

/**
 * Three disjoint parts of a dataset with the same labels, tags or numbers.
 *
 * @param train what is learned from
 * @param validation what settings and epochs are chosen on
 * @param test what nothing is chosen on; may be empty
 * @param warnings what is wrong with them as far as files tell: files that were left out, pictures
 *     with the same bytes in two parts or in two classes, with counts and names; empty if nothing
 *     is
 */
public record DatasetSplit(
    ImageDataset train, ImageDataset validation, ImageDataset test, List<String> warnings) {
  /** Copies the warnings. */
  public DatasetSplit {
    warnings = List.copyOf(warnings);
  }

  /**
   * Looks for pictures with the same bytes, as {@link #of} does.
   *
   * @param train what is learned from
   * @param validation what settings and epochs are chosen on
   * @param test what nothing is chosen on; may be empty
   */
  public DatasetSplit(ImageDataset train, ImageDataset validation, ImageDataset test) {
    this(train, validation, test, checked(train, validation, test, List.of()));
  }

  /**
   * Reads a directory with one folder for each part, {@code <directory>/train/<class
   * name>/<picture>}, and the same for {@code validation} and {@code test}. Also {@code training},
   * {@code val}, {@code valid}, {@code testing}, {@code train_set} and the like, in any letter
   * case. The labels are train's; a part that is missing is empty.
   *
   * @throws IOException if the directory does not exist or cannot be read
   * @throws IllegalArgumentException if there is no train folder, two folders for one part, or a
   *     class that train does not have
   */
  public static DatasetSplit fromDirectory(Path directory) throws IOException {
    return SplitFolders.read(Objects.requireNonNull(directory, "directory"));
  }

  /** Adds to these warnings, which were logged before, what the files tell. */
  static DatasetSplit of(
      ImageDataset train, ImageDataset validation, ImageDataset test, List<String> warnings) {
    return new DatasetSplit(train, validation, test, checked(train, validation, test, warnings));
  }

  private static List<String> checked(
      ImageDataset train, ImageDataset validation, ImageDataset test, List<String> before) {
    Map<String, ImageDataset> parts = new LinkedHashMap<>();
    parts.put("train", train);
    parts.put("validation", validation);
    parts.put("test", test);
    List<String> found = new ArrayList<>(EqualPictures.among(parts));
    parts.forEach((name, part) -> found.addAll(missingTags(name, part)));
    found.forEach(LoggerFactory.getLogger(DatasetSplit.class)::warn);
    List<String> warnings = new ArrayList<>(before);
    warnings.addAll(found);
    return warnings;
  }

  /** What is measured on a part says nothing about a tag that is in none of its pictures. */
  private static List<String> missingTags(String name, ImageDataset part) {
    if (part.isEmpty() || !(part.task() instanceof Task.Tags)) {
      return List.of();
    }
    List<String> missing =
        part.counts().entrySet().stream()
            .filter(entry -> entry.getValue() == 0)
            .map(Map.Entry::getKey)
            .toList();
    return missing.isEmpty()
        ? List.of()
        : List.of("No picture of " + name + " has the tags " + missing);
  }

  /**
   * Returns for example {@code train 1600, validation 200, test 200 pictures of 2 classes}, and the
   * warnings.
   */
  @Override
  public String toString() {
    return "train "
        + train.size()
        + ", validation "
        + validation.size()
        + ", test "
        + test.size()
        + " pictures of "
        + (train.task() instanceof Task.OneLabel
            ? Count.of(train.labels().size(), "class")
            : train.task().toString())
        + Warnings.line(warnings);
  }
}
