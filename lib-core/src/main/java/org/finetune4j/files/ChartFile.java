package org.finetune4j.files;

import java.awt.Color;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.VectorGraphicsEncoder;
import org.knowm.xchart.internal.chartpart.Chart;

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
    String name = file.toString().toLowerCase(Locale.ROOT);
    if (name.endsWith(".png")) {
      byte[] png = BitmapEncoder.getBitmapBytes(chart, BitmapEncoder.BitmapFormat.PNG);
      AtomicFiles.write(file, out -> out.write(png));
    } else if (name.endsWith(".svg")) {
      AtomicFiles.write(
          file,
          out ->
              VectorGraphicsEncoder.saveVectorGraphic(
                  chart, out, VectorGraphicsEncoder.VectorGraphicsFormat.SVG));
    } else {
      throw new IllegalArgumentException(
          "A chart's file must end in .png or .svg, but is " + file + ".");
    }
  }
}
