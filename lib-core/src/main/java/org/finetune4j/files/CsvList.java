package org.finetune4j.files;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.finetune4j.text.ClassNames;
import org.finetune4j.text.SeparatedLine;

/** A list of pictures as separated values (RFC 4180, without line breaks in a field). */
public final class CsvList {
  /** One line of the list: the path as it stands there, where that is, and the other fields. */
  public record Entry(int line, String name, Path file, List<String> values) {}

  /** A column that is read, and how it is named otherwise. */
  public record Column(String name, String option, boolean mayBeEmpty) {}

  private static final char[] SEPARATORS = {',', ';', '\t'};

  /** A field takes fifty times its bytes, and Java hours for a path of a million parts. */
  private static final int MOST_COLUMNS = 100_000;

  private static final int LONGEST_NAME = 4096;

  private final Path csv;
  private final char separator;

  private CsvList(Path csv, char separator) {
    this.csv = csv;
    this.separator = separator;
  }

  /**
   * Reads the list.
   *
   * @param separator what stands between fields; if it is not given, the first line shows it
   * @param fileColumn the name of the column with the paths
   * @param others the columns that make the values of an entry, in order
   */
  public static List<Entry> read(
      Path csv, Optional<Character> separator, String fileColumn, List<Column> others)
      throws IOException {
    if (Files.isDirectory(csv)) {
      throw new IOException(
          csv + " is a folder, not a list. ImageDataset.fromDirectory reads folders.");
    }
    AtomicFiles.requireRegular(csv);
    try (BufferedReader lines = Files.newBufferedReader(csv)) {
      String line = lines.readLine();
      if (line == null) {
        String names = String.join(",", others.stream().map(Column::name).toList());
        throw new IOException(
            csv + " is empty. Its first line must be: " + fileColumn + "," + names);
      }
      String first = line.replace("\uFEFF", "");
      CsvList list = new CsvList(csv, separator.orElseGet(() -> separatorOf(first)));
      return list.entries(list.fields(1, first, MOST_COLUMNS), fileColumn, others, lines);
    } catch (MalformedInputException e) {
      throw new IOException(csv + " is not UTF-8 text.", e);
    }
  }

  private List<Entry> entries(
      List<String> header, String fileColumn, List<Column> others, BufferedReader lines)
      throws IOException {
    int file = column(header, fileColumn, ".fileColumn(name)");
    List<Integer> places = new ArrayList<>();
    for (Column column : others) {
      places.add(column(header, column.name(), column.option()));
    }
    List<Entry> entries = new ArrayList<>();
    String line = lines.readLine();
    for (int number = 2; line != null; number++) {
      if (!line.isBlank()) {
        List<String> fields = fields(number, line, header.size());
        if (fields.size() != header.size()) {
          throw malformed(
              number, "has " + fields.size() + " fields, the first line " + header.size());
        }
        List<String> values = places.stream().map(fields::get).toList();
        entries.add(entry(number, fields.get(file), values, others));
      }
      line = lines.readLine();
    }
    return entries;
  }

  private static char separatorOf(String header) {
    for (char candidate : SEPARATORS) {
      if (header.indexOf(candidate) >= 0) {
        return candidate;
      }
    }
    return SEPARATORS[0];
  }

  private Entry entry(int line, String name, List<String> values, List<Column> columns)
      throws IOException {
    if (name.isEmpty()) {
      throw malformed(line, "names no file");
    }
    if (name.length() > LONGEST_NAME) {
      throw malformed(
          line,
          "names a file by " + name.length() + " letters; at most " + LONGEST_NAME + " are read");
    }
    for (int i = 0; i < values.size(); i++) {
      Column column = columns.get(i);
      if (values.get(i).isEmpty() && !column.mayBeEmpty()) {
        boolean label = column.option().startsWith(".labelColumn");
        throw malformed(line, label ? "names no class" : "has no '" + column.name() + "'");
      }
      if (values.get(i).indexOf('\uFFFD') >= 0) {
        throw malformed(line, "names a class with a character that could not be read");
      }
    }
    try {
      Path base = csv.toAbsolutePath().getParent();
      Path path = base == null ? Path.of(name) : base.resolve(name).normalize();
      return new Entry(line, name, path, values);
    } catch (InvalidPathException e) {
      boolean unmappable = name.chars().anyMatch(c -> c > 127);
      throw malformed(
          line,
          "names a file that cannot be on this system, '"
              + name.replace("\0", "\\0")
              + "'"
              + (unmappable ? ". " + ClassNames.REMEDY : ""));
    }
  }

  private int column(List<String> header, String name, String option) throws IOException {
    int column = header.indexOf(name);
    if (column < 0) {
      throw new IOException(
          csv
              + " has no column '"
              + name
              + "'; its first line names "
              + header
              + ". Name the column with CsvReader.of(path)"
              + option
              + ".");
    }
    return column;
  }

  private List<String> fields(int number, String line, int most) throws IOException {
    try {
      return SeparatedLine.fields(line, separator, most);
    } catch (IllegalArgumentException e) {
      throw malformed(number, String.valueOf(e.getMessage()));
    }
  }

  /** Returns what is thrown for a line that cannot be read. */
  private IOException malformed(int line, String problem) {
    return new IOException(csv + ", line " + line + ": it " + problem + ".");
  }
}
