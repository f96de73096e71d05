package org.finetune4j.data;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.finetune4j.decode.ImageFormat;
import org.finetune4j.picture.ImageDecoder;
import org.finetune4j.split.Fractions;
import org.finetune4j.target.Labels;
import org.finetune4j.target.Target;
import org.finetune4j.target.Targets;
import org.finetune4j.target.Task;
import org.finetune4j.text.ClassNames;
import org.finetune4j.text.Count;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Labelled pictures in a fixed order: an immutable value, safe to share between threads. Pictures
 * in files are read only when they are used. Each has one label or, as the {@link #task} says, tags
 * or numbers.
 *
 * <pre>{@code
 * ImageDataset photos = ImageDataset.fromDirectory(Path.of("cats_and_dogs/train"));
 * DatasetSplit split = photos.split(0.8, 0.1, 42);
 * }</pre>
 */
public final class ImageDataset {
  private static final Logger LOG = LoggerFactory.getLogger(ImageDataset.class);

  private final Task task;
  private final List<LabeledImage> images;
  private final List<SkippedFile> skipped;
  private final List<String> warnings;

  private ImageDataset(
      Task task, List<LabeledImage> images, List<SkippedFile> skipped, List<String> warnings) {
    this.task = task;
    this.images = List.copyOf(images);
    this.skipped = List.copyOf(skipped);
    this.warnings = List.copyOf(warnings);
  }

  /**
   * Reads a directory with one folder per class, {@code <directory>/<class name>/<picture>}; deeper
   * folders belong to the class. Pictures are told by content. Order: by class, then by path within
   * it, in natural order ({@code 2.jpg} before {@code 10.jpg}), the same on every machine, and so
   * are their names: {@code <class name>/<picture>}. Files that are no pictures, empty or hidden
   * are left out and counted: {@link #skipped}.
   *
   * @throws IOException if the directory does not exist or cannot be read
   * @throws IllegalArgumentException if it has no class folder, or one without a picture; if the
   *     folders are train, validation, test and the like ({@link DatasetSplit#fromDirectory} reads
   *     those); or if names differ only in letter case
   */
  public static ImageDataset fromDirectory(Path directory) throws IOException {
    ImageFolder folder = ImageFolder.scan(Objects.requireNonNull(directory, "directory"));
    List<String> names = folder.classes().stream().map(ImageFolder.ClassFolder::name).toList();
    SplitFolders.requireClasses(directory, names);
    for (ImageFolder.ClassFolder classFolder : folder.classes()) {
      if (classFolder.images().isEmpty()) {
        throw new IllegalArgumentException(
            "Class folder '"
                + classFolder.name()
                + "' in "
                + directory
                + " holds no picture ("
                + ImageFormat.NAMES
                + "). Add pictures or remove the folder.");
      }
    }
    return of(folder, new Labels(ClassNames.distinct(names, directory)));
  }

  /**
   * Reads a directory with one folder per class, as {@link #fromDirectory(Path)}, for labels that
   * are known: classes are matched by name. A class without pictures is a warning.
   *
   * @throws IOException if the directory does not exist or cannot be read
   * @throws IllegalArgumentException if it has no class folder, or one that is not among the labels
   */
  public static ImageDataset fromDirectory(Path directory, Labels labels) throws IOException {
    Objects.requireNonNull(labels, "labels");
    ImageFolder folder = ImageFolder.scan(Objects.requireNonNull(directory, "directory"));
    List<String> names = folder.classes().stream().map(ImageFolder.ClassFolder::name).toList();
    if (!names.stream().allMatch(labels::contains)) {
      SplitFolders.requireClasses(directory, names);
    }
    return of(folder, labels);
  }

  private static ImageDataset of(ImageFolder folder, Labels labels) throws IOException {
    List<LabeledImage> images = new ArrayList<>();
    for (ImageFolder.ClassFolder classFolder : folder.classes()) {
      int label = labels.indexOf(classFolder.name());
      classFolder
          .images()
          .forEach(file -> images.add(LabeledImage.of(folder.nameOf(file), file, label)));
    }
    return read(Task.oneLabel(labels), images, folder.skipped(), folder.warnings());
  }

  /** Returns what was read from files, with what has to be said about it. */
  static ImageDataset read(
      Task task, List<LabeledImage> images, List<SkippedFile> skipped, List<String> warnings) {
    return read(task, images, skipped, warnings, List.of());
  }

  /** Logs only what was not said before. */
  private static ImageDataset read(
      Task task,
      List<LabeledImage> images,
      List<SkippedFile> skipped,
      List<String> warnings,
      List<String> said) {
    List<String> all = new ArrayList<>(warnings);
    all.addAll(aboutSkipped(skipped));
    long lost = skipped.stream().filter(it -> it.reason() != SkippedFile.Reason.HIDDEN).count();
    if (lost > (lost + images.size()) / 10) {
      all.add("more than a tenth of the files is left out");
    }
    return new ImageDataset(task, images, skipped, all).warned(said);
  }

  /**
   * Reads a list of pictures: UTF-8, first line {@code file,label} (other columns are ignored),
   * separated by comma, semicolon or tab; paths are relative to the list. Pictures keep the order
   * of the list; the labels are the class names in natural order. Files that are missing or no
   * pictures are left out and counted: {@link #skipped}. {@link CsvReader} has options, and reads
   * tags, numbers and groups.
   *
   * @throws IOException if the list cannot be read or is malformed; the message names the line
   * @throws IllegalArgumentException if it names no picture
   */
  public static ImageDataset fromCsv(Path csv) throws IOException {
    return CsvReader.of(csv).read();
  }

  /**
   * Reads a list of pictures, as {@link #fromCsv(Path)}, for labels that are known.
   *
   * @throws IOException if the list cannot be read or is malformed; the message names the line
   * @throws IllegalArgumentException if it names a class that is not among the labels
   */
  public static ImageDataset fromCsv(Path csv, Labels labels) throws IOException {
    return CsvReader.of(csv).labels(Objects.requireNonNull(labels, "labels")).read();
  }

  /**
   * Returns a dataset of these pictures, in this order; there may be none.
   *
   * @throws IllegalArgumentException if a picture's label is not an index of {@code labels}
   */
  public static ImageDataset of(Labels labels, List<LabeledImage> images) {
    return of(Task.oneLabel(Objects.requireNonNull(labels, "labels")), images);
  }

  /**
   * Returns a dataset of these pictures, in this order; there may be none.
   *
   * @param task what their answers mean
   * @throws IllegalArgumentException if a picture's answer does not fit the task
   */
  public static ImageDataset of(Task task, List<LabeledImage> images) {
    images.forEach(image -> task.requireFit(image.target(), image));
    return new ImageDataset(Objects.requireNonNull(task, "task"), images, List.of(), List.of());
  }

  /** Returns the number of pictures. */
  public int size() {
    return images.size();
  }

  /** Tells whether there is no picture. */
  public boolean isEmpty() {
    return images.isEmpty();
  }

  /**
   * Returns the classes or tags; some may have no picture.
   *
   * @throws IllegalStateException if the pictures have numbers
   */
  public Labels labels() {
    return task.labels();
  }

  /** Returns what the answers mean: labels, tags or numbers. */
  public Task task() {
    return task;
  }

  /** Returns the answers of all pictures, in order. */
  public Targets targets() {
    return Targets.of(
        task,
        images.stream().map(LabeledImage::target).toList(),
        images.stream().map(LabeledImage::group).toList());
  }

  /**
   * Returns one picture.
   *
   * @throws IndexOutOfBoundsException if the index is not within 0 to {@code size() - 1}
   */
  public LabeledImage get(int index) {
    return images.get(index);
  }

  /** Returns all pictures in order. */
  public List<LabeledImage> images() {
    return images;
  }

  /** Returns all pictures in order. */
  public Stream<LabeledImage> stream() {
    return images.stream();
  }

  /**
   * Returns the class index of every picture, in order.
   *
   * @throws IllegalStateException if the pictures have tags or numbers
   */
  public int[] labelIndices() {
    return targets().labelIndices();
  }

  /**
   * Returns the number of pictures of each class or with each tag, in the order of the labels.
   *
   * @throws IllegalStateException if the pictures have numbers
   */
  public Map<String, Integer> counts() {
    Map<String, Integer> counts = new LinkedHashMap<>();
    labels().names().forEach(name -> counts.put(name, 0));
    images.forEach(image -> names(image).forEach(name -> counts.merge(name, 1, Integer::sum)));
    return counts;
  }

  /** Returns the names of a picture's class or tags. */
  private List<String> names(LabeledImage image) {
    return image.target() instanceof Target.Tags tags
        ? tags.indices().stream().map(labels()::name).toList()
        : List.of(labels().name(image.label()));
  }

  /** Returns what was found beside the pictures and left out. */
  public List<SkippedFile> skipped() {
    return skipped;
  }

  /**
   * Returns the same pictures, some of which belong together: those of one patient, camera or
   * burst. No {@link #split} divides a group.
   *
   * <pre>{@code
   * DatasetSplit split = photos.groupedBy(it -> it.name().split("_")[0]).split(0.8, 0.1, 42);
   * }</pre>
   *
   * @param group names the group of a picture; an empty name for those that stand alone
   */
  public ImageDataset groupedBy(Function<LabeledImage, String> group) {
    List<LabeledImage> grouped =
        images.stream().map(image -> image.withGroup(group.apply(image))).toList();
    return new ImageDataset(task, grouped, skipped, warnings);
  }

  /**
   * Divides the pictures at random, each class in the same proportions (rounded to the nearest, but
   * at least one picture in every part). Tags are divided so that every tag and combination has its
   * share (iterative stratification, Sechidis et al. 2011), numbers so that every tenth of their
   * range by rank has, and groups stay whole ({@link #groupedBy}), for which their shares are met
   * as closely as their sizes allow. The same seed gives the same parts on every machine; within a
   * part the order stays. The split keeps the {@link #warnings}.
   *
   * @param train fraction to learn from, above 0
   * @param validation fraction to choose on, above 0; the rest is test
   * @throws IllegalArgumentException if the fractions sum to more than 1, a class has fewer
   *     pictures than there are parts, or there are fewer pictures or groups than parts
   */
  public DatasetSplit split(double train, double validation, long seed) {
    Fractions fractions = Fractions.of(train, validation);
    int[] parts = targets().parts(fractions, seed);
    return DatasetSplit.of(part(parts, 0), part(parts, 1), part(parts, 2), warnings);
  }

  private ImageDataset part(int[] parts, int part) {
    List<LabeledImage> members =
        IntStream.range(0, parts.length).filter(i -> parts[i] == part).mapToObj(this::get).toList();
    return of(task, members);
  }

  /**
   * Divides the pictures into train and validation, as {@link #split(double, double, long)}; test
   * is empty.
   *
   * @param train fraction to learn from, above 0 and below 1
   * @throws IllegalArgumentException if the fraction is out of range, or a class has one picture
   */
  public DatasetSplit split(double train, long seed) {
    return split(train, 1 - train, seed);
  }

  /**
   * Returns the first pictures; all if there are fewer. Where pictures are ordered by class, {@link
   * #split(double, long)} gives a smaller dataset of all classes.
   *
   * @throws IllegalArgumentException if the number is negative
   */
  public ImageDataset take(int pictures) {
    if (pictures < 0) {
      throw new IllegalArgumentException("Cannot take " + pictures + " pictures; 0 or more.");
    }
    return new ImageDataset(
        task, images.subList(0, Math.min(pictures, size())), List.of(), List.of());
  }

  /**
   * Returns the pictures of these classes only, in order, labelled by them. Of pictures with tags
   * all stay, but with these tags only.
   *
   * @throws IllegalArgumentException if this dataset does not have such a class or tag
   * @throws IllegalStateException if the pictures have numbers
   */
  public ImageDataset filter(Labels classes) {
    classes.names().forEach(labels()::indexOf);
    return relabeled(
        classes,
        image -> task instanceof Task.Tags || classes.contains(labels().name(image.label())));
  }

  /**
   * Returns the same pictures, their classes or tags matched by name to these labels. A class
   * without pictures is logged as a warning.
   *
   * @throws IllegalArgumentException if a picture's class or tag is not among the labels
   * @throws IllegalStateException if the pictures have numbers
   */
  public ImageDataset withLabels(Labels newLabels) {
    if (newLabels.equals(labels())) {
      return this;
    }
    images.forEach(image -> names(image).forEach(newLabels::indexOf));
    return relabeled(newLabels, image -> true).warned(warnings);
  }

  private ImageDataset relabeled(Labels newLabels, Predicate<LabeledImage> kept) {
    List<LabeledImage> renamed =
        images.stream().filter(kept).map(image -> renamed(image, newLabels)).toList();
    Task newTask =
        task instanceof Task.Tags ? new Task.Tags(newLabels) : new Task.OneLabel(newLabels);
    return new ImageDataset(newTask, renamed, skipped, warnings);
  }

  private LabeledImage renamed(LabeledImage image, Labels newLabels) {
    int[] indices =
        names(image).stream().filter(newLabels::contains).mapToInt(newLabels::indexOf).toArray();
    return image.withTarget(
        task instanceof Task.Tags ? Target.tags(indices) : Target.label(indices[0]));
  }

  /**
   * Returns the pictures that this decoder can decode; the others are added to {@link #skipped},
   * and {@link #warnings} tells how many are truncated and kept. It decodes all of them once, so it
   * takes as long as that.
   */
  public ImageDataset readable(ImageDecoder decoder) {
    List<LabeledImage> kept = new ArrayList<>();
    List<String> truncated = new ArrayList<>();
    List<SkippedFile> left = new ArrayList<>(skipped);
    for (LabeledImage image : images) {
      try {
        image.decode(decoder.alsoTelling(message -> truncated.add(image.name())));
        kept.add(image);
      } catch (IOException e) {
        LOG.debug("Left out: {}", e.getMessage());
        Path path = image.path().orElse(Path.of(image.name()));
        left.add(new SkippedFile(path, SkippedFile.Reason.UNREADABLE));
      }
    }
    String warning = Warnings.counted(truncated, "truncated or damaged and kept as far as it goes");
    return read(task, kept, left, truncated.isEmpty() ? List.of() : List.of(warning), warnings);
  }

  /**
   * Returns a SHA-256 (hexadecimal) over class names and picture contents in order: equal for equal
   * data wherever it lies. It reads all files, on all processors.
   *
   * @throws IOException if a file cannot be read
   */
  public String fingerprint() throws IOException {
    return new PictureHashes(ImageDecoder.standard()).fingerprint(this);
  }

  /**
   * Returns what has to be known about the pictures: files that were left out, classes without
   * pictures, a picture under two labels; empty if all is well. The same stands in {@link
   * #toString} and is logged once.
   */
  public List<String> warnings() {
    return warnings;
  }

  /**
   * Returns this dataset with a warning for classes that have no picture; what was not said before
   * is logged.
   */
  private ImageDataset warned(List<String> said) {
    List<String> all = new ArrayList<>(warnings);
    all.addAll(missing());
    all.stream().filter(warning -> !said.contains(warning)).forEach(LOG::warn);
    return new ImageDataset(task, images, skipped, all);
  }

  private List<String> missing() {
    if (task instanceof Task.Numbers) {
      return List.of();
    }
    List<String> missing =
        counts().entrySet().stream()
            .filter(entry -> entry.getValue() == 0)
            .map(Map.Entry::getKey)
            .toList();
    boolean tags = task instanceof Task.Tags;
    return missing.isEmpty()
        ? List.of()
        : List.of((tags ? "No picture with the tags " : "No picture of the classes ") + missing);
  }

  /** Hidden files lie in many folders and mean nothing; all else may have been meant. */
  private static List<String> aboutSkipped(List<SkippedFile> skipped) {
    Map<String, List<SkippedFile>> byReason = new TreeMap<>();
    for (SkippedFile file : skipped) {
      if (file.reason() != SkippedFile.Reason.HIDDEN) {
        byReason.computeIfAbsent(file.explanation(), key -> new ArrayList<>()).add(file);
      }
    }
    return byReason.entrySet().stream()
        .map(
            entry ->
                entry.getValue().size()
                    + (entry.getValue().size() == 1 ? " file is" : " files are")
                    + " left out ("
                    + entry.getKey()
                    + "), first "
                    + entry.getValue().get(0).path())
        .toList();
  }

  /**
   * Returns for example {@code 2000 pictures of 2 classes {cats=1000, dogs=1000}}, and the
   * warnings.
   */
  @Override
  public String toString() {
    String what;
    if (task instanceof Task.Numbers) {
      what = " with " + task;
    } else {
      String kind = task instanceof Task.Tags ? "tag" : "class";
      what = " of " + Count.of(labels().size(), kind) + " " + counts();
    }
    return Count.of(size(), "picture") + what + Warnings.line(warnings);
  }
}
