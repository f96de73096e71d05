package org.finetune4j.doctor;

import java.util.List;

/**
 * One thing that is wrong.
 *
 * @param problem what kind of thing
 * @param pictures those it is about: a single one, or all that are alike
 * @param score how bad it is; larger is worse, comparable within a problem
 * @param detail for people
 */
public record Finding(
    Problem problem, List<ExaminedPicture> pictures, double score, String detail) {
  /** Copies the list. */
  public Finding {
    pictures = List.copyOf(pictures);
  }
}
