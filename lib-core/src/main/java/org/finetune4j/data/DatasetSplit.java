package org.finetune4j.data;

/**
 * Three disjoint parts of a dataset with the same labels.
 *
 * @param train what is learned from
 * @param validation what settings and epochs are chosen on
 * @param test what nothing is chosen on; may be empty
 */
public record DatasetSplit(ImageDataset train, ImageDataset validation, ImageDataset test) {
  /** Returns for example {@code train 1600, validation 200, test 200 pictures of 2 classes}. */
  @Override
  public String toString() {
    return "train "
        + train.size()
        + ", validation "
        + validation.size()
        + ", test "
        + test.size()
        + " pictures of "
        + train.labels().size()
        + " classes";
  }
}
