package org.finetune4j.feature.pixel;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntFunction;
import org.finetune4j.data.Unreadable;
import org.finetune4j.feature.pixel.PixelBatches.ImageSource;
import org.finetune4j.image.Image;

/**
 * Pictures of which some may be unreadable: a blank one runs in their place until its numbers are
 * dropped, so that all others stay in their places. Thread-safe.
 */
public final class StandIns implements ImageSource {
  /** Of a size that every rule of resizing takes. */
  private static final Image BLANK = Image.gray(32, 32, new byte[32 * 32]);

  private final ImageSource pictures;
  private final Unreadable policy;
  private final Map<Integer, String> reasons = new ConcurrentHashMap<>();

  /**
   * Starts without any.
   *
   * @param policy whether an unreadable picture is replaced at all
   */
  public StandIns(ImageSource pictures, Unreadable policy) {
    this.pictures = pictures;
    this.policy = policy;
  }

  @Override
  public Image get(int index) throws IOException {
    try {
      return pictures.get(index);
    } catch (IOException e) {
      leaveOut(index, e);
      return BLANK;
    }
  }

  /**
   * Leaves a picture out.
   *
   * @throws IOException the reason, where the policy is to stop
   */
  public void leaveOut(int index, IOException reason) throws IOException {
    if (policy == Unreadable.STOP) {
      throw reason;
    }
    leaveOut(index, String.valueOf(reason.getMessage()));
  }

  /** Leaves a picture out that another one with the same bytes spoke for. */
  public void leaveOut(int index, String reason) {
    reasons.putIfAbsent(index, reason);
  }

  /** Returns why a picture was left out, if it was. */
  public Optional<String> reason(int index) {
    return Optional.ofNullable(reasons.get(index));
  }

  /** Returns the reasons so far, by picture, in order. */
  public Map<Integer, String> reasons() {
    return new TreeMap<>(reasons);
  }

  /**
   * Returns one sentence about what was left out, if anything was.
   *
   * @param count how many pictures there are
   * @param name of each
   * @throws IOException if nothing is left
   */
  public Optional<String> warning(int count, IntFunction<String> name) throws IOException {
    Map<Integer, String> left = reasons();
    if (left.isEmpty()) {
      return Optional.empty();
    }
    Map.Entry<Integer, String> first = left.entrySet().iterator().next();
    String example = name.apply(first.getKey()) + ": " + first.getValue();
    if (left.size() == count) {
      throw new IOException("None of " + count + " pictures can be read. The first, " + example);
    }
    String are = left.size() == 1 ? "is" : "are";
    return Optional.of(
        left.size()
            + " of "
            + count
            + " pictures cannot be read and "
            + are
            + " left out, first "
            + example);
  }
}
