package org.finetune4j.testing;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** Holds what the library logs (slf4j-simple, to standard error) until it is closed. */
public final class LogCapture implements AutoCloseable {
  private final PrintStream before = System.err;
  private final ByteArrayOutputStream held = new ByteArrayOutputStream();

  /** Starts to hold. */
  public LogCapture() {
    System.setErr(new PrintStream(held, true, StandardCharsets.UTF_8));
  }

  /** Returns what was logged since the last time. */
  public String take() {
    String text = held.toString(StandardCharsets.UTF_8);
    held.reset();
    return text;
  }

  @Override
  public void close() {
    System.setErr(before);
  }
}
