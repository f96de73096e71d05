package org.finetune4j.data;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.finetune4j.target.Labels;
import org.slf4j.LoggerFactory;

/** Folders that are parts of a split, told by their usual names, not classes. */
final class SplitFolders {
  /** What a part is for. */
  enum Part {
    TRAIN,
    VALIDATION,
    TEST
  }

  private static final Map<String, Part> NAMES =
      Map.ofEntries(
          Map.entry("train", Part.TRAIN),
          Map.entry("training", Part.TRAIN),
          Map.entry("validation", Part.VALIDATION),
          Map.entry("validate", Part.VALIDATION),
          Map.entry("valid", Part.VALIDATION),
          Map.entry("val", Part.VALIDATION),
          Map.entry("dev", Part.VALIDATION),
          Map.entry("test", Part.TEST),
          Map.entry("testing", Part.TEST),
          Map.entry("holdout", Part.TEST));

  private SplitFolders() {}

  /** Returns what a folder of this name mostly is, in any case: {@code Train}, {@code test_set}. */
  static Optional<Part> part(String name) {
    String plain = name.toLowerCase(Locale.ROOT).replaceAll("[\\s_-]+", "");
    return Optional.ofNullable(NAMES.get(plain.replaceAll("(?<=.)(set|data|images|split)$", "")));
  }

  /**
   * Refuses to take parts of a split for classes.
   *
   * @param names the folders
   */
  static void requireClasses(Path directory, List<String> names) {
    List<String> parts = names.stream().filter(name -> part(name).isPresent()).toList();
    Set<Part> kinds =
        parts.stream().map(name -> part(name).orElseThrow()).collect(Collectors.toSet());
    String example =
        parts.stream()
            .filter(name -> part(name).equals(Optional.of(Part.TRAIN)))
            .findFirst()
            .orElse(parts.isEmpty() ? "" : parts.get(0));
    if (parts.size() == names.size() || (kinds.contains(Part.TRAIN) && kinds.size() > 1)) {
      throw new IllegalArgumentException(
          directory
              + " holds the folders "
              + String.join(", ", parts)
              + ", which are parts of a split, not classes. Read them all with"
              + " DatasetSplit.fromDirectory(path), or one of them with"
              + " ImageDataset.fromDirectory("
              + directory.resolve(example)
              + "). If they are classes, say so: fromDirectory(path, labels).");
    }
  }

  /** Reads train, validation and test, each with one folder per class. */
  static DatasetSplit read(Path directory) throws IOException {
    List<String> warnings = new ArrayList<>();
    Map<Part, Path> parts = find(directory, warnings);
    if (!parts.containsKey(Part.TRAIN)) {
      throw new IllegalArgumentException(
          directory
              + " has no folder 'train'"
              + (parts.isEmpty() ? "" : ", only " + parts.values())
              + ". The layout is <directory>/train/<class name>/<picture>, and the same for"
              + " 'validation' and 'test'. For one folder per class: ImageDataset.fromDirectory.");
    }
    ImageDataset train = ImageDataset.fromDirectory(parts.get(Part.TRAIN));
    ImageDataset validation = read(parts, Part.VALIDATION, train.labels(), warnings);
    ImageDataset test = read(parts, Part.TEST, train.labels(), warnings);
    if (validation.isEmpty()) {
      warnings.add("No validation pictures; take some of train: split.train().split(0.9, seed)");
    }
    warnings.forEach(LoggerFactory.getLogger(DatasetSplit.class)::warn);
    return DatasetSplit.of(train, validation, test, warnings);
  }

  private static Map<Part, Path> find(Path directory, List<String> warnings) throws IOException {
    Map<Part, Path> parts = new EnumMap<>(Part.class);
    Set<String> others = new LinkedHashSet<>();
    for (Path folder : ImageFolder.folders(directory)) {
      String name = String.valueOf(folder.getFileName());
      Optional<Part> part = part(name);
      if (part.isEmpty()) {
        others.add(name);
      } else if (parts.containsKey(part.get())) {
        throw new IllegalArgumentException(
            directory
                + " has two folders for "
                + part.get().name().toLowerCase(Locale.ROOT)
                + ": "
                + parts.get(part.get()).getFileName()
                + " and "
                + name
                + ". Leave one.");
      } else {
        parts.put(part.get(), folder);
      }
    }
    if (!others.isEmpty()) {
      warnings.add("Folders that are no part of a split are left out: " + others);
    }
    return parts;
  }

  private static ImageDataset read(
      Map<Part, Path> parts, Part part, Labels labels, List<String> warnings) throws IOException {
    Path folder = parts.get(part);
    if (folder == null) {
      return ImageDataset.of(labels, List.of());
    }
    if (ImageFolder.folders(folder).isEmpty()) {
      // Competitions give out their test pictures without labels.
      warnings.add(folder + " has no class folders, so its pictures have no labels: left out");
      return ImageDataset.of(labels, List.of());
    }
    return ImageDataset.fromDirectory(folder, labels);
  }
}
