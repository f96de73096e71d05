package org.finetune4j.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.finetune4j.files.CsvList;
import org.finetune4j.target.Labels;
import org.finetune4j.target.Quantity;
import org.finetune4j.target.Target;
import org.finetune4j.target.Task;

/**
 * Reads a list of pictures: a CSV file in UTF-8 whose first line names the columns. Paths are
 * relative to the list, and pictures keep its order. Files that are missing, empty or no pictures
 * are left out and counted ({@link ImageDataset#skipped}), unless told otherwise. Not thread-safe.
 *
 * <pre>{@code
 * ImageDataset photos =
 *     CsvReader.of(Path.of("photos.csv")).fileColumn("image").labelColumn("breed").read();
 * }</pre>
 */
public final class CsvReader {
  private final Path csv;
  private String fileColumn = "file";
  private CsvTargets targets = new CsvTargets.Label("label");
  private Optional<String> groupColumn = Optional.empty();
  private Optional<String> splitColumn = Optional.empty();
  private Optional<Character> separator = Optional.empty();
  private Optional<Labels> labels = Optional.empty();
  private boolean unknownSkipped;
  private boolean missingRefused;

  private CsvReader(Path csv) {
    this.csv = csv;
  }

  /** Starts to read a list. */
  public static CsvReader of(Path csv) {
    return new CsvReader(Objects.requireNonNull(csv, "csv"));
  }

  /** Sets the column with the paths; default {@code file}. */
  public CsvReader fileColumn(String name) {
    this.fileColumn = Objects.requireNonNull(name, "name");
    return this;
  }

  /** Sets the column with the class names; default {@code label}. */
  public CsvReader labelColumn(String name) {
    this.targets = new CsvTargets.Label(Objects.requireNonNull(name, "name"));
    return this;
  }

  /**
   * Sets a column with the names of all tags of a picture; an empty field is a picture without any.
   * The tags are the names of the list in natural order, unless {@link #labels} says others.
   *
   * @param name of the column, for example {@code labels}
   * @param separator what stands between two tags within the field, for example {@code ";"}
   * @throws IllegalArgumentException if the separator is empty
   */
  public CsvReader tagsColumn(String name, String separator) {
    if (separator.isEmpty()) {
      throw new IllegalArgumentException("Something stands between two tags; it is not empty.");
    }
    this.targets = new CsvTargets.TagList(Objects.requireNonNull(name, "name"), separator);
    return this;
  }

  /** Sets the columns of tags, named as the tags are, each with 1 for yes and 0 for no. */
  public CsvReader tagColumns(String... names) {
    this.targets = new CsvTargets.TagFlags(List.of(names));
    return this;
  }

  /**
   * Adds a column with a number, which is what pictures have then instead of labels.
   *
   * @param name of the column and of the quantity, for example {@code fill}
   * @param unit for example {@code %}; empty for none
   */
  public CsvReader numberColumn(String name, String unit) {
    List<Quantity> quantities = new ArrayList<>();
    if (targets instanceof CsvTargets.Numbers before) {
      quantities.addAll(before.quantities());
    }
    quantities.add(new Quantity(Objects.requireNonNull(name, "name"), unit));
    this.targets = new CsvTargets.Numbers(quantities);
    return this;
  }

  /**
   * Sets a column that names the group of a picture (patient, camera, burst), which no split
   * divides; an empty field is a picture that stands alone. Default: none.
   */
  public CsvReader groupColumn(String name) {
    this.groupColumn = Optional.of(Objects.requireNonNull(name, "name"));
    return this;
  }

  /**
   * Sets the column that says of which part a picture is: {@code train}, {@code validation}, {@code
   * test}, or their usual other names ({@code val}, {@code dev}, {@code holdout}); for {@link
   * #readSplit}.
   */
  public CsvReader splitColumn(String name) {
    this.splitColumn = Optional.of(Objects.requireNonNull(name, "name"));
    return this;
  }

  /**
   * Sets what stands between fields; default is the first of comma, semicolon and tab that the
   * first line holds.
   */
  public CsvReader separator(char character) {
    this.separator = Optional.of(character);
    return this;
  }

  /** Sets the labels; default are the class names of the list in natural order. */
  public CsvReader labels(Labels known) {
    this.labels = Optional.of(Objects.requireNonNull(known, "known"));
    return this;
  }

  /** Leaves out pictures whose label is not among the known ones; default is to refuse the list. */
  public CsvReader skipUnknownLabels() {
    this.unknownSkipped = true;
    return this;
  }

  /** Refuses a list that names files which are not there; default is to leave them out. */
  public CsvReader refuseMissingFiles() {
    this.missingRefused = true;
    return this;
  }

  /**
   * Reads the list and the first bytes of its pictures.
   *
   * @throws IOException if the list cannot be read or is malformed, or none of its files is there;
   *     the message names the line
   * @throws IllegalArgumentException if it names no picture, a label or tag that is not among the
   *     known ones, or two that differ only in letter case, or if no picture has a tag
   */
  public ImageDataset read() throws IOException {
    List<CsvList.Entry> entries = entries();
    return dataset(entries, targets.task(entries, labels, csv));
  }

  /**
   * Reads the list as the parts that its {@link #splitColumn} names; their labels are those of the
   * whole list.
   *
   * @throws IOException as {@link #read}, or if a picture is of no part that is known
   * @throws IllegalArgumentException as {@link #read}, or if no picture is of train
   * @throws IllegalStateException if no column was set
   */
  public DatasetSplit readSplit() throws IOException {
    if (splitColumn.isEmpty()) {
      throw new IllegalStateException("Say which column names the part: .splitColumn(\"split\").");
    }
    List<CsvList.Entry> entries = entries();
    Task task = targets.task(entries, labels, csv);
    Map<SplitFolders.Part, List<CsvList.Entry>> parts = new EnumMap<>(SplitFolders.Part.class);
    for (CsvList.Entry entry : entries) {
      parts.computeIfAbsent(part(entry), it -> new ArrayList<>()).add(entry);
    }
    if (!parts.containsKey(SplitFolders.Part.TRAIN)) {
      throw new IllegalArgumentException(csv + " has no picture of train, only " + parts.keySet());
    }
    return new DatasetSplit(
        dataset(parts.getOrDefault(SplitFolders.Part.TRAIN, List.of()), task),
        dataset(parts.getOrDefault(SplitFolders.Part.VALIDATION, List.of()), task),
        dataset(parts.getOrDefault(SplitFolders.Part.TEST, List.of()), task));
  }

  private SplitFolders.Part part(CsvList.Entry entry) throws IOException {
    String name = entry.values().get(entry.values().size() - 1);
    return SplitFolders.part(name)
        .orElseThrow(
            () ->
                new IOException(
                    csv
                        + ", line "
                        + entry.line()
                        + ": '"
                        + name
                        + "' is no part; parts are train, validation and test."));
  }

  private List<CsvList.Entry> entries() throws IOException {
    List<CsvList.Column> columns = new ArrayList<>(targets.columns());
    groupColumn.ifPresent(it -> columns.add(new CsvList.Column(it, ".groupColumn(name)", true)));
    splitColumn.ifPresent(it -> columns.add(new CsvList.Column(it, ".splitColumn(name)", false)));
    List<CsvList.Entry> entries = CsvList.read(csv, separator, fileColumn, columns);
    if (entries.isEmpty() && labels.isEmpty()) {
      throw new IllegalArgumentException(csv + " lists no picture.");
    }
    return entries;
  }

  private ImageDataset dataset(List<CsvList.Entry> entries, Task task) throws IOException {
    List<SkippedFile> skipped = new ArrayList<>();
    List<LabeledImage> images = new ArrayList<>();
    for (CsvList.Entry entry : entries) {
      Optional<SkippedFile> left = skip(entry, task);
      if (left.isPresent()) {
        skipped.add(left.get());
      } else {
        images.add(
            LabeledImage.of(entry.name(), entry.file(), target(entry, task))
                .withGroup(group(entry)));
      }
    }
    if (images.isEmpty() && !entries.isEmpty()) {
      throw new IOException(
          "None of the "
              + entries.size()
              + " pictures in "
              + csv
              + " can be used; the first is "
              + skipped.get(0)
              + ". Paths are relative to the folder of the list.");
    }
    return ImageDataset.read(task, images, skipped, twice(entries));
  }

  private String group(CsvList.Entry entry) {
    int behind = splitColumn.isPresent() ? 2 : 1;
    return groupColumn.isPresent() ? entry.values().get(entry.values().size() - behind) : "";
  }

  private Target target(CsvList.Entry entry, Task task) throws IOException {
    try {
      return targets.target(entry, task);
    } catch (IllegalArgumentException e) {
      throw new IOException(csv + ", line " + entry.line() + ": " + e.getMessage() + ".", e);
    }
  }

  private Optional<SkippedFile> skip(CsvList.Entry entry, Task task) throws IOException {
    for (String name : targets.names(entry)) {
      if (task.labels().contains(name)) {
        continue;
      }
      if (unknownSkipped) {
        return Optional.of(new SkippedFile(entry.file(), SkippedFile.Reason.UNKNOWN_LABEL));
      }
      try {
        task.labels().indexOf(name);
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(
            csv + ", line " + entry.line() + ": " + e.getMessage(), e);
      }
    }
    if (missingRefused && !Files.exists(entry.file())) {
      throw new IOException(csv + ", line " + entry.line() + ": there is no " + entry.file());
    }
    return ImageFolder.skip(entry.file());
  }

  /** A picture that is listed twice is learned twice; under two labels, it is learned wrongly. */
  private static List<String> twice(List<CsvList.Entry> entries) {
    Map<Path, CsvList.Entry> first = new LinkedHashMap<>();
    List<String> relabeled = new ArrayList<>();
    List<String> repeated = new ArrayList<>();
    for (CsvList.Entry entry : entries) {
      CsvList.Entry before = first.putIfAbsent(entry.file(), entry);
      if (before != null) {
        boolean same = before.values().equals(entry.values());
        (same ? repeated : relabeled)
            .add(entry.name() + " (lines " + before.line() + " and " + entry.line() + ")");
      }
    }
    List<String> warnings = new ArrayList<>();
    if (!relabeled.isEmpty()) {
      warnings.add(Warnings.counted(relabeled, "listed under two labels"));
    }
    if (!repeated.isEmpty()) {
      warnings.add(Warnings.counted(repeated, "listed twice"));
    }
    return warnings;
  }
}
