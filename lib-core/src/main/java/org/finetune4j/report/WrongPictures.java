package org.finetune4j.report;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.finetune4j.data.ImageDataset;
import org.finetune4j.data.LabeledImage;
import org.finetune4j.html.HtmlPage;
import org.finetune4j.picture.ImageDecoder;

/**
 * Pictures that were answered wrong, each with what was said of it, what is right, and its name.
 */
final class WrongPictures {
  private final ImageDataset pictures;
  private final ImageDecoder decoder;
  private final List<HtmlPage.Thumbnail> thumbnails = new ArrayList<>();

  WrongPictures(ImageDataset pictures, ImageDecoder decoder) {
    this.pictures = pictures;
    this.decoder = decoder;
  }

  void add(int index, String said, String right) throws IOException {
    LabeledImage picture = pictures.get(index);
    thumbnails.add(
        new HtmlPage.Thumbnail(picture.decode(decoder), List.of(said, right, picture.name())));
  }

  void write(HtmlPage page) {
    if (thumbnails.isEmpty()) {
      page.paragraph("There is none.");
    } else {
      page.thumbnails(thumbnails);
    }
  }
}
