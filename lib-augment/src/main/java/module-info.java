/** Images and their augmentation: pixels in, pixels out, no dependency. */
module org.finetune4j.augment {
  exports org.finetune4j.augment;
  exports org.finetune4j.image;
  exports org.finetune4j.random;
}
