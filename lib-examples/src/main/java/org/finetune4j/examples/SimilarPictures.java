package org.finetune4j.examples;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.finetune4j.backbone.Architecture;
import org.finetune4j.backbone.PretrainedBackbone;
import org.finetune4j.data.ImageDataset;
import org.finetune4j.data.LabeledImage;
import org.finetune4j.feature.FeatureExtractor;
import org.finetune4j.feature.SimilarityIndex;
import org.finetune4j.feature.SimilarityIndex.Match;
import org.finetune4j.picture.ContactSheet;
import org.finetune4j.picture.ImageDecoder;
import org.finetune4j.progress.Progress;

/** Which pictures of a folder are alike? Search by picture, without labels and training. */
public final class SimilarPictures {
  private static final int QUERIES = 5;
  private static final int ALIKE = 6;
  private static final int QUICK = 40;

  private SimilarPictures() {}

  /** Runs the example; see {@code --help}. */
  public static void main(String[] arguments) throws IOException {
    ExampleOptions.describe(
            "Finds the most similar pictures in a folder (of one folder per class).",
            Path.of("target", "similar-pictures"))
        .run(arguments, SimilarPictures::run);
  }

  private static void run(ExampleOptions options) throws IOException {
    ImageDataset all = ImageDataset.fromDirectory(options.requiredData("pictures lie"));
    ImageDataset pictures =
        options.quick() && all.size() > QUICK
            ? all.split((double) QUICK / all.size(), 42).train()
            : all;
    Path file = options.out().resolve("similar.index");
    index(pictures, options).save(file);

    // What was saved serves from here on, as it would in a program that only searches.
    SimilarityIndex index = SimilarityIndex.load(file);
    System.out.println(index + " in " + file);
    for (int i = 0; i < Math.min(QUERIES, pictures.size()); i++) {
      // Queries spread over the folder, so that every class is asked for.
      LabeledImage query = pictures.get(i * pictures.size() / QUERIES);
      List<Match> alike = index.nearestTo(query.name(), ALIKE);
      System.out.println(query.name());
      ContactSheet.Builder sheet =
          ContactSheet.builder().columns(ALIKE + 1).title("Most like " + query.name());
      sheet.add(query.decode(ImageDecoder.standard()), "query");
      for (Match match : alike) {
        String similarity = String.format(Locale.ROOT, "%.3f", match.similarity());
        System.out.println("  " + similarity + "  " + match.name());
        sheet.add(pictures.get(match.index()).decode(ImageDecoder.standard()), similarity);
      }
      sheet.build().save(options.out().resolve("query-" + (i + 1) + ".png"));
    }
  }

  private static SimilarityIndex index(ImageDataset pictures, ExampleOptions options)
      throws IOException {
    int side = options.quick() ? 64 : 224;
    try (PretrainedBackbone backbone =
        options.backbone(Architecture.RESNET50).inputSize(side, side).build()) {
      FeatureExtractor extractor =
          FeatureExtractor.builder(backbone)
              .cache(options.out().resolve("features"))
              .progress(Progress.console())
              .build();
      List<String> names = pictures.stream().map(LabeledImage::name).toList();
      return SimilarityIndex.of(names, extractor.extract(pictures));
    }
  }
}
