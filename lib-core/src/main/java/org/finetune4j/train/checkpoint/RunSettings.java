package org.finetune4j.train.checkpoint;

import com.google.common.collect.HashMultiset;
import com.google.common.collect.Multiset;
import com.google.common.collect.Multisets;
import com.google.common.hash.Hashing;
import java.io.IOException;
import java.lang.reflect.Modifier;
import java.lang.reflect.RecordComponent;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.finetune4j.data.ImageDataset;
import org.finetune4j.data.PictureHashes;

/**
 * All that decides a run, by name: a checkpoint of a run that was decided otherwise is refused, and
 * the refusal says in what they differ. Immutable.
 */
public final class RunSettings {
  /** Before the hash of what is too long to be shown. */
  private static final String HASH = "sha256:";

  /** Before eight bytes for each picture with its answer, in order. */
  private static final String PICTURES = "pictures:";

  /** More are told apart, but not counted: a checkpoint would become large. */
  private static final int MOST_PICTURES = 1_000_000;

  private static final int LONGEST_SHOWN = 300;

  private final Map<String, String> values;

  private RunSettings(Map<String, String> values) {
    this.values = values;
  }

  /** Returns the settings of a run of which nothing is known yet. */
  public static RunSettings none() {
    return new RunSettings(Map.of());
  }

  /** Returns what was read from a file. */
  static RunSettings read(Map<String, String> values) {
    return new RunSettings(values);
  }

  /** Returns all values by name, in order, as they are written. */
  Map<String, String> values() {
    return values;
  }

  /** Returns these settings and one more, which people can read. */
  public RunSettings with(String name, String value) {
    Map<String, String> more = new LinkedHashMap<>(values);
    more.put(name, value);
    return new RunSettings(more);
  }

  /** Returns these settings and one more, of which only is told whether it is the same. */
  public RunSettings withHash(String name, String text) {
    return with(name, HASH + Hashing.sha256().hashString(text, StandardCharsets.UTF_8));
  }

  /**
   * Returns these settings and those of a value: its components by name, and theirs.
   *
   * @param prefix before each name
   */
  public RunSettings withAll(String prefix, Record value) {
    RunSettings all = this;
    for (RecordComponent component : value.getClass().getRecordComponents()) {
      all = all.withAny(prefix + component.getName(), valueOf(component, value));
    }
    return all;
  }

  private RunSettings withAny(String name, Object value) {
    if (value instanceof Optional<?> optional) {
      return optional.isPresent() ? withAny(name, optional.get()) : with(name, "none");
    }
    if (value instanceof Record record && Modifier.isPublic(value.getClass().getModifiers())) {
      return with(name, value.getClass().getSimpleName()).withAll(name + ".", record);
    }
    return with(name, value.toString());
  }

  private static Object valueOf(RecordComponent component, Record value) {
    try {
      return component.getAccessor().invoke(value);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("Components of public records can be read.", e);
    }
  }

  /**
   * Returns these settings and the pictures of a dataset with their answers.
   *
   * @param hashes of all pictures of the run
   * @throws IOException if a picture cannot be read
   */
  public RunSettings with(String name, ImageDataset pictures, PictureHashes hashes)
      throws IOException {
    if (pictures.size() > MOST_PICTURES) {
      return with(name, HASH + hashes.fingerprint(pictures));
    }
    byte[] digests = new byte[pictures.size() * Long.BYTES];
    ByteBuffer all = ByteBuffer.wrap(digests);
    List<String> known = hashes.of(pictures);
    for (int i = 0; i < known.size(); i++) {
      String answered = pictures.get(i).target() + "\n" + known.get(i);
      all.putLong(Hashing.sha256().hashString(answered, StandardCharsets.UTF_8).asLong());
    }
    return with(name, PICTURES + Base64.getEncoder().encodeToString(digests));
  }

  /** Returns in what these settings differ from those of another run, in words. */
  List<String> differencesFrom(RunSettings before) {
    Set<String> names = new LinkedHashSet<>(values.keySet());
    names.addAll(before.values.keySet());
    List<String> differences = new ArrayList<>();
    List<String> told = new ArrayList<>();
    for (String name : names) {
      String was = before.values.getOrDefault(name, "not set");
      String is = values.getOrDefault(name, "not set");
      // Another kind of optimizer has other components; that they differ says nothing more.
      if (!was.equals(is) && told.stream().noneMatch(name::startsWith)) {
        told.add(name + ".");
        differences.add(difference(name, was, is));
      }
    }
    return differences;
  }

  private static String difference(String name, String was, String is) {
    if (was.startsWith(PICTURES) && is.startsWith(PICTURES)) {
      return "the " + name + " differ: " + pictures(digests(was), digests(is));
    }
    if (is.startsWith(HASH) && was.startsWith(HASH)) {
      return "the " + name + (name.endsWith("s") ? " are others" : " is another");
    }
    return name + " was " + shown(was) + ", is now " + shown(is);
  }

  private static String pictures(Multiset<Long> was, Multiset<Long> is) {
    int added = Multisets.difference(is, was).size();
    int removed = Multisets.difference(was, is).size();
    return added + removed == 0
        ? "they have another order"
        : added + " added, " + removed + " removed";
  }

  private static Multiset<Long> digests(String value) {
    ByteBuffer bytes =
        ByteBuffer.wrap(Base64.getDecoder().decode(value.substring(PICTURES.length())));
    Multiset<Long> digests = HashMultiset.create();
    while (bytes.remaining() >= Long.BYTES) {
      digests.add(bytes.getLong());
    }
    return digests;
  }

  private static String shown(String value) {
    if (value.startsWith(PICTURES)) {
      return digests(value).size() + " pictures";
    }
    return value.length() <= LONGEST_SHOWN ? value : value.substring(0, LONGEST_SHOWN) + "...";
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof RunSettings that && values.equals(that.values);
  }

  @Override
  public int hashCode() {
    return values.hashCode();
  }

  @Override
  public String toString() {
    return values.toString();
  }
}
