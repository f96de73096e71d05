package org.finetune4j.text;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import java.io.IOException;

/**
 * A limit on how much a JSON text from outside may hold. Jackson has one of its own from 2.18 on;
 * on a cluster the library meets older ones.
 */
public final class JsonTokens {
  private JsonTokens() {}

  /**
   * Reads a text to its end and keeps nothing.
   *
   * @param parser before the first token; closed
   * @param most how many names, values and brackets it may have
   * @throws IOException if it has more, or is damaged
   */
  public static void requireAtMost(JsonParser parser, int most) throws IOException {
    try (parser) {
      for (int count = 0; parser.nextToken() != null; count++) {
        if (count == most) {
          throw new StreamConstraintsException("it has more than " + most + " names and values");
        }
      }
    }
  }
}
