package org.finetune4j.data;

import java.io.IOException;
import java.util.Locale;
import javax.imageio.ImageReader;
import javax.imageio.event.IIOReadWarningListener;

/**
 * Notices that a JPEG ended early: the JDK's reader then paints the rest gray and merely warns. A
 * missing end marker alone is harmless.
 */
final class TruncationListener implements IIOReadWarningListener {
  private boolean dataMissing;

  @Override
  public void warningOccurred(ImageReader source, String warning) {
    dataMissing |= warning.toLowerCase(Locale.ROOT).contains("premature end");
  }

  void check() throws IOException {
    if (dataMissing) {
      throw new IOException("The file is truncated or damaged: it ends before its last pixel.");
    }
  }
}
