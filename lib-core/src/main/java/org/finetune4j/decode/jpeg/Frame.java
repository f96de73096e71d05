package org.finetune4j.decode.jpeg;

import static org.finetune4j.decode.jpeg.NotPlainException.require;

import java.util.ArrayList;
import java.util.List;

/**
 * What a frame header says: size and components of a picture (ITU-T T.81, B.2.2).
 *
 * @param components one (gray) or three
 */
record Frame(int width, int height, boolean progressive, List<Component> components) {
  private static final int HEADER = 10;

  /** Copies the list. */
  Frame {
    components = List.copyOf(components);
  }

  static Frame read(byte[] file, JpegSegment segment) throws NotPlainException {
    int at = segment.start();
    require(segment.length() >= HEADER, "short frame header");
    int count = file[at + 9] & 0xFF;
    require(file[at + 4] == 8 && (count == 1 || count == 3), "other samples");
    require(segment.length() >= HEADER + 3 * count, "short frame header");
    List<Component> components = new ArrayList<>();
    for (int c = 0; c < count; c++) {
      int field = at + HEADER + 3 * c;
      int across = file[field + 1] >> 4 & 15;
      int down = file[field + 1] & 15;
      int quantization = file[field + 2] & 0xFF;
      require(across >= 1 && across <= 4 && down >= 1 && down <= 4, "sampling beyond 4");
      require(quantization < 4, "quantization beyond 4");
      components.add(new Component(file[field] & 0xFF, across, down, quantization));
    }
    boolean progressive = (file[at + 1] & 0xFF) == 0xC2;
    Frame frame = new Frame(number(file, at + 7), number(file, at + 5), progressive, components);
    require(frame.width > 0 && frame.height > 0, "no size");
    for (Component component : components) {
      component.blocksPerRow = blocks(frame.width, component.across, frame.across());
      component.blockRows = blocks(frame.height, component.down, frame.down());
    }
    return frame;
  }

  private static int number(byte[] file, int at) {
    return ((file[at] & 0xFF) << 8) | (file[at + 1] & 0xFF);
  }

  private static int blocks(int pixels, int sampling, int most) {
    return divideUp(divideUp(pixels * sampling, most), 8);
  }

  static int divideUp(int dividend, int divisor) {
    return (dividend + divisor - 1) / divisor;
  }

  /** Returns the largest number of blocks side by side in a minimum coded unit. */
  int across() {
    return components.stream().mapToInt(it -> it.across).max().orElseThrow();
  }

  /** Returns the largest number of blocks on top of each other in a minimum coded unit. */
  int down() {
    return components.stream().mapToInt(it -> it.down).max().orElseThrow();
  }

  int unitsPerRow() {
    return divideUp(width, 8 * across());
  }

  int unitRows() {
    return divideUp(height, 8 * down());
  }

  Component component(int id) throws NotPlainException {
    for (Component component : components) {
      if (component.id == id) {
        return component;
      }
    }
    throw new NotPlainException("no such component");
  }

  /**
   * Sets what blocks become: colors that are stored smaller are rather transformed to more pixels
   * than enlarged afterwards, as in libjpeg.
   *
   * @param side pixels of a block of the largest component
   */
  void scaleTo(int side) {
    for (Component component : components) {
      int own = side;
      while (own < 8
          && across() * side % (component.across * own * 2) == 0
          && down() * side % (component.down * own * 2) == 0) {
        own *= 2;
      }
      component.side = own;
    }
  }
}
