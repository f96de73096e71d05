package org.finetune4j.hostile;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Changes the structure of an HDF5 file: addresses exchanged, and numbers where its blocks begin
 * (HDF5 file format specification 3.0; blocks are known by four letters, headers of objects by the
 * addresses that lead to them).
 */
final class Hdf5Fields implements Mutation {
  private static final List<String> SIGNATURES = List.of("TREE", "SNOD", "HEAP", "GCOL", "OHDR");
  private static final int REACH = 96;

  @Override
  public byte[] apply(byte[] bytes, SplittableRandom random) {
    List<Integer> addresses = new ArrayList<>();
    List<Integer> blocks = new ArrayList<>();
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    for (int at = 0; at + 8 <= bytes.length; at += 8) {
      long word = buffer.getLong(at);
      if (word >= 48 && word < bytes.length) {
        addresses.add(at);
        blocks.add((int) word);
      }
      if (SIGNATURES.contains(new String(bytes, at, 4, StandardCharsets.ISO_8859_1))) {
        blocks.add(at);
      }
    }
    if (addresses.isEmpty()) {
      return Fields.anyBytes().apply(bytes, random);
    }
    if (random.nextInt(3) == 0) {
      byte[] changed = bytes.clone();
      int from = addresses.get(random.nextInt(addresses.size()));
      int to = addresses.get(random.nextInt(addresses.size()));
      System.arraycopy(bytes, from, changed, to, 8);
      return changed;
    }
    int at = blocks.get(random.nextInt(blocks.size())) + random.nextInt(REACH);
    return Fields.number(bytes, Math.min(at, bytes.length - 1), random);
  }
}
