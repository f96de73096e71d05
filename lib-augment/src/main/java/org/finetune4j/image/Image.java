package org.finetune4j.image;

import java.util.Arrays;
import java.util.Objects;

/**
 * A picture of 8-bit pixels with one channel (gray) or three (red, green, blue), immutable and safe
 * to share between threads.
 *
 * <p>Samples are stored row by row, the channels of a pixel side by side (HWC). A sample is an
 * unsigned byte: 0 to 255.
 */
public final class Image {
  private final ImageSize size;
  private final int channels;
  private final byte[] samples;

  private Image(ImageSize size, int channels, byte[] samples) {
    this.size = size;
    this.channels = channels;
    this.samples = samples;
  }

  /**
   * Returns a color picture with a copy of these samples.
   *
   * @param width pixels per row
   * @param height rows
   * @param rgb interleaved red, green, blue, row by row: {@code width * height * 3} bytes
   * @throws IllegalArgumentException if a side is below 1 or the length does not fit
   */
  public static Image of(int width, int height, byte[] rgb) {
    return wrap(new ImageSize(width, height), 3, rgb.clone());
  }

  /**
   * Returns a gray picture with a copy of these samples.
   *
   * @param width pixels per row
   * @param height rows
   * @param gray one byte a pixel, row by row: {@code width * height} bytes
   * @throws IllegalArgumentException if a side is below 1 or the length does not fit
   */
  public static Image gray(int width, int height, byte[] gray) {
    return wrap(new ImageSize(width, height), 1, gray.clone());
  }

  /**
   * Returns a picture that takes over this array: the caller must not write to it again. It spares
   * the copy of {@link #of} where the array was made for the picture.
   *
   * @param size width and height
   * @param channels 1 or 3
   * @param samples row by row, channels interleaved
   * @throws IllegalArgumentException if the channels or the length do not fit
   */
  public static Image wrap(ImageSize size, int channels, byte[] samples) {
    if (channels != 1 && channels != 3) {
      throw new IllegalArgumentException(
          "An image has 1 (gray) or 3 (RGB) channels, not " + channels + ".");
    }
    if (samples.length != size.pixels() * channels) {
      throw new IllegalArgumentException(
          "An image of "
              + size
              + " with "
              + channels
              + " channel(s) has "
              + size.pixels() * channels
              + " bytes, but the array has "
              + samples.length
              + ".");
    }
    return new Image(size, channels, samples);
  }

  /** Returns width and height. */
  public ImageSize size() {
    return size;
  }

  /** Returns the pixels per row. */
  public int width() {
    return size.width();
  }

  /** Returns the number of rows. */
  public int height() {
    return size.height();
  }

  /** Returns 1 (gray) or 3 (RGB). */
  public int channels() {
    return channels;
  }

  /**
   * Returns one sample, 0 to 255.
   *
   * @throws IndexOutOfBoundsException if the position is outside the picture
   */
  public int sample(int x, int y, int channel) {
    if (x < 0 || x >= width() || y < 0 || y >= height() || channel < 0 || channel >= channels) {
      throw new IndexOutOfBoundsException(
          "No sample at x " + x + ", y " + y + ", channel " + channel + " in " + this + ".");
    }
    return samples[(y * width() + x) * channels + channel] & 0xFF;
  }

  /** Returns a copy of the samples: row by row, channels interleaved. */
  public byte[] samples() {
    return samples.clone();
  }

  /**
   * Returns the array of the samples itself, for kernels that only read: the counterpart of {@link
   * #wrap}. Whoever writes to it changes a picture that others rely on; {@link #samples} is for
   * everybody else.
   */
  public byte[] unwrap() {
    return samples;
  }

  /**
   * Copies all samples into an array of the caller's, for code that reuses its buffers.
   *
   * @throws IndexOutOfBoundsException if they do not fit behind {@code offset}
   */
  public void copySamples(byte[] target, int offset) {
    System.arraycopy(samples, 0, Objects.requireNonNull(target, "target"), offset, samples.length);
  }

  /** Returns interleaved red, green, blue, row by row; a gray value is repeated three times. */
  public byte[] rgb() {
    return channels == 3 ? samples.clone() : toRgb().samples;
  }

  /** Returns this picture with three channels; itself if it has three already. */
  public Image toRgb() {
    if (channels == 3) {
      return this;
    }
    byte[] rgb = new byte[samples.length * 3];
    for (int i = 0; i < samples.length; i++) {
      Arrays.fill(rgb, 3 * i, 3 * i + 3, samples[i]);
    }
    return new Image(size, 3, rgb);
  }

  /** Returns this picture in gray, see {@link #luma}; itself if it is gray already. */
  public Image toGray() {
    if (channels == 1) {
      return this;
    }
    byte[] gray = new byte[samples.length / 3];
    for (int i = 0; i < gray.length; i++) {
      gray[i] = (byte) luma(samples, 3 * i);
    }
    return new Image(size, 1, gray);
  }

  /**
   * Returns the luma of ITU-R 601 in Pillow's fixed point ({@code convert("L")}), 0 to 255.
   *
   * @param rgb interleaved red, green, blue
   * @param at where the pixel's red value stands
   */
  public static int luma(byte[] rgb, int at) {
    int red = rgb[at] & 0xFF;
    int green = rgb[at + 1] & 0xFF;
    int blue = rgb[at + 2] & 0xFF;
    return (red * 19595 + green * 38470 + blue * 7471 + 0x8000) >> 16;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Image that
        && size.equals(that.size)
        && channels == that.channels
        && Arrays.equals(samples, that.samples);
  }

  @Override
  public int hashCode() {
    return 31 * (31 * size.hashCode() + channels) + Arrays.hashCode(samples);
  }

  /** Returns for example {@code Image[640x480, RGB]}. */
  @Override
  public String toString() {
    return "Image[" + size + ", " + (channels == 3 ? "RGB" : "gray") + "]";
  }
}
