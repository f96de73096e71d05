package org.finetune4j.decode;

import java.io.IOException;
import java.util.Locale;
import javax.imageio.ImageReader;
import javax.imageio.event.IIOReadWarningListener;

/**
 * Notices that a JPEG ended early: the JDK's reader then paints the rest gray and merely warns. A
 * missing end marker alone is harmless where one scan holds all; where several refine the picture,
 * scans may be missing before it.
 */
final class TruncationListener implements IIOReadWarningListener {
  static final String TRUNCATED =
      "The file is truncated or damaged: it ends before its last pixel.";

  private final boolean severalScans;
  private boolean dataMissing;

  TruncationListener(boolean severalScans) {
    this.severalScans = severalScans;
  }

  @Override
  public void warningOccurred(ImageReader source, String warning) {
    String text = warning.toLowerCase(Locale.ROOT);
    dataMissing |= text.contains("premature end");
    dataMissing |= severalScans && text.contains("missing eoi");
  }

  boolean isDataMissing() {
    return dataMissing;
  }

  void check() throws IOException {
    if (dataMissing) {
      throw new IOException(TRUNCATED);
    }
  }
}
