package org.finetune4j.data;

import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A list of pictures as comma-separated values (RFC 4180, without line breaks in a field). */
final class CsvList {
  /** One line of the list: the path as it stands there, and where that is. */
  record Entry(String name, Path file, String className) {}

  private CsvList() {}

  /** Reads the list; its first line names the columns {@code file} and {@code label}. */
  static List<Entry> read(Path csv) throws IOException {
    List<String> lines;
    try {
      lines = Files.readAllLines(csv);
    } catch (MalformedInputException e) {
      throw new IOException(csv + " is not UTF-8 text.", e);
    }
    if (lines.isEmpty()) {
      throw new IOException(csv + " is empty. Its first line must be: file,label");
    }
    List<String> header = fields(csv, 1, lines.get(0).replace("\uFEFF", ""));
    int file = column(csv, header, "file");
    int label = column(csv, header, "label");
    Path base = csv.toAbsolutePath().getParent();
    List<Entry> entries = new ArrayList<>();
    for (int i = 1; i < lines.size(); i++) {
      if (!lines.get(i).isBlank()) {
        List<String> fields = fields(csv, i + 1, lines.get(i));
        if (fields.size() != header.size()) {
          throw malformed(
              csv, i + 1, "has " + fields.size() + " fields, the first line " + header.size());
        }
        String name = fields.get(file);
        if (name.isEmpty() || fields.get(label).isEmpty()) {
          throw malformed(csv, i + 1, "has no " + (name.isEmpty() ? "file" : "label"));
        }
        Path path = path(csv, i + 1, base, name);
        entries.add(new Entry(name, path, fields.get(label)));
      }
    }
    return entries;
  }

  private static Path path(Path csv, int line, @Nullable Path base, String name)
      throws IOException {
    try {
      return base == null ? Path.of(name) : base.resolve(name).normalize();
    } catch (InvalidPathException e) {
      throw malformed(csv, line, "names no possible file: " + e.getReason());
    }
  }

  private static int column(Path csv, List<String> header, String name) throws IOException {
    int column = header.indexOf(name);
    if (column < 0) {
      throw new IOException(
          csv
              + " has no column '"
              + name
              + "'; its first line is "
              + header
              + ". Expected: file,label");
    }
    return column;
  }

  private static List<String> fields(Path csv, int number, String line) throws IOException {
    List<String> fields = new ArrayList<>();
    StringBuilder field = new StringBuilder();
    boolean quoted = false;
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      if (quoted && c == '"' && i + 1 < line.length() && line.charAt(i + 1) == '"') {
        field.append('"');
        i++;
      } else if (c == '"') {
        quoted = !quoted;
      } else if (c == ',' && !quoted) {
        fields.add(field.toString().strip());
        field.setLength(0);
      } else {
        field.append(c);
      }
    }
    if (quoted) {
      throw malformed(csv, number, "has a quote that is not closed");
    }
    fields.add(field.toString().strip());
    return fields;
  }

  private static IOException malformed(Path csv, int line, String problem) {
    return new IOException(csv + ", line " + line + ": it " + problem + ".");
  }
}
