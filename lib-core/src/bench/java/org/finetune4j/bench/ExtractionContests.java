package org.finetune4j.bench;

import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import java.awt.Color;
import java.awt.GradientPaint;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import javax.imageio.ImageIO;
import org.finetune4j.backbone.Architecture;
import org.finetune4j.backbone.PretrainedBackbone;
import org.finetune4j.backbone.RandomBackbone;
import org.finetune4j.bench.Contest.Rival;
import org.finetune4j.data.ImageDataset;
import org.finetune4j.data.LabeledImage;
import org.finetune4j.feature.FeatureExtractor;
import org.finetune4j.target.Labels;

/** Whether photos are read and prepared as fast as the network takes them. */
final class ExtractionContests {
  private static final int PHOTOS = 64;
  private static final int BATCH = 32;

  private ExtractionContests() {}

  static List<Contest> all() {
    return List.of(extraction(Architecture.VGG16, 150), extraction(Architecture.RESNET50, 224));
  }

  private static Contest extraction(Architecture architecture, int side) {
    return Contest.of(
        "extraction-" + architecture.name().toLowerCase(Locale.ROOT),
        architecture + " features of " + PHOTOS + " JPEG files of 500x375, at " + side + "x" + side,
        () -> fromFiles(architecture, side),
        new Rival(
            "the network alone, tensors ready",
            new Target.NotLonger(1.1, 0),
            () -> networkAlone(architecture, side)));
  }

  private static Side fromFiles(Architecture architecture, int side) throws IOException {
    Path folder = Files.createTempDirectory("bench");
    ImageDataset photos = photos(folder);
    PretrainedBackbone backbone = RandomBackbone.of(architecture, side);
    FeatureExtractor extractor = FeatureExtractor.builder(backbone).batchSize(BATCH).build();
    return Side.repeating(
        () -> {
          try {
            extractor.extract(photos);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        },
        () -> {
          backbone.close();
          delete(folder);
        });
  }

  private static Side networkAlone(Architecture architecture, int side) {
    PretrainedBackbone backbone = RandomBackbone.of(architecture, side);
    FloatBuffer pixels = Pixels.batch(BATCH, side);
    List<String> layer = List.of(backbone.featureLayer());
    return Side.repeating(
        () -> {
          for (int i = 0; i < PHOTOS; i += BATCH) {
            backbone.activations(layer, BATCH, pixels);
          }
        },
        backbone::close);
  }

  private static ImageDataset photos(Path folder) throws IOException {
    List<LabeledImage> photos = new ArrayList<>();
    for (int i = 0; i < PHOTOS; i++) {
      Path file = folder.resolve(i + ".jpg");
      ImageIO.write(photo(new Random(i)), "jpg", file.toFile());
      photos.add(LabeledImage.of(file, i % 2));
    }
    return ImageDataset.of(Labels.of("even", "odd"), photos);
  }

  /** Shades and a thousand edges: about as much to decode as in a photo. */
  private static BufferedImage photo(Random random) {
    BufferedImage image = new BufferedImage(500, 375, BufferedImage.TYPE_INT_RGB);
    Graphics2D canvas = image.createGraphics();
    canvas.setPaint(new GradientPaint(0, 0, color(random), 500, 375, color(random)));
    canvas.fillRect(0, 0, 500, 375);
    for (int i = 0; i < 1000; i++) {
      canvas.setPaint(color(random));
      canvas.fillOval(random.nextInt(500), random.nextInt(375), 20, 10);
    }
    canvas.dispose();
    return image;
  }

  private static Color color(Random random) {
    return new Color(random.nextInt(1 << 24));
  }

  private static void delete(Path folder) {
    try {
      MoreFiles.deleteRecursively(folder, RecursiveDeleteOption.ALLOW_INSECURE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
