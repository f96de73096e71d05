package org.finetune4j.decode.pixel;

import java.awt.image.DataBufferByte;
import java.awt.image.MultiPixelPackedSampleModel;
import java.awt.image.PixelInterleavedSampleModel;
import java.awt.image.Raster;

/** Rows of indices of one to eight bits: AWT's own way takes several times as long. */
final class PaletteIndices {
  private PaletteIndices() {}

  /**
   * Reads a row.
   *
   * @param y counted from the first row
   * @param row receives as many indices as it is long
   */
  static void read(Raster raster, int y, int[] row) {
    boolean plain =
        raster.getDataBuffer() instanceof DataBufferByte
            && raster.getSampleModelTranslateX() == raster.getMinX()
            && raster.getSampleModelTranslateY() == raster.getMinY();
    if (plain && raster.getSampleModel() instanceof MultiPixelPackedSampleModel model) {
      byte[] data = ((DataBufferByte) raster.getDataBuffer()).getData();
      int first = raster.getDataBuffer().getOffset() + y * model.getScanlineStride();
      packed(data, first, model.getDataBitOffset(), model.getPixelBitStride(), row);
    } else if (plain
        && raster.getSampleModel() instanceof PixelInterleavedSampleModel model
        && model.getPixelStride() == 1) {
      byte[] data = ((DataBufferByte) raster.getDataBuffer()).getData();
      int first =
          raster.getDataBuffer().getOffset()
              + model.getBandOffsets()[0]
              + y * model.getScanlineStride();
      for (int x = 0; x < row.length; x++) {
        row[x] = data[first + x] & 0xFF;
      }
    } else {
      raster.getSamples(raster.getMinX(), raster.getMinY() + y, row.length, 1, 0, row);
    }
  }

  private static void packed(byte[] data, int first, int bitOffset, int bits, int[] row) {
    int mask = (1 << bits) - 1;
    int bit = bitOffset;
    for (int x = 0; x < row.length; x++) {
      row[x] = data[first + (bit >> 3)] >> (8 - bits - (bit & 7)) & mask;
      bit += bits;
    }
  }
}
