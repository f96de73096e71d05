package org.finetune4j.bench;

import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.finetune4j.backbone.Architecture;
import org.finetune4j.backbone.PretrainedBackbone;
import org.finetune4j.backbone.RandomBackbone;
import org.finetune4j.bench.Contest.Rival;
import org.finetune4j.data.ImageDataset;
import org.finetune4j.data.LabeledImage;
import org.finetune4j.feature.FeatureExtractor;
import org.finetune4j.image.Image;
import org.finetune4j.image.ImageSize;
import org.finetune4j.image.Interpolation;
import org.finetune4j.image.Resize;
import org.finetune4j.picture.ImageDecoder;
import org.finetune4j.picture.ImageEncoder;
import org.finetune4j.preprocess.Preprocessing;
import org.finetune4j.target.Labels;

/** From picture files to tensors, beside Pillow; and a folder of a phone's photos to features. */
final class PictureContests {
  private static final ImageSize INPUT = ImageSize.square(224);
  private static final double GAP = 2;

  private PictureContests() {}

  static List<Contest> all() {
    return List.of(
        tensors("pictures-500x375", 16, 500, 375, Preprocessing.TF, 1),
        tensors("pictures-12mp", 4, 4000, 3000, Preprocessing.TF, 1),
        tensors("pictures-12mp-draft", 4, 4000, 3000, Preprocessing.TF.withReducingGap(GAP), 1),
        folder(Preprocessing.TF, "whole", 1),
        folder(Preprocessing.TF.withReducingGap(GAP), "draft", 1));
  }

  private static Contest tensors(
      String name, int count, int width, int height, Preprocessing preprocessing, double factor) {
    String draft = preprocessing.reducingGap().isPresent() ? ", reducing gap 2" : "";
    return Contest.of(
            name,
            count + " JPEG files of " + width + "x" + height + " to 224x224, one thread" + draft,
            () -> ours(count, width, height, preprocessing),
            new Rival(
                "Pillow",
                new Target.NotLonger(factor, 0),
                () -> peer("tensors", count, width, height, !draft.isEmpty())))
        .withWarmUps(3);
  }

  private static Side ours(int count, int width, int height, Preprocessing preprocessing)
      throws IOException {
    Path folder = Files.createTempDirectory("bench");
    List<Path> files = photos(folder, count, width, height);
    ImageDecoder decoder = preprocessing.decoder(ImageDecoder.standard(), INPUT);
    float[] tensor = new float[INPUT.samples(3)];
    return Side.repeating(
        () -> {
          for (Path file : files) {
            try {
              preprocessing.toFloats(decoder.decode(file), INPUT, tensor, 0);
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          }
        },
        () -> delete(folder));
  }

  private static Contest folder(Preprocessing preprocessing, String how, double factor) {
    int count = 16;
    return Contest.of(
            "photos-mobilenetv2-" + how,
            "MOBILENET_V2 features of " + count + " JPEG files of 4000x3000, " + how,
            () -> features(count, preprocessing),
            new Rival(
                "PyTorch, files by Pillow in two processes",
                new Target.NotLonger(factor, 0),
                () -> peer("features", count, 4000, 3000, how.equals("draft"))))
        .withRounds(3);
  }

  private static Side features(int count, Preprocessing preprocessing) throws IOException {
    Path folder = Files.createTempDirectory("bench");
    List<LabeledImage> photos = new ArrayList<>();
    for (Path file : photos(folder, count, 4000, 3000)) {
      photos.add(LabeledImage.of(file, photos.size() % 2));
    }
    ImageDataset dataset = ImageDataset.of(Labels.of("even", "odd"), photos);
    PretrainedBackbone backbone =
        RandomBackbone.of(Architecture.MOBILENET_V2, 224, false, preprocessing);
    FeatureExtractor extractor = FeatureExtractor.builder(backbone).batchSize(4).build();
    return Side.repeating(
        () -> {
          try {
            extractor.extract(dataset);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        },
        () -> {
          backbone.close();
          delete(folder);
        });
  }

  private static Side peer(String job, int count, int width, int height, boolean draft)
      throws IOException {
    Path folder = Files.createTempDirectory("bench");
    photos(folder, count, width, height);
    Side python = PythonPeer.start(job + (draft ? "-draft" : "") + "@" + folder);
    return new Side() {
      @Override
      public double turn() {
        return python.turn();
      }

      @Override
      public void close() {
        python.close();
        delete(folder);
      }
    };
  }

  /**
   * Shapes of a few pixels made large, and a sensor's noise: about as much to decode as a photo.
   */
  private static List<Path> photos(Path folder, int count, int width, int height)
      throws IOException {
    List<Path> files = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Random random = new Random(i);
      byte[] seed = new byte[48 * 36 * 3];
      random.nextBytes(seed);
      Image shapes =
          Resize.squash(
              Image.of(48, 36, seed), new ImageSize(width, height), Interpolation.BICUBIC);
      byte[] samples = shapes.rgb();
      for (int k = 0; k < samples.length; k++) {
        int noisy = (samples[k] & 0xFF) + (int) Math.round(random.nextGaussian() * 3);
        samples[k] = (byte) Math.max(0, Math.min(255, noisy));
      }
      Path file = folder.resolve(i + ".jpg");
      Files.write(file, ImageEncoder.jpeg(Image.of(width, height, samples), 0.9));
      files.add(file);
    }
    return files;
  }

  private static void delete(Path folder) {
    try {
      MoreFiles.deleteRecursively(folder, RecursiveDeleteOption.ALLOW_INSECURE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
