package org.finetune4j.examples;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.Polygon;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.finetune4j.augment.Augmentation;
import org.finetune4j.image.Image;
import org.finetune4j.picture.ContactSheet;
import org.finetune4j.picture.ImageEncoder;

/**
 * Draws the pictures of the tutorial's pages anew: a cat of our own, so that no photo of anybody is
 * published, and the networks.
 */
public final class TutorialPictures {
  private static final int SIDE = 96;

  private TutorialPictures() {}

  /** Runs the program; see {@code --help}. */
  public static void main(String[] arguments) throws IOException {
    Optional<ExampleOptions> options =
        ExampleOptions.describe(
                "Draws the pictures of the tutorial's pages anew.", Path.of("docs", "tutorial"))
            .parse(arguments);
    if (options.isPresent()) {
      draw(options.get().out());
    }
  }

  /** Writes {@code augmentation.png} and {@code convnet.svg}; equal bytes every time. */
  static void draw(Path folder) throws IOException {
    Files.createDirectories(folder);
    ContactSheet.Builder sheet = ContactSheet.builder().columns(6).cell(SIDE, SIDE).add(cat());
    for (int epoch = 0; epoch < 11; epoch++) {
      sheet.add(Augmentation.standard().apply(cat(), 42, epoch, 0));
    }
    ImageEncoder.save(sheet.build().image(), folder.resolve("augmentation.png"));
    Files.writeString(
        folder.resolve("convnet.svg"),
        FirstConvnet.convnet(true).toSvg("A first convnet"),
        StandardCharsets.UTF_8);
  }

  private static Image cat() {
    BufferedImage paper = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
    Graphics2D pen = paper.createGraphics();
    pen.setColor(new Color(0xbfd8e8));
    pen.fillRect(0, 0, SIDE, SIDE);
    pen.setColor(new Color(0x7a9a5b));
    pen.fillRect(0, 70, SIDE, SIDE - 70);
    pen.setColor(new Color(0xc77b30));
    pen.fillOval(26, 46, 46, 40);
    pen.fillOval(30, 22, 38, 34);
    pen.fillPolygon(new Polygon(new int[] {31, 33, 46}, new int[] {34, 10, 25}, 3));
    pen.fillPolygon(new Polygon(new int[] {52, 65, 67}, new int[] {25, 10, 34}, 3));
    pen.setStroke(new BasicStroke(6));
    pen.drawArc(60, 44, 26, 34, -90, 160);
    pen.setColor(new Color(0x2f5d2f));
    pen.fillOval(38, 33, 8, 8);
    pen.fillOval(53, 33, 8, 8);
    pen.setColor(new Color(0xe8a0a0));
    pen.fillPolygon(new Polygon(new int[] {46, 52, 49}, new int[] {44, 44, 48}, 3));
    pen.dispose();
    return ImageEncoder.toImage(paper);
  }
}
