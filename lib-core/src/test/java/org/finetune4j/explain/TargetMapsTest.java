package org.finetune4j.explain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.finetune4j.testing.Near.near;

import java.io.IOException;
import java.util.Map;
import org.finetune4j.backbone.PretrainedBackbone;
import org.finetune4j.backbone.TinyBackbone;
import org.finetune4j.data.ImageDataset;
import org.finetune4j.feature.FeatureExtractor;
import org.finetune4j.head.ClassifierHead;
import org.finetune4j.image.Image;
import org.finetune4j.model.ImageModel;
import org.finetune4j.picture.ImageDecoder;
import org.finetune4j.testing.Bars;
import org.junit.jupiter.api.Test;

/** Maps of tags and numbers. */
class TargetMapsTest {
  private static ImageModel<?, ?> model(ImageDataset images) throws IOException {
    try (PretrainedBackbone backbone = TinyBackbone.of(1)) {
      FeatureExtractor extractor = FeatureExtractor.builder(backbone).build();
      return images.task().equals(Bars.TAGS)
          ? ClassifierHead.logisticRegression()
              .penalties(0.01)
              .build()
              .fit(extractor.extract(images))
              .tagger(extractor)
          : ClassifierHead.ridgeRegression()
              .penalties(0.01)
              .build()
              .fit(extractor.extract(images))
              .regressor(extractor);
    }
  }

  /** Behind a global average pooling and a linear head, both methods mean the same. */
  @Test
  void camAndGradCamAgree() throws IOException {
    for (Map.Entry<ImageDataset, String> it :
        Map.of(Bars.tagged(24, 1), "right", Bars.filled(24, 1), "level").entrySet()) {
      Image image = it.getKey().get(1).decode(ImageDecoder.standard());
      try (ImageModel<?, ?> model = model(it.getKey());
          ClassActivationMaps cam =
              ClassActivationMaps.builder(model).method(CamMethod.CAM).build();
          ClassActivationMaps gradCam = ClassActivationMaps.builder(model).build()) {
        HeatMap first = cam.of(image, it.getValue());
        HeatMap second = gradCam.of(image, it.getValue());
        assertThat(first.largest()).isPositive();
        assertThat(second.values()).satisfies(near(first.values(), 2e-4 * first.largest()));
        assertThatThrownBy(() -> cam.of(image, "rigth"))
            .isInstanceOf(IllegalArgumentException.class);
        assertThat(Activations.of(model, image, "head_predictions")).isNotNull();
      }
    }
  }

  @Test
  void scoreCamNeedsProbabilities() throws IOException {
    try (ImageModel<?, ?> tagger = model(Bars.tagged(24, 1));
        ImageModel<?, ?> regressor = model(Bars.filled(24, 1));
        ClassActivationMaps maps =
            ClassActivationMaps.builder(tagger).method(CamMethod.SCORE_CAM).build()) {
      Image image = Bars.tagged(24, 1).get(0).decode(ImageDecoder.standard());
      assertThat(maps.of(image, "left").width()).isPositive();
      assertThatThrownBy(
              () -> ClassActivationMaps.builder(regressor).method(CamMethod.SCORE_CAM).build())
          .hasMessageContaining("Score-CAM weighs by probabilities, but numbers have none");
    }
  }
}
