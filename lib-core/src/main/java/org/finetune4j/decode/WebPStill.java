package org.finetune4j.decode;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Set;
import org.finetune4j.image.Image;
import org.finetune4j.image.ImageSize;

/**
 * The first picture of a WebP file, as a file of its own: readers know nothing of animations. A
 * container (RIFF) holds chunks of four letters, a length and that many bytes, padded to an even
 * number.
 */
final class WebPStill {
  /** Width and height in pixels. */
  record Size(int width, int height) {}

  private static final int FIRST_CHUNK = 12;
  private static final int HAS_ALPHA = 0x10;
  private static final int FRAME_HEADER = 16;
  private static final Set<String> PIXELS = Set.of("ALPH", "VP8 ", "VP8L");

  private final byte[] file;
  private final Size canvas;
  private final int x;
  private final int y;

  private WebPStill(byte[] file, Size canvas, int x, int y) {
    this.file = file;
    this.canvas = canvas;
    this.x = x;
    this.y = y;
  }

  /** Returns the still as a file, without profiles and metadata. */
  byte[] file() {
    return file;
  }

  /** Returns the size of the whole picture. */
  Size canvas() {
    return canvas;
  }

  /**
   * Takes the first picture out of a file.
   *
   * @throws IOException if there is none
   */
  static WebPStill of(byte[] file) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    if (!isChunk(bytes, FIRST_CHUNK, "VP8X")) {
      return new WebPStill(file, new Size(0, 0), 0, 0); // a still and nothing else
    }
    int header = FIRST_CHUNK + 8;
    Size canvas = size(bytes, header + 4);
    for (int at = FIRST_CHUNK; at + 8 <= file.length; at = next(bytes, at)) {
      if (isChunk(bytes, at, "ANMF")) {
        int frame = at + 8;
        int end = Math.min(file.length, next(bytes, at));
        return new WebPStill(
            still(bytes, frame + FRAME_HEADER, end, size(bytes, frame + 6)),
            canvas,
            2 * number(bytes, frame),
            2 * number(bytes, frame + 3));
      }
      if (PIXELS.contains(name(bytes, at))) {
        return new WebPStill(still(bytes, at, file.length, canvas), canvas, 0, 0);
      }
    }
    throw new IOException("It holds no picture.");
  }

  /** Returns the chunks that make pixels, in a container of their own. */
  private static byte[] still(ByteBuffer bytes, int from, int end, Size size) throws IOException {
    ByteArrayOutputStream chunks = new ByteArrayOutputStream();
    boolean alpha = false;
    boolean picture = false;
    for (int at = from; at + 8 <= end && !picture; at = next(bytes, at)) {
      String name = name(bytes, at);
      if (PIXELS.contains(name)) {
        chunks.writeBytes(part(bytes, at, Math.min(end, next(bytes, at)) - at));
        alpha |= name.equals("ALPH");
        picture = !name.equals("ALPH");
      }
    }
    if (!picture) {
      throw new IOException("Its first frame holds no picture.");
    }
    return container(chunks.toByteArray(), alpha, size);
  }

  private static byte[] container(byte[] chunks, boolean alpha, Size size) {
    int extended = alpha ? 18 : 0;
    ByteBuffer out =
        ByteBuffer.allocate(FIRST_CHUNK + extended + chunks.length).order(ByteOrder.LITTLE_ENDIAN);
    out.put(ascii("RIFF")).putInt(4 + extended + chunks.length).put(ascii("WEBP"));
    if (alpha) {
      out.put(ascii("VP8X")).putInt(10).putInt(HAS_ALPHA);
      putNumber(out, size.width() - 1);
      putNumber(out, size.height() - 1);
    }
    return out.put(chunks).array();
  }

  /**
   * Returns what one pixel of a still takes while it is read: libwebp's own memory, what it hands
   * out, and our copy of that.
   */
  static double memoryPerPixel(byte[] still) {
    boolean alpha = Chunks.ofWebP(still).all().stream().anyMatch(it -> it.name().equals("ALPH"));
    return alpha ? 9 : 8;
  }

  /** Returns the picture on its canvas, which is transparent, and so white, elsewhere. */
  Image onCanvas(Image still) {
    ImageSize size = still.size();
    boolean whole =
        canvas.width() == 0 || (size.width() == canvas.width() && size.height() == canvas.height());
    if (whole) {
      return still;
    }
    byte[] white = new byte[Math.multiplyExact(canvas.width(), canvas.height()) * 3];
    Arrays.fill(white, (byte) 0xFF);
    int width = Math.max(0, Math.min(size.width(), canvas.width() - x));
    int height = Math.max(0, Math.min(size.height(), canvas.height() - y));
    byte[] samples = still.toRgb().unwrap();
    for (int row = 0; row < height; row++) {
      int target = ((y + row) * canvas.width() + x) * 3;
      System.arraycopy(samples, row * size.width() * 3, white, target, width * 3);
    }
    return Image.wrap(new ImageSize(canvas.width(), canvas.height()), 3, white);
  }

  /** Returns whether the canvas is larger than the picture on it, and must be checked by itself. */
  boolean hasCanvas() {
    return canvas.width() > 0;
  }

  private static int next(ByteBuffer bytes, int at) {
    long length = bytes.getInt(at + 4) & 0xFFFFFFFFL;
    return (int) Math.min(bytes.limit(), at + 8 + length + (length & 1));
  }

  private static Size size(ByteBuffer bytes, int at) {
    return new Size(number(bytes, at) + 1, number(bytes, at + 3) + 1);
  }

  /** Three bytes, the lowest first. */
  private static int number(ByteBuffer bytes, int at) {
    return (bytes.getShort(at) & 0xFFFF) | (bytes.get(at + 2) & 0xFF) << 16;
  }

  private static void putNumber(ByteBuffer out, int value) {
    out.putShort((short) value).put((byte) (value >> 16));
  }

  private static boolean isChunk(ByteBuffer bytes, int at, String name) {
    return at + 8 <= bytes.limit() && name(bytes, at).equals(name);
  }

  private static String name(ByteBuffer bytes, int at) {
    return new String(part(bytes, at, 4), StandardCharsets.US_ASCII);
  }

  private static byte[] part(ByteBuffer bytes, int at, int length) {
    byte[] part = new byte[length];
    bytes.get(at, part);
    return part;
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
