package org.finetune4j.doctor;

/**
 * A picture that was looked at.
 *
 * @param part the part of the data it stands in: {@code train}, {@code validation}, {@code test},
 *     or {@code data}
 * @param index its place there, from 0
 * @param name its name
 * @param label its class, tags or numbers, as text
 */
public record ExaminedPicture(String part, int index, String name, String label) {
  /** Returns for example {@code train/12 cats (cats/cat.12.jpg)}. */
  @Override
  public String toString() {
    return part + "/" + index + " " + label + " (" + name + ")";
  }
}
