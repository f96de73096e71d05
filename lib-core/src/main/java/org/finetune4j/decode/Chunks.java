package org.finetune4j.decode;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The chunks of a PNG or WebP file: a name of four letters, a length, content. */
final class Chunks {
  private final byte[] file;
  private final List<Chunk> all;
  private final int end;

  private Chunks(byte[] file, List<Chunk> all, int end) {
    this.file = file;
    this.all = all;
    this.end = end;
  }

  /** One of them. */
  record Chunk(String name, ByteRange content) {}

  /** Chunks that matter are few; a file of nothing but empty ones is none of a picture's. */
  private static final int MOST = 100_000;

  static Chunks ofPng(byte[] file) {
    return of(file, 8, ByteOrder.BIG_ENDIAN);
  }

  static Chunks ofWebP(byte[] file) {
    return of(file, 12, ByteOrder.LITTLE_ENDIAN);
  }

  /** PNG and RIFF order length and name differently. */
  private static Chunks of(byte[] file, int first, ByteOrder order) {
    ByteBuffer bytes = ByteBuffer.wrap(file).order(order);
    boolean png = order == ByteOrder.BIG_ENDIAN;
    List<Chunk> chunks = new ArrayList<>();
    long at = first;
    long end = first;
    boolean ended = false;
    while (!ended && at + 8 <= file.length && chunks.size() < MOST) {
      int header = (int) at;
      long length = bytes.getInt(png ? header : header + 4) & 0xFFFFFFFFL;
      String name = new String(file, png ? header + 4 : header, 4, StandardCharsets.US_ASCII);
      at += 8 + length + (png ? 4 : length & 1);
      if (header + 8 + length <= file.length) {
        chunks.add(new Chunk(name, new ByteRange(header + 8, (int) length)));
        end = Math.min(at, file.length);
      }
      ended = name.equals("IEND");
    }
    return new Chunks(file, chunks, (int) end);
  }

  /** Returns the contents of the chunks of this name, in order. */
  List<byte[]> named(String name) {
    return all.stream()
        .filter(it -> it.name().equals(name))
        .map(it -> it.content().copy(file))
        .toList();
  }

  /** Returns whether not all chunks were looked at. */
  boolean areTooMany() {
    return all.size() == MOST;
  }

  /** Returns the whole file. */
  byte[] file() {
    return file;
  }

  /** Returns the chunks that lie in the file whole, up to a PNG's end chunk. */
  List<Chunk> all() {
    return all;
  }

  /** Returns where they end: behind it lies nothing, part of a chunk, or what is none. */
  int end() {
    return end;
  }
}
