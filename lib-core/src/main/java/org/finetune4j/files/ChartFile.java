package org.finetune4j.files;

import java.awt.Color;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.VectorGraphicsEncoder;
import org.knowm.xchart.internal.chartpart.Chart;
import org.knowm.xchart.style.AxesChartStyler;

/** Writes charts as PNG or SVG, by the ending of the file's name. */
public final class ChartFile {
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
    String name = file.toString().toLowerCase(Locale.ROOT);
    if (name.endsWith(".png")) {
      byte[] png = BitmapEncoder.getBitmapBytes(chart, BitmapEncoder.BitmapFormat.PNG);
      AtomicFiles.write(file, out -> out.write(png));
    } else if (name.endsWith(".svg")) {
      byte[] svg = svg(chart);
      AtomicFiles.write(file, out -> out.write(svg));
    } else {
      throw new IllegalArgumentException(
          "A chart's file must end in .png or .svg, but is " + file + ".");
    }
  }

  /** The encoder ends lines as the system does; files are the same everywhere. */
  private static byte[] svg(Chart<?, ?> chart) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    VectorGraphicsEncoder.saveVectorGraphic(
        chart, bytes, VectorGraphicsEncoder.VectorGraphicsFormat.SVG);
    return bytes
        .toString(StandardCharsets.UTF_8)
        .replace("\r", "")
        .getBytes(StandardCharsets.UTF_8);
  }
}
