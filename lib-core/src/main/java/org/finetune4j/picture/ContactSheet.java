package org.finetune4j.picture;

import java.awt.Color;
import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import javax.imageio.ImageIO;
import org.finetune4j.decode.pixel.BufferedImages;
import org.finetune4j.files.AtomicFiles;
import org.finetune4j.image.Image;
import org.finetune4j.image.ImageSize;
import org.finetune4j.image.Interpolation;
import org.finetune4j.image.Resize;

/**
 * Captioned pictures in a grid, row by row, as one picture: predictions at a glance, mistakes,
 * similar pictures. Immutable.
 *
 * <pre>{@code
 * ContactSheet.Builder sheet = ContactSheet.builder().columns(5).cell(160, 160);
 * sheet.add(image, "cat 97 %", "dog 3 %");
 * sheet.build().save(Path.of("predictions.png"));
 * }</pre>
 */
public final class ContactSheet {
  private static final int GAP = 8;
  private static final Font FONT = new Font(Font.SANS_SERIF, Font.PLAIN, 13);
  private static final int LINE_HEIGHT = 17;

  /** Three bytes each: what an array holds. */
  private static final long MOST_PIXELS = 500_000_000;

  /** One picture with the lines below it. */
  private record Entry(Image image, List<String> lines) {}

  private final List<Entry> entries;
  private final int columns;
  private final ImageSize cell;
  private final Optional<String> title;

  private ContactSheet(Builder builder) {
    this.entries = List.copyOf(builder.entries);
    this.columns = Math.min(builder.columns, Math.max(1, entries.size()));
    this.cell = builder.cell;
    this.title = builder.title;
  }

  /** Returns a builder of a sheet with six columns of pictures of 150x150 at most. */
  public static Builder builder() {
    return new Builder();
  }

  /** Returns the sheet as a picture. */
  public Image image() {
    return BufferedImages.toImage(draw());
  }

  /**
   * Writes the sheet as a PNG.
   *
   * @param file replaced if it exists
   * @throws IOException if it cannot be written
   * @throws IllegalStateException if it would have more than 500 million pixels
   */
  public void save(Path file) throws IOException {
    BufferedImage picture = draw();
    AtomicFiles.write(file, out -> ImageIO.write(picture, "png", out));
  }

  private BufferedImage draw() {
    BufferedImage ruler = new BufferedImage(1, 1, BufferedImage.TYPE_3BYTE_BGR);
    Graphics2D measure = ruler.createGraphics();
    measure.setFont(FONT);
    FontMetrics metrics = measure.getFontMetrics();
    measure.dispose();
    int width = GAP + columns * (cell.width() + GAP);
    List<String> heading =
        title.map(text -> wrapped(metrics, text, width - 2 * GAP)).orElse(List.of());
    List<List<String>> captions = entries.stream().map(entry -> caption(metrics, entry)).toList();
    int lines = captions.stream().mapToInt(List::size).max().orElse(0);
    int cellHeight = cell.height() + lines * LINE_HEIGHT + GAP;
    int top = GAP + (heading.isEmpty() ? 0 : heading.size() * LINE_HEIGHT + GAP);
    int rows = (entries.size() + columns - 1) / columns;
    long height = top + (long) rows * cellHeight;
    if (width * height > MOST_PIXELS) {
      throw new IllegalStateException(
          "The sheet would have "
              + width
              + "x"
              + height
              + " pixels, at most "
              + MOST_PIXELS
              + " are drawn. Add fewer pictures or make the cells smaller.");
    }
    BufferedImage sheet = new BufferedImage(width, (int) height, BufferedImage.TYPE_3BYTE_BGR);
    Graphics2D graphics = sheet.createGraphics();
    try {
      graphics.setRenderingHint(
          RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
      graphics.setColor(Color.WHITE);
      graphics.fillRect(0, 0, sheet.getWidth(), sheet.getHeight());
      graphics.setColor(Color.BLACK);
      graphics.setFont(FONT);
      drawLines(graphics, heading, GAP, GAP);
      for (int i = 0; i < entries.size(); i++) {
        int x = GAP + i % columns * (cell.width() + GAP);
        int y = top + i / columns * cellHeight;
        draw(graphics, entries.get(i).image(), x, y);
        drawLines(graphics, captions.get(i), x, y + cell.height());
      }
    } finally {
      graphics.dispose();
    }
    return sheet;
  }

  private void draw(Graphics2D graphics, Image image, int x, int y) {
    BufferedImage picture =
        ImageEncoder.toBufferedImage(Resize.contain(image, cell, Interpolation.BICUBIC));
    int left = x + (cell.width() - picture.getWidth()) / 2;
    int upper = y + (cell.height() - picture.getHeight()) / 2;
    graphics.drawImage(picture, left, upper, null);
  }

  private List<String> caption(FontMetrics metrics, Entry entry) {
    return entry.lines().stream()
        .flatMap(line -> Arrays.stream(line.split("\\R", -1)))
        .flatMap(line -> wrapped(metrics, line, cell.width()).stream())
        .toList();
  }

  /**
   * Breaks a line where it is too wide: behind a blank, a hyphen or an underscore if there is one,
   * but not between a number and its percent sign.
   */
  static List<String> wrapped(FontMetrics metrics, String text, int width) {
    List<String> lines = new ArrayList<>();
    String rest = text;
    while (metrics.stringWidth(rest) > width && rest.length() > 1) {
      int end = rest.length() - 1;
      while (end > 1 && metrics.stringWidth(rest.substring(0, end).strip()) > width) {
        end--;
      }
      int gap = end;
      while (gap > 0 && !endsLine(rest, gap)) {
        gap--;
      }
      int at = gap > 0 ? gap : end;
      lines.add(rest.substring(0, at).strip());
      rest = rest.substring(at).strip();
    }
    lines.add(rest);
    return lines;
  }

  private static boolean endsLine(String text, int end) {
    return " -_/".indexOf(text.charAt(end - 1)) >= 0 && text.charAt(end) != '%';
  }

  private static void drawLines(Graphics2D graphics, List<String> lines, int x, int y) {
    int ascent = graphics.getFontMetrics().getAscent();
    for (int i = 0; i < lines.size(); i++) {
      graphics.drawString(lines.get(i), x, y + i * LINE_HEIGHT + ascent);
    }
  }

  /** Collects pictures for a sheet. */
  public static final class Builder {
    private static final int MAX_SIDE = 4096;

    private final List<Entry> entries = new ArrayList<>();
    private int columns = 6;
    private ImageSize cell = ImageSize.square(150);
    private Optional<String> title = Optional.empty();

    private Builder() {}

    /**
     * Sets the number of pictures in a row; default 6.
     *
     * @throws IllegalArgumentException if not within 1 to 100
     */
    public Builder columns(int number) {
      if (number < 1 || number > 100) {
        throw new IllegalArgumentException("A sheet has 1 to 100 columns, not " + number + ".");
      }
      this.columns = number;
      return this;
    }

    /**
     * Sets the space for each picture; it is scaled to fit. Default 150x150.
     *
     * @throws IllegalArgumentException if a side is not within 1 to 4096
     */
    public Builder cell(int width, int height) {
      ImageSize size = new ImageSize(width, height);
      if (width > MAX_SIDE || height > MAX_SIDE) {
        throw new IllegalArgumentException(
            "A cell has at most 4096x4096 pixels, not " + size + ".");
      }
      this.cell = size;
      return this;
    }

    /** Sets a line above the pictures; default none. */
    public Builder title(String text) {
      this.title = Optional.of(Objects.requireNonNull(text, "text"));
      return this;
    }

    /** Adds a picture with lines of text below it; lines that are too long go on below. */
    public Builder add(Image image, String... lines) {
      entries.add(new Entry(Objects.requireNonNull(image, "image"), List.of(lines)));
      return this;
    }

    /**
     * Returns the sheet.
     *
     * @throws IllegalStateException if no picture was added
     */
    public ContactSheet build() {
      if (entries.isEmpty()) {
        throw new IllegalStateException("A sheet needs at least one picture: call add(...).");
      }
      return new ContactSheet(this);
    }
  }
}
