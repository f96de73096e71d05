package org.finetune4j.model;

import java.util.Optional;
import org.finetune4j.data.LabeledImage;

/**
 * What a model says of one of many pictures, or why it says nothing.
 *
 * @param picture the picture
 * @param answer what is said of it; empty if it cannot be read
 * @param problem why it cannot be read, for people; empty if it can
 * @param <P> the answer for one picture
 */
public record PictureOutcome<P>(LabeledImage picture, Optional<P> answer, String problem) {}
