package org.finetune4j.examples;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.finetune4j.backbone.Architecture;
import org.finetune4j.image.ImageSize;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/**
 * What examples are run on in quick mode: generated pictures (squares are cats, discs are dogs), a
 * ResNet50 and a small MobileNetV2 of random numbers.
 */
abstract class QuickExamples {
  @TempDir static Path weights;
  @TempDir Path folder;

  @BeforeAll
  static void writeWeights() throws IOException {
    GeneratedWeights.write(
        Architecture.RESNET50.network(ImageSize.square(224), true), weights.resolve("resnet50"));
    GeneratedWeights.write(
        Architecture.MOBILENET_V2.network(ImageSize.square(224), 0.35, false),
        weights.resolve("mobilenet"));
  }

  final String[] arguments(String... more) {
    Stream<String> common =
        Stream.of(
            "--quick",
            "--data",
            folder.resolve("photos").toString(),
            "--out",
            folder.resolve("out").toString(),
            "--weights",
            weights.resolve("resnet50/model.json").toString());
    return Stream.concat(common, Stream.of(more)).toArray(String[]::new);
  }

  /** The main method of an example. */
  interface Program {
    void run(String[] arguments) throws IOException;
  }

  /** Runs an example, and returns what it prints. */
  static String printedBy(Program program, String[] arguments) throws IOException {
    PrintStream out = System.out;
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
    try {
      program.run(arguments);
    } finally {
      System.setOut(out);
    }
    return printed.toString(StandardCharsets.UTF_8);
  }

  static String mobileNet() {
    return weights.resolve("mobilenet/model.json").toString();
  }

  /** Names for ImageNet's classes, whose own come from the network. */
  final String thousandClasses() throws IOException {
    Path labels = folder.resolve("labels.txt");
    Files.write(labels, IntStream.range(0, 1000).mapToObj(i -> "class " + i).toList());
    return labels.toString();
  }

  /** One picture a row, as the CIFAR-10 sheets are; airplanes are among them, to be left out. */
  final void cifar(String sheet, String labelFile, int pictures) throws IOException {
    Path place = Files.createDirectories(folder.resolve("photos"));
    BufferedImage rows = new BufferedImage(1024, pictures, BufferedImage.TYPE_INT_RGB);
    int[] classes = {0, 1, 2, 3, 5, 4, 6, 7, 8, 9};
    int[] labels = new int[pictures];
    Random random = new Random(pictures);
    for (int i = 0; i < pictures; i++) {
      labels[i] = classes[i % classes.length];
      for (int x = 0; x < 1024; x++) {
        rows.setRGB(x, i, (labels[i] * 0x102030) ^ random.nextInt(64));
      }
    }
    ImageIO.write(rows, "png", place.resolve(sheet).toFile());
    Files.writeString(place.resolve(labelFile), Arrays.toString(labels));
  }

  /** Noise as large as MNIST's digits, in its two files. */
  final void digits(String part, int count) throws IOException {
    Path place = Files.createDirectories(folder.resolve("photos"));
    byte[] pixels = new byte[count * 28 * 28];
    new Random(count).nextBytes(pixels);
    ByteBuffer images = ByteBuffer.allocate(16 + pixels.length);
    images.putInt(0x0803).putInt(count).putInt(28).putInt(28).put(pixels);
    ByteBuffer labels = ByteBuffer.allocate(8 + count).putInt(0x0801).putInt(count);
    for (int i = 0; i < count; i++) {
      labels.put((byte) (i % 10));
    }
    Files.write(place.resolve(part + "-images-idx3-ubyte"), images.array());
    Files.write(place.resolve(part + "-labels-idx1-ubyte"), labels.array());
  }

  final void photos(String name, int each) throws IOException {
    Random random = new Random(each);
    for (String animal : new String[] {"cats", "dogs"}) {
      Path place = Files.createDirectories(folder.resolve(name).resolve(animal));
      for (int i = 0; i < each; i++) {
        BufferedImage picture = new BufferedImage(80, 70, BufferedImage.TYPE_INT_RGB);
        Graphics2D pen = picture.createGraphics();
        pen.setColor(new Color(random.nextInt(0x1000000)));
        int size = 20 + random.nextInt(30);
        if (animal.equals("cats")) {
          pen.fillRect(random.nextInt(20), 5, size, size);
        } else {
          pen.fillOval(random.nextInt(20), 5, size, size);
        }
        pen.dispose();
        ImageIO.write(picture, "png", place.resolve(i + ".png").toFile());
      }
    }
  }
}
