package org.finetune4j.html;

import com.google.common.html.HtmlEscapers;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.finetune4j.files.AtomicFiles;
import org.finetune4j.image.Image;
import org.finetune4j.image.ImageSize;
import org.finetune4j.image.Interpolation;
import org.finetune4j.image.Resize;
import org.finetune4j.picture.ImageEncoder;

/**
 * A page of one file: pictures lie in it, and its own policy lets it load and run nothing. All text
 * is escaped, since names of files and classes come from anywhere; every element is closed, so that
 * an XML parser reads the page as well. Not thread-safe.
 */
public final class HtmlPage {
  private static final int THUMBNAIL = 160;
  private static final double THUMBNAIL_QUALITY = 0.85;

  /**
   * Control characters, which XML forbids, and marks that turn the direction of writing, which make
   * a name look like another.
   */
  private static final Pattern NOT_SHOWN =
      Pattern.compile("[\\x00-\\x08\\x0B-\\x1F\\u202A-\\u202E\\u2066-\\u2069]");

  private final String title;
  private final StringBuilder body = new StringBuilder();

  /** Starts an empty page. */
  public HtmlPage(String title) {
    this.title = title;
    body.append("<h1>").append(escape(title)).append("</h1>\n");
  }

  /** Writes a chart to a file whose name ends in {@code .svg}. */
  @FunctionalInterface
  public interface Drawing {
    /** Draws. */
    void draw(Path file) throws IOException;
  }

  /**
   * A picture with what is said about it.
   *
   * @param image shown as a thumbnail
   * @param lines below it
   */
  public record Thumbnail(Image image, List<String> lines) {}

  /** Begins a section. */
  public HtmlPage section(String heading) {
    body.append("<h2>").append(escape(heading)).append("</h2>\n");
    return this;
  }

  /**
   * Begins a section that {@link #contents} leads to.
   *
   * @param anchor letters, digits and underlines
   */
  public HtmlPage section(String heading, String anchor) {
    body.append("<h2 id=\"")
        .append(escape(anchor))
        .append("\">")
        .append(escape(heading))
        .append("</h2>\n");
    return this;
  }

  /**
   * A line of a table of contents.
   *
   * @param title of a section
   * @param anchor of the section; empty if there is none
   * @param count how much stands there
   */
  public record Content(String title, String anchor, int count) {}

  /** Adds a table of contents with counts, whose titles lead to their sections. */
  public HtmlPage contents(List<String> header, List<Content> lines) {
    body.append("<div class=\"wide\"><table><thead>").append(row("th", header)).append("</thead>");
    for (Content line : lines) {
      String title = escape(line.title());
      body.append("<tr><td>")
          .append(
              line.anchor().isEmpty()
                  ? title
                  : "<a href=\"#" + escape(line.anchor()) + "\">" + title + "</a>")
          .append("</td><td>")
          .append(line.count())
          .append("</td></tr>\n");
    }
    body.append("</table></div>\n");
    return this;
  }

  /** Adds a paragraph. */
  public HtmlPage paragraph(String text) {
    body.append("<p>").append(escape(text)).append("</p>\n");
    return this;
  }

  /** Adds how what stands above is read, for those who do not know its words. */
  public HtmlPage note(String text) {
    body.append("<p class=\"note\">").append(escape(text)).append("</p>\n");
    return this;
  }

  /** Adds what the reader must not miss. */
  public HtmlPage warning(String text) {
    body.append("<p class=\"warning\">").append(escape(text)).append("</p>\n");
    return this;
  }

  /** Adds one large figure with what it is. */
  public HtmlPage headline(String figure, String meaning) {
    body.append("<p class=\"headline\"><strong>")
        .append(escape(figure))
        .append("</strong> ")
        .append(escape(meaning))
        .append("</p>\n");
    return this;
  }

  /** Adds text whose columns and line breaks matter, folded away under its title. */
  public HtmlPage details(String summary, String text) {
    body.append("<details><summary>")
        .append(escape(summary))
        .append("</summary><pre>")
        .append(escape(text))
        .append("</pre></details>\n");
    return this;
  }

  /**
   * Adds a table of numbers whose first column names the rows, or, of two columns, of texts.
   *
   * @param header the names of the columns
   * @param rows as many cells each
   */
  public HtmlPage table(List<String> header, List<List<String>> rows) {
    return table(1, header, rows);
  }

  /**
   * Adds a table of numbers whose first columns name the rows.
   *
   * @param names how many columns of names there are
   * @param header the names of the columns
   * @param rows as many cells each
   */
  public HtmlPage table(int names, List<String> header, List<List<String>> rows) {
    body.append("<div class=\"wide\"><table")
        .append(header.size() == 2 ? " class=\"facts\"" : "")
        .append("><thead>")
        .append(row("th", names, header))
        .append("</thead>");
    rows.forEach(row -> body.append(row("td", names, row)));
    body.append("</table></div>\n");
    return this;
  }

  /**
   * Adds how many of each name were given which name: a row for what they are, a column for what
   * was said, shaded by the share of the row.
   *
   * @param names of the rows, and of the columns
   * @param corner says which is which
   * @param counts by row and column
   */
  public HtmlPage matrix(List<String> names, String corner, Counts counts) {
    List<String> header = new ArrayList<>(List.of(corner));
    header.addAll(names);
    body.append("<div class=\"wide\"><table class=\"matrix\"><thead>")
        .append(row("th", header))
        .append("</thead>");
    for (int i = 0; i < names.size(); i++) {
      long sum = 0;
      for (int j = 0; j < names.size(); j++) {
        sum += counts.at(i, j);
      }
      body.append("<tr><th>").append(escape(names.get(i))).append("</th>");
      for (int j = 0; j < names.size(); j++) {
        body.append(shaded(counts.at(i, j), sum));
      }
      body.append("</tr>\n");
    }
    body.append("</table></div>\n");
    return this;
  }

  /** A number for each row and column. */
  @FunctionalInterface
  public interface Counts {
    /** Returns it. */
    long at(int row, int column);
  }

  private static String shaded(long count, long sum) {
    double share = sum == 0 ? 0 : (double) count / sum;
    String percent = String.format(Locale.ROOT, share < 0.1 ? "%.1f" : "%.0f", 100 * share);
    return count == 0
        ? "<td></td>"
        : String.format(
            Locale.ROOT,
            "<td style=\"background:rgba(66,133,200,%.2f)\">%d<small>%s %%</small></td>",
            0.05 + 0.6 * share,
            count,
            percent);
  }

  private static String row(String cell, List<String> texts) {
    return row(cell, 1, texts);
  }

  private static String row(String cell, int names, List<String> texts) {
    StringBuilder row = new StringBuilder("<tr>");
    for (int i = 0; i < texts.size(); i++) {
      // The style puts the first cell of every row on the left by itself.
      String start = i > 0 && i < names ? cell + " class=\"name\"" : cell;
      row.append("<" + start + ">" + escape(texts.get(i)) + "</" + cell + ">");
    }
    return row.append("</tr>\n").toString();
  }

  /**
   * Adds a chart.
   *
   * @param description for those who cannot see it
   * @throws IOException if the chart cannot be written to a temporary file
   */
  public HtmlPage chart(String description, Drawing drawing) throws IOException {
    Path folder = Files.createTempDirectory("finetune4j-chart");
    Path file = folder.resolve("chart.svg");
    try {
      drawing.draw(file);
      body.append("<div class=\"wide\">");
      picture("chart", "image/svg+xml", Files.readAllBytes(file), description);
      body.append("</div>\n");
    } finally {
      Files.deleteIfExists(file);
      Files.delete(folder);
    }
    return this;
  }

  /** Adds pictures side by side, each no larger than 160 x 160. */
  public HtmlPage thumbnails(List<Thumbnail> thumbnails) {
    body.append("<div class=\"thumbnails\">\n");
    for (Thumbnail thumbnail : thumbnails) {
      body.append("<figure>");
      byte[] jpeg = ImageEncoder.jpeg(small(thumbnail.image()), THUMBNAIL_QUALITY);
      picture("thumbnail", "image/jpeg", jpeg, String.join(", ", thumbnail.lines()));
      body.append("<figcaption>")
          .append(
              thumbnail.lines().stream().map(HtmlPage::escape).collect(Collectors.joining("<br/>")))
          .append("</figcaption></figure>\n");
    }
    body.append("</div>\n");
    return this;
  }

  /** Adds pictures that belong together, with what is said about all of them. */
  public HtmlPage group(List<Thumbnail> members, String caption) {
    body.append("<div class=\"group\">\n");
    return thumbnails(members).close(caption);
  }

  private HtmlPage close(String caption) {
    body.append(caption.isEmpty() ? "" : "<p>" + escape(caption) + "</p>\n").append("</div>\n");
    return this;
  }

  private void picture(String kind, String mediaType, byte[] bytes, String description) {
    body.append("<img class=\"")
        .append(kind)
        .append("\" alt=\"")
        .append(escape(description))
        .append("\" src=\"data:")
        .append(mediaType)
        .append(";base64,")
        .append(Base64.getEncoder().encodeToString(bytes))
        .append("\"/>");
  }

  private static Image small(Image image) {
    double scale = (double) THUMBNAIL / Math.max(image.width(), image.height());
    return scale >= 1
        ? image
        : Resize.squash(
            image,
            new ImageSize(
                (int) Math.max(1, Math.round(scale * image.width())),
                (int) Math.max(1, Math.round(scale * image.height()))),
            Interpolation.BICUBIC);
  }

  /**
   * Writes the page.
   *
   * @param file replaced if it exists
   * @throws IOException if it cannot be written; nothing half-written stays
   */
  public void save(Path file) throws IOException {
    byte[] bytes = toString().getBytes(StandardCharsets.UTF_8);
    AtomicFiles.write(file, out -> out.write(bytes));
  }

  /** Returns the whole page. */
  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8"/>
        <meta name="viewport" content="width=device-width, initial-scale=1"/>
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'"/>
        <title>%s</title>
        <style>%s</style>
        </head>
        <body>
        %s</body>
        </html>
        """,
        escape(title),
        PageStyle.CSS,
        body);
  }

  /** Returns the text as it may stand in an element or between quotes. */
  public static String escape(String text) {
    return HtmlEscapers.htmlEscaper().escape(NOT_SHOWN.matcher(text).replaceAll("\uFFFD"));
  }
}
