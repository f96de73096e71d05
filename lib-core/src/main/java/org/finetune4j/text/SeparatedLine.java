package org.finetune4j.text;

import java.util.ArrayList;
import java.util.List;

/** A line of separated values (RFC 4180, without line breaks in a field). */
public final class SeparatedLine {
  private SeparatedLine() {}

  /**
   * Returns the fields, without white space around them.
   *
   * @param most that are accepted: each takes many times its bytes
   * @throws IllegalArgumentException if it is malformed; the message says what it has, without a
   *     subject and a full stop
   */
  public static List<String> fields(String line, char separator, int most) {
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
      } else if (c == separator && !quoted) {
        fields.add(field.toString().strip());
        if (fields.size() > most) {
          throw new IllegalArgumentException("has more than " + most + " fields");
        }
        field.setLength(0);
      } else {
        field.append(c);
      }
    }
    if (quoted) {
      throw new IllegalArgumentException("has a quote that is not closed");
    }
    fields.add(field.toString().strip());
    return fields;
  }
}
