package org.finetune4j.data;

import java.nio.file.Path;
import java.util.Locale;

/**
 * A file that was found beside the pictures of a dataset and left out.
 *
 * @param path the file
 * @param reason why
 * @param explanation for people, for example {@code HEIC, cannot be read here}
 */
public record SkippedFile(Path path, Reason reason, String explanation) {
  /** Makes one whose reason says it all. */
  public SkippedFile(Path path, Reason reason) {
    this(path, reason, reason.name().toLowerCase(Locale.ROOT).replace('_', ' '));
  }

  /** Why a file is not part of a dataset. */
  public enum Reason {
    /**
     * Its name begins with a dot, the file system marks it as hidden, or it is the system's own.
     */
    HIDDEN,
    /** It has no bytes. */
    EMPTY,
    /** Its first bytes are not those of a supported image format. */
    NOT_AN_IMAGE,
    /** It is a picture in a format that is not read here, for example HEIC. */
    FORMAT_NOT_READ,
    /** It lies beside the class folders, not in one. */
    OUTSIDE_CLASS_FOLDERS,
    /** It begins like an image, but cannot be decoded. */
    UNREADABLE,
    /** A list names it, but it is not there. */
    MISSING,
    /** A list gives it a label that is not among the known ones. */
    UNKNOWN_LABEL
  }
}
