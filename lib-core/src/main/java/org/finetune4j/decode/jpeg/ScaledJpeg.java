package org.finetune4j.decode.jpeg;

import java.io.InterruptedIOException;
import java.util.List;
import java.util.Optional;
import org.finetune4j.image.Image;
import org.finetune4j.image.ImageSize;

/**
 * A JPEG file that is decoded at a half, a quarter or an eighth of its size: each block of 8x8
 * pixels becomes one of 4x4, 2x2 or 1x1, and nothing larger is ever computed. The result equals
 * libjpeg's at the same scale.
 *
 * <p>It reads what cameras and programs write: baseline and progressive Huffman coding, 8 bits,
 * gray or three components, any sampling. What is of another kind or damaged in any way is none of
 * its business: the full decoder reads or refuses it.
 *
 * <p>Beside the result, memory is taken for its planes and for the coefficients of a few rows, also
 * in progressive files.
 */
public final class ScaledJpeg {
  private final Structure structure;

  private ScaledJpeg(Structure structure) {
    this.structure = structure;
  }

  /**
   * Reads the headers of a file.
   *
   * @param segments those of its picture
   * @return nothing if it is not of a kind that is decoded here
   */
  public static Optional<ScaledJpeg> of(byte[] file, List<JpegSegment> segments) {
    try {
      return Optional.of(new ScaledJpeg(Structure.of(file, segments)));
    } catch (NotPlainException e) {
      return Optional.empty();
    }
  }

  /** Returns the size of the picture as it is stored. */
  public ImageSize size() {
    return new ImageSize(structure.frame().width(), structure.frame().height());
  }

  /** Returns the size at a scale. */
  public ImageSize size(int denominator) {
    return new ImageSize(
        Frame.divideUp(size().width(), denominator), Frame.divideUp(size().height(), denominator));
  }

  /**
   * Decodes the picture; once.
   *
   * @param denominator 2, 4 or 8
   * @return nothing if the file turns out to be damaged
   * @throws InterruptedIOException if the thread is interrupted
   */
  public Optional<Image> decode(int denominator) throws InterruptedIOException {
    try {
      return Optional.of(decoded(denominator));
    } catch (NotPlainException e) {
      return Optional.empty();
    }
  }

  private Image decoded(int denominator) throws NotPlainException, InterruptedIOException {
    Frame frame = structure.frame();
    int side = 8 / denominator;
    frame.scaleTo(side);
    for (Component component : frame.components()) {
      component.start(frame.unitsPerRow(), frame.unitRows(), !frame.progressive());
    }
    structure.scans.forEach(Scan::start);
    for (int stripe = 0; stripe < frame.unitRows(); stripe++) {
      if (Thread.currentThread().isInterrupted()) {
        throw new InterruptedIOException("Interrupted while decoding a picture.");
      }
      for (Scan scan : structure.scans) {
        scan.decode(stripe);
      }
      if (frame.progressive()) {
        for (Component component : frame.components()) {
          component.finish(stripe);
        }
      }
    }
    for (Scan scan : structure.scans) {
      scan.end();
    }
    return assembled(frame, side, size(denominator));
  }

  private Image assembled(Frame frame, int side, ImageSize size) throws NotPlainException {
    int channels = frame.components().size();
    Enlargement[] planes = new Enlargement[channels];
    for (int c = 0; c < channels; c++) {
      planes[c] = new Enlargement(frame, frame.components().get(c), side, size.width());
    }
    byte[] samples = new byte[size.samples(channels)];
    boolean ycc = structure.isYcc();
    for (int y = 0; y < size.height(); y++) {
      int target = y * size.width() * channels;
      if (channels == 1) {
        System.arraycopy(planes[0].samples(y), planes[0].offset, samples, target, size.width());
      } else if (ycc) {
        Colors.fromYcc(planes, y, size.width(), samples, target);
      } else {
        Colors.fromRgb(planes, y, size.width(), samples, target);
      }
    }
    return Image.wrap(size, channels, samples);
  }
}
