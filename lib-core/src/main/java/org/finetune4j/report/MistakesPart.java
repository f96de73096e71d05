package org.finetune4j.report;

import java.io.IOException;
import java.util.Locale;
import org.finetune4j.data.ImageDataset;
import org.finetune4j.evaluate.Evaluation;
import org.finetune4j.evaluate.Mistake;
import org.finetune4j.html.HtmlPage;
import org.finetune4j.picture.ImageDecoder;
import org.finetune4j.target.Labels;

/** The pictures that were answered wrong with the most confidence. */
final class MistakesPart {
  private MistakesPart() {}

  static void write(
      HtmlPage page, Evaluation evaluation, ImageDataset pictures, ImageDecoder decoder, int most)
      throws IOException {
    page.section("The most confident mistakes");
    Labels labels = evaluation.labels();
    WrongPictures wrong = new WrongPictures(pictures, decoder);
    for (Mistake mistake : evaluation.mistakes(most)) {
      wrong.add(
          mistake.index(),
          String.format(
              Locale.ROOT,
              "%s, %.1f %% sure",
              labels.name(mistake.predicted()),
              100 * mistake.probability()),
          "is " + labels.name(mistake.truth()));
    }
    wrong.write(page);
  }
}
