package org.finetune4j.hostile;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * A kind of file that comes from outside, and who reads it.
 *
 * @param name for reports
 * @param count of the files; 0 where more can always be made
 * @param source gives the files
 * @param reader reads them, and uses what it has read
 */
record Subject(String name, int count, Source source, Reader reader) {
  /** Gives the bytes of one file, or of a few that belong together, by name. */
  @FunctionalInterface
  interface Source {
    Map<String, byte[]> files(int number, SplittableRandom random) throws IOException;
  }

  /**
   * Makes a subject of sound files and of what changes them.
   *
   * @param originals the bytes of one file, or of a few that belong together, by name
   * @param change makes a hostile one of a sound one
   */
  Subject(String name, List<Map<String, byte[]>> originals, Change change, Reader reader) {
    this(
        name,
        0,
        (number, random) -> change.apply(originals.get(random.nextInt(originals.size())), random),
        reader);
  }

  /** Returns a subject of files that were thought out one by one, in turn. */
  static Subject crafted(String name, Crafted cases, Reader reader) {
    return new Subject(name, cases.count(), (number, random) -> cases.get(number), reader);
  }

  /** Changes the files of one original. */
  @FunctionalInterface
  interface Change {
    Map<String, byte[]> apply(Map<String, byte[]> files, SplittableRandom random);

    /** Returns a change of one of the files at a time. */
    static Change of(Mutation mutation) {
      return (files, random) -> {
        Map<String, byte[]> changed = new LinkedHashMap<>(files);
        String name = List.copyOf(files.keySet()).get(random.nextInt(files.size()));
        changed.computeIfPresent(name, (key, bytes) -> mutation.apply(bytes, random));
        return changed;
      };
    }
  }

  /** Reads files. */
  @FunctionalInterface
  interface Reader {
    /**
     * Reads and uses the files in a folder.
     *
     * @throws IOException if they are refused
     */
    void read(Path folder) throws IOException;
  }
}
