package org.finetune4j.decode.jpeg;

import static org.finetune4j.decode.jpeg.NotPlainException.require;

/**
 * The rows of a component at the size of the picture: as they are, or interpolated as libjpeg does
 * ("fancy upsampling"), three parts of the nearer sample and one of the next.
 */
final class Enlargement {
  private final byte[] plane;
  private final int stride;
  private final int width;
  private final int height;
  private final int across;
  private final int down;
  private final boolean smooth;
  private final byte[] row;

  /** Where the row that was asked for begins in {@link #samples}. */
  int offset;

  /**
   * @param side pixels of a block of the largest component
   * @param outputWidth of the picture
   */
  Enlargement(Frame frame, Component component, int side, int outputWidth)
      throws NotPlainException {
    int most = frame.across() * side;
    int own = component.across * component.side;
    require(most % own == 0, "fractions of samples");
    this.across = most / own;
    most = frame.down() * side;
    int ownDown = component.down * component.side;
    require(most % ownDown == 0, "fractions of samples");
    this.down = most / ownDown;
    this.plane = component.plane;
    this.stride = component.stride();
    this.width = Frame.divideUp(frame.width() * own, frame.across() * 8);
    this.height = Frame.divideUp(frame.height() * ownDown, frame.down() * 8);
    this.smooth = side > 1 && (across == 1 || width > 2);
    require(!smooth || across * down != 4 || across != down, "both ways at once");
    this.row = new byte[Math.max(outputWidth, width * across)];
  }

  /** Returns where row {@code y} of the picture lies: from {@link #offset} on. */
  byte[] samples(int y) {
    int own = y / down;
    offset = own * stride;
    if (across == 1 && down == 1) {
      return plane;
    }
    if (smooth && across == 2 && down == 1) {
      widen(offset);
    } else if (smooth && across == 1 && down == 2) {
      int next = y % 2 == 0 ? Math.max(0, own - 1) : Math.min(height - 1, own + 1);
      blend(offset, next * stride, y % 2 == 0 ? 1 : 2);
    } else {
      repeat(offset);
    }
    offset = 0;
    return row;
  }

  private void widen(int at) {
    row[0] = plane[at];
    for (int x = 0; x + 1 < width; x++) {
      int left = plane[at + x] & 0xFF;
      int right = plane[at + x + 1] & 0xFF;
      row[2 * x + 1] = (byte) ((3 * left + right + 2) >> 2);
      row[2 * x + 2] = (byte) ((left + 3 * right + 1) >> 2);
    }
    row[2 * width - 1] = plane[at + width - 1];
  }

  private void blend(int at, int next, int bias) {
    for (int x = 0; x < width; x++) {
      row[x] = (byte) ((3 * (plane[at + x] & 0xFF) + (plane[next + x] & 0xFF) + bias) >> 2);
    }
  }

  private void repeat(int at) {
    for (int x = 0; x < width * across; x++) {
      row[x] = plane[at + x / across];
    }
  }
}
