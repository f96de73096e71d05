package org.finetune4j.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.Font;
import java.awt.Graphics2D;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChartFileTest {
  @TempDir private Path folder;

  private String svg(Consumer<Graphics2D> drawing) throws IOException {
    Path file = folder.resolve("drawing.svg");
    ChartFile.write(100, 50, drawing, file);
    return Files.readString(file);
  }

  /** The encoder leaves out 12 pixels, its own default; a browser's is 16. */
  @Test
  void textOfTwelvePixelsIsNotDrawnInTheSizeOfTheBrowser() throws IOException {
    String svg =
        svg(
            graphics -> {
              graphics.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, 12));
              graphics.drawString("small", 10, 20);
              graphics.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, 14));
              graphics.drawString("large", 10, 40);
            });
    assertThat(svg).containsPattern("<svg [^>]*font-size=\"12px\"").contains("font-size:14px");
  }

  /** Who reads the chart need not have the fonts of the machine that drew it. */
  @Test
  void textHasAFontOnEveryMachine() throws IOException {
    String svg = svg(graphics -> graphics.drawString("text", 10, 20));
    assertThat(svg).containsPattern("<svg [^>]*font-family=\"sans-serif\"");
    String named =
        svg(
            graphics -> {
              graphics.setFont(new Font(Font.SANS_SERIF, Font.BOLD, 14));
              graphics.drawString("text", 10, 20);
            });
    assertThat(named).containsPattern("font-family:&quot;[^;]+&quot;,sans-serif;");
  }
}
