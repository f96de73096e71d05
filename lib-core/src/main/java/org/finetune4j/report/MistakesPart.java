package org.finetune4j.report;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.finetune4j.data.ImageDataset;
import org.finetune4j.data.LabeledImage;
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
    List<Mistake> mistakes = evaluation.mistakes(most);
    if (mistakes.isEmpty()) {
      page.paragraph("There is none.");
      return;
    }
    Labels labels = evaluation.labels();
    List<HtmlPage.Thumbnail> thumbnails = new ArrayList<>();
    for (Mistake mistake : mistakes) {
      LabeledImage picture = pictures.get(mistake.index());
      thumbnails.add(
          new HtmlPage.Thumbnail(
              picture.decode(decoder),
              List.of(
                  String.format(
                      Locale.ROOT,
                      "%s, %.1f %% sure",
                      labels.name(mistake.predicted()),
                      100 * mistake.probability()),
                  "is " + labels.name(mistake.truth()),
                  picture.name())));
    }
    page.thumbnails(thumbnails);
  }
}
