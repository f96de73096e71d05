package org.finetune4j.examples;

import java.io.IOException;
import java.nio.file.Path;
import org.finetune4j.data.ImageDataset;

/**
 * The photos of the book: from a folder, or from their public address.
 *
 * @param train all that anything is learned or chosen from
 * @param test the folder {@code validation}, which is only tested on
 */
record CatsAndDogs(ImageDataset train, ImageDataset test) {
  static final String LAYOUT =
      "The folder of --data has train/cats, train/dogs, validation/cats and validation/dogs.";

  private static final int QUICK = 60;

  static CatsAndDogs load(ExampleOptions options) throws IOException {
    Path photos = options.data().isPresent() ? options.data().get() : download(options);
    ImageDataset train = ImageDataset.fromDirectory(photos.resolve("train"));
    ImageDataset test = ImageDataset.fromDirectory(photos.resolve("validation"), train.labels());
    return options.quick()
        ? new CatsAndDogs(some(train), some(test))
        : new CatsAndDogs(train, test);
  }

  private static Path download(ExampleOptions options) throws IOException {
    Path archive = options.store().get(ExampleData.CATS_AND_DOGS);
    return PhotoArchive.unpack(archive, options.out().resolve("photos"));
  }

  private static ImageDataset some(ImageDataset photos) {
    return photos.size() > QUICK
        ? photos.split((double) QUICK / photos.size(), 42).train()
        : photos;
  }

  @Override
  public String toString() {
    return "train " + train + ", test " + test;
  }
}
