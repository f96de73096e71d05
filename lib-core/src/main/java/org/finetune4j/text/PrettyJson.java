package org.finetune4j.text;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;

/**
 * JSON that people may read, with the same bytes on every system: Jackson's own indentation takes
 * the system's line separator.
 */
public final class PrettyJson {
  private static final ObjectWriter WRITER =
      new ObjectMapper()
          .writer(new DefaultPrettyPrinter().withObjectIndenter(new DefaultIndenter("  ", "\n")));

  private PrettyJson() {}

  /** Returns the JSON as text, members on lines of their own, which end in a line feed. */
  public static String text(JsonNode json) {
    try {
      return WRITER.writeValueAsString(json);
    } catch (JsonProcessingException e) {
      throw new AssertionError("A tree of texts and numbers can be written.", e);
    }
  }

  /** Returns the JSON as UTF-8, members on lines of their own, which end in a line feed. */
  public static byte[] bytes(JsonNode json) throws JsonProcessingException {
    return WRITER.writeValueAsBytes(json);
  }
}
