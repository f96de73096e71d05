package org.finetune4j.bench;

import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import com.luciad.imageio.webp.WebPImageWriterSpi;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;
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
  private static final Preprocessing WHOLE = Preprocessing.TF;
  private static final Preprocessing DRAFT = WHOLE.withReducingGap(2);

  /** Turns of half a second until Java's compiler has done with a decoder, a busy machine's too. */
  private static final int WARM_UPS = 10;

  private PictureContests() {}

  /** How photos are compressed. */
  private enum Kind {
    JPEG("JPEG"),
    PROGRESSIVE("progressive JPEG"),
    WEBP("WebP");

    private final String words;

    Kind(String words) {
      this.words = words;
    }
  }

  /** Files of one kind and size, which lie in a folder of their own. */
  private record Photos(Kind kind, int count, int width, int height) {
    static Photos large(Kind kind, int count) {
      return new Photos(kind, count, 4000, 3000);
    }

    @Override
    public String toString() {
      return count + " " + kind.words + " files of " + width + "x" + height;
    }
  }

  static List<Contest> all() {
    return List.of(
        tensors("pictures-500x375", new Photos(Kind.JPEG, 16, 500, 375), WHOLE, 1),
        tensors("pictures-500x375-webp", new Photos(Kind.WEBP, 16, 500, 375), WHOLE, 1.2),
        tensors("pictures-12mp", Photos.large(Kind.JPEG, 4), WHOLE, 1),
        tensors("pictures-12mp-draft", Photos.large(Kind.JPEG, 4), DRAFT, 1),
        tensors("pictures-12mp-progressive", Photos.large(Kind.PROGRESSIVE, 4), DRAFT, 1.3),
        tensors("pictures-12mp-webp", Photos.large(Kind.WEBP, 4), WHOLE, 1.2),
        resize("pictures-resize", WHOLE),
        resize("pictures-resize-draft", DRAFT),
        folder(WHOLE, "whole"),
        folder(DRAFT, "draft"));
  }

  private static String how(Preprocessing preprocessing) {
    return preprocessing.reducingGap().isPresent() ? "reducing gap 2" : "whole";
  }

  private static Contest tensors(
      String name, Photos photos, Preprocessing preprocessing, double factor) {
    boolean draft = preprocessing.reducingGap().isPresent();
    return Contest.of(
            name,
            photos + " to 224x224, one thread, " + how(preprocessing),
            () -> ours(photos, preprocessing),
            new Rival(
                "Pillow", new Target.NotLonger(factor, 0), () -> peer("tensors", photos, draft)))
        .withWarmUps(WARM_UPS);
  }

  private static Side ours(Photos photos, Preprocessing preprocessing) throws IOException {
    Folder folder = Folder.of(photos);
    ImageDecoder decoder = preprocessing.decoder(ImageDecoder.standard(), INPUT);
    float[] tensor = new float[INPUT.samples(3)];
    return Side.repeating(
        () -> {
          for (Path file : folder.files) {
            try {
              preprocessing.toFloats(decoder.decode(file), INPUT, tensor, 0);
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          }
        },
        folder::close);
  }

  private static Contest resize(String name, Preprocessing preprocessing) {
    boolean draft = preprocessing.reducingGap().isPresent();
    return Contest.of(
            name,
            "a decoded picture of 4000x3000 to 224x224, one thread, " + how(preprocessing),
            () -> resizing(preprocessing),
            new Rival(
                "Pillow",
                new Target.NotLonger(1, 0),
                () -> peer("resize", Photos.large(Kind.JPEG, 1), draft)))
        .withWarmUps(WARM_UPS);
  }

  private static Side resizing(Preprocessing preprocessing) throws IOException {
    try (Folder folder = Folder.of(Photos.large(Kind.JPEG, 1))) {
      Image image = ImageDecoder.standard().decode(folder.files.get(0));
      float[] tensor = new float[INPUT.samples(3)];
      return Side.repeating(() -> preprocessing.toFloats(image, INPUT, tensor, 0), () -> {});
    }
  }

  private static Contest folder(Preprocessing preprocessing, String name) {
    Photos photos = Photos.large(Kind.JPEG, 16);
    boolean draft = preprocessing.reducingGap().isPresent();
    return Contest.of(
            "photos-mobilenetv2-" + name,
            "MOBILENET_V2 features of " + photos + ", " + how(preprocessing),
            () -> features(photos, preprocessing),
            new Rival(
                "PyTorch, files by Pillow in two processes",
                new Target.NotLonger(1, 0),
                () -> peer("features", photos, draft)),
            new Rival(
                "decoding alone, two threads",
                new Target.NotLonger(1.1, 0),
                () -> decoding(photos, preprocessing)))
        .withWarmUps(2)
        .withRounds(5);
  }

  private static Side features(Photos photos, Preprocessing preprocessing) throws IOException {
    Folder folder = Folder.of(photos);
    List<LabeledImage> images =
        IntStream.range(0, folder.files.size())
            .mapToObj(i -> LabeledImage.of(folder.files.get(i), i % 2))
            .toList();
    ImageDataset dataset = ImageDataset.of(Labels.of("even", "odd"), images);
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
          folder.close();
        });
  }

  /** What no network could be faster than. */
  private static Side decoding(Photos photos, Preprocessing preprocessing) throws IOException {
    Folder folder = Folder.of(photos);
    ImageDecoder decoder = preprocessing.decoder(ImageDecoder.standard(), INPUT);
    return Side.repeating(
        () ->
            folder.files.parallelStream()
                .forEach(
                    file -> {
                      try {
                        float[] tensor = new float[INPUT.samples(3)];
                        preprocessing.toFloats(decoder.decode(file), INPUT, tensor, 0);
                      } catch (IOException e) {
                        throw new UncheckedIOException(e);
                      }
                    }),
        folder::close);
  }

  private static Side peer(String job, Photos photos, boolean draft) throws IOException {
    Folder folder = Folder.of(photos);
    Side python = PythonPeer.start(job + (draft ? "-draft" : "") + "@" + folder.path);
    return new Side() {
      @Override
      public double turn() {
        return python.turn();
      }

      @Override
      public void close() {
        python.close();
        folder.close();
      }
    };
  }

  /**
   * Photos that are made: shapes of a few pixels made large, and a sensor's noise, about as much to
   * decode as a photo. They stay where {@code bench.photos} says, or go at the end.
   */
  private record Folder(Path path, List<Path> files, boolean stays) implements AutoCloseable {
    static Folder of(Photos photos) throws IOException {
      boolean stays = !Settings.PHOTOS.isEmpty();
      Path folder =
          stays
              ? Files.createDirectories(
                  Path.of(Settings.PHOTOS, photos.toString().replace(' ', '-')))
              : Files.createTempDirectory("bench");
      List<Path> files = new ArrayList<>();
      for (int i = 0; i < photos.count(); i++) {
        Path file = folder.resolve(i + ".photo");
        if (!Files.exists(file)) {
          Files.write(file, encoded(picture(i, photos), photos.kind()));
        }
        files.add(file);
      }
      return new Folder(folder, files, stays);
    }

    @Override
    public void close() {
      if (!stays) {
        try {
          MoreFiles.deleteRecursively(path, RecursiveDeleteOption.ALLOW_INSECURE);
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    }
  }

  private static Image picture(int seed, Photos photos) {
    Random random = new Random(seed);
    byte[] few = new byte[48 * 36 * 3];
    random.nextBytes(few);
    ImageSize size = new ImageSize(photos.width(), photos.height());
    byte[] samples = Resize.squash(Image.of(48, 36, few), size, Interpolation.BICUBIC).rgb();
    for (int k = 0; k < samples.length; k++) {
      int noisy = (samples[k] & 0xFF) + (int) Math.round(random.nextGaussian() * 3);
      samples[k] = (byte) Math.max(0, Math.min(255, noisy));
    }
    return Image.of(photos.width(), photos.height(), samples);
  }

  private static byte[] encoded(Image image, Kind kind) throws IOException {
    if (kind == Kind.JPEG) {
      return ImageEncoder.jpeg(image, 0.9);
    }
    ImageWriter writer =
        kind == Kind.WEBP
            ? new WebPImageWriterSpi().createWriterInstance()
            : ImageIO.getImageWritersByFormatName("jpeg").next();
    ImageWriteParam parameters = writer.getDefaultWriteParam();
    if (kind == Kind.PROGRESSIVE) {
      parameters.setProgressiveMode(ImageWriteParam.MODE_DEFAULT);
      parameters.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
      parameters.setCompressionQuality(0.9f);
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ImageOutputStream out = ImageIO.createImageOutputStream(bytes)) {
      writer.setOutput(out);
      writer.write(null, new IIOImage(ImageEncoder.toBufferedImage(image), null, null), parameters);
    } finally {
      writer.dispose();
    }
    return bytes.toByteArray();
  }
}
