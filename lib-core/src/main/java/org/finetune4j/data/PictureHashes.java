package org.finetune4j.data;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.finetune4j.image.Image;
import org.finetune4j.picture.ImageDecoder;
import org.finetune4j.pipeline.InParallel;
import org.finetune4j.target.Target;
import org.finetune4j.target.Task;

/**
 * The SHA-256 of the pictures of data sets: every file is read once, on all processors, for as long
 * as this object lives, which is one training or one extraction. For other packages of the library.
 * Thread-safe.
 */
public final class PictureHashes {
  private final ImageDecoder decoder;

  /** Data sets are equal only to themselves. */
  private final Map<ImageDataset, List<String>> known = new ConcurrentHashMap<>();

  /**
   * Knows no hash yet.
   *
   * @param decoder its limit of bytes holds
   */
  public PictureHashes(ImageDecoder decoder) {
    this.decoder = Objects.requireNonNull(decoder, "decoder");
  }

  /**
   * Returns {@link LabeledImage#sha256} of every picture, in order.
   *
   * @throws IOException if a file cannot be read, or has more bytes than the decoder takes
   */
  public List<String> of(ImageDataset images) throws IOException {
    List<String> hashes = known.get(Objects.requireNonNull(images, "images"));
    if (hashes == null) {
      hashes = computed(images);
      known.put(images, hashes);
    }
    return hashes;
  }

  private List<String> computed(ImageDataset images) throws IOException {
    return InParallel.map(images.images(), picture -> picture.sha256(decoder));
  }

  /**
   * Returns a SHA-256 over class names and picture contents in order, as {@link
   * ImageDataset#fingerprint}.
   *
   * @throws IOException if a file cannot be read, or has more bytes than the decoder takes
   */
  public String fingerprint(ImageDataset images) throws IOException {
    MessageDigest digest = LabeledImage.newSha256();
    List<String> hashes = of(Objects.requireNonNull(images, "images"));
    for (int i = 0; i < hashes.size(); i++) {
      Target target = images.get(i).target();
      Object answer =
          images.task() instanceof Task.Numbers ? target : images.task().describe(target);
      String line = answer + "\n" + hashes.get(i) + "\n";
      digest.update(line.getBytes(StandardCharsets.UTF_8));
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  /**
   * Returns the pixels of a picture, of the very bytes that its hash was taken from.
   *
   * @throws IOException if it cannot be read or decoded, or has changed since
   */
  public static Image decode(LabeledImage picture, String sha256, ImageDecoder decoder)
      throws IOException {
    Objects.requireNonNull(sha256, "sha256");
    LabeledImage read = picture.load(decoder);
    if (!read.sha256(decoder).equals(sha256)) {
      throw new IOException(
          picture.name()
              + " has changed since it was looked at. Start again when nothing writes into the"
              + " pictures any more.");
    }
    return read.decode(decoder);
  }
}
