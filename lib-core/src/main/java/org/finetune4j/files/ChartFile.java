package org.finetune4j.files;

import de.erichseifert.vectorgraphics2d.Processors;
import de.erichseifert.vectorgraphics2d.VectorGraphics2D;
import de.erichseifert.vectorgraphics2d.util.PageSize;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import java.util.function.Consumer;
import javax.imageio.ImageIO;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.internal.chartpart.Chart;
import org.knowm.xchart.style.AxesChartStyler;
import org.knowm.xchart.style.lines.SeriesLines;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Writes charts as PNG or SVG, by the ending of the file's name. */
public final class ChartFile {
  /** The name of a font within a style of the encoder. */
  private static final String FONT = "( style=\"[^\"<>]*font-family:&quot;[^&]*&quot;)";

  private ChartFile() {}

  /**
   * Writes a chart on white.
   *
   * @param file ends in {@code .png} or {@code .svg}; replaced if it exists
   * @throws IOException if it cannot be written
   * @throws IllegalArgumentException if the ending is another
   */
  public static void write(Chart<?, ?> chart, Path file) throws IOException {
    chart.getStyler().setChartBackgroundColor(Color.WHITE);
    if (chart.getStyler() instanceof AxesChartStyler axes) {
      axes.setLocale(Locale.ROOT);
    }
    write(
        chart.getWidth(),
        chart.getHeight(),
        graphics -> chart.paint(graphics, chart.getWidth(), chart.getHeight()),
        file);
  }

  /**
   * Where all values lie on a grid, XChart takes odd multiples of its step for ticks (0.022, 0.044;
   * 13, 25, 37); one invisible value beside the grid brings round ones back.
   *
   * @param x within the values, but on no grid
   * @param y likewise
   */
  public static void keepTicksRound(XYChart chart, double x, double y) {
    XYSeries invisible = chart.addSeries("ticks", new double[] {x}, new double[] {y});
    invisible.setShowInLegend(false);
    invisible.setMarker(SeriesMarkers.NONE);
    invisible.setLineStyle(SeriesLines.NONE);
  }

  /** Returns the color of one of several things in a chart: no two have the same. */
  public static Color color(int index, int of) {
    return Color.getHSBColor((float) index / of, 0.8f, 0.75f);
  }

  /**
   * Writes a drawing on white.
   *
   * @param width of the picture in pixels
   * @param height of the picture in pixels
   * @param drawing draws it
   * @param file ends in {@code .png} or {@code .svg}; replaced if it exists
   * @throws IOException if it cannot be written
   * @throws IllegalArgumentException if the ending is another
   */
  public static void write(int width, int height, Consumer<Graphics2D> drawing, Path file)
      throws IOException {
    String name = file.toString().toLowerCase(Locale.ROOT);
    if (name.endsWith(".png")) {
      BufferedImage picture = png(width, height, drawing);
      AtomicFiles.write(file, out -> ImageIO.write(picture, "png", out));
    } else if (name.endsWith(".svg")) {
      byte[] svg = svg(width, height, drawing);
      AtomicFiles.write(file, out -> out.write(svg));
    } else {
      throw new IllegalArgumentException(
          "A chart's file must end in .png or .svg, but is " + file + ".");
    }
  }

  private static BufferedImage png(int width, int height, Consumer<Graphics2D> drawing) {
    BufferedImage picture = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = picture.createGraphics();
    try {
      graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
      graphics.setRenderingHint(
          RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
      graphics.setColor(Color.WHITE);
      graphics.fillRect(0, 0, width, height);
      drawing.accept(graphics);
    } finally {
      graphics.dispose();
    }
    return picture;
  }

  /**
   * The encoder ends lines as the system does; files are the same everywhere. It leaves out what is
   * its own default for texts (12 pixels, not a browser's 16), and names one font, which the
   * machine of the reader need not have.
   */
  private static byte[] svg(int width, int height, Consumer<Graphics2D> drawing)
      throws IOException {
    VectorGraphics2D graphics = new VectorGraphics2D();
    graphics.setColor(Color.WHITE);
    graphics.fillRect(0, 0, width, height);
    drawing.accept(graphics);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    Processors.get("svg")
        .getDocument(graphics.getCommands(), new PageSize(0.0, 0.0, width, height))
        .writeTo(bytes);
    return bytes
        .toString(StandardCharsets.UTF_8)
        .replace("\r", "")
        .replaceFirst("<svg ", "<svg font-family=\"sans-serif\" font-size=\"12px\" ")
        .replaceAll(FONT, "$1,sans-serif")
        .getBytes(StandardCharsets.UTF_8);
  }
}
