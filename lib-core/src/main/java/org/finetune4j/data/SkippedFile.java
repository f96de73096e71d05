package org.finetune4j.data;

import java.nio.file.Path;

/**
 * A file that was found beside the pictures of a dataset and left out.
 *
 * @param path the file
 * @param reason why
 */
public record SkippedFile(Path path, Reason reason) {
  /** Why a file is not part of a dataset. */
  public enum Reason {
    /** Its name begins with a dot, or the file system marks it as hidden. */
    HIDDEN,
    /** It has no bytes. */
    EMPTY,
    /** Its first bytes are not those of a supported image format. */
    NOT_AN_IMAGE,
    /** It lies beside the class folders, not in one. */
    OUTSIDE_CLASS_FOLDERS,
    /** It begins like an image, but cannot be decoded. */
    UNREADABLE
  }
}
