package org.finetune4j.model;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import org.finetune4j.image.Image;
import org.finetune4j.picture.ImageDecoder;

/** What an application does with the library before it is stopped. */
public final class ClassLoaderGuest {
  private ClassLoaderGuest() {}

  /** Predicts one picture and a batch, which starts threads, and closes the classifier. */
  public static void use(String classifier, String picture) throws IOException {
    try (ImageClassifier loaded = ImageClassifier.loader().threads(2).load(Path.of(classifier))) {
      loaded.predict(Path.of(picture), 1);
      Image image = ImageDecoder.standard().decode(Path.of(picture));
      loaded.predictAll(Collections.nCopies(16, image), 1);
    }
  }
}
