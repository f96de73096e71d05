package org.finetune4j.hostile;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Files that no change of a sound file comes upon: each is an attack of its own. They are made when
 * it is their turn, since some are large.
 */
final class Crafted {
  /** Makes a file. */
  @FunctionalInterface
  interface Maker {
    byte[] make() throws IOException;
  }

  private record Case(String file, Maker maker) {}

  private final List<Case> cases = new ArrayList<>();
  private final Map<String, byte[]> beside = new HashMap<>();

  /** Adds a file that lies beside each of the cases. */
  Crafted beside(String name, byte[] bytes) {
    beside.put(name, bytes);
    return this;
  }

  /**
   * Adds a file.
   *
   * @param name under which it is read
   */
  Crafted with(String name, Maker maker) {
    cases.add(new Case(name, maker));
    return this;
  }

  int count() {
    return cases.size();
  }

  Map<String, byte[]> get(int number) throws IOException {
    Case it = cases.get(number);
    Map<String, byte[]> files = new HashMap<>(beside);
    files.put(it.file, it.maker.make());
    return files;
  }

  /** Returns bytes that stand there so many times. */
  static byte[] times(int count, byte[] bytes) {
    byte[] all = new byte[Math.multiplyExact(count, bytes.length)];
    for (int i = 0; i < count; i++) {
      System.arraycopy(bytes, 0, all, i * bytes.length, bytes.length);
    }
    return all;
  }
}
