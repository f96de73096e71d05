package org.finetune4j.model;

import java.util.Map;
import org.finetune4j.engine.onnx.OnnxSession;
import org.finetune4j.engine.onnx.RuntimeOptions;
import org.finetune4j.model.bundle.ClassifierDefinition;
import org.finetune4j.model.bundle.ClassifierRules;
import org.finetune4j.model.bundle.Parameters;
import org.finetune4j.network.NearestNeighbors;
import org.finetune4j.picture.ImageDecoder;
import org.finetune4j.provenance.EightBits;
import org.finetune4j.uncertainty.NoveltyDetector;
import org.finetune4j.uncertainty.Uncertainty;
import org.finetune4j.weights.Weights;

/**
 * What is inside of every model of pictures.
 *
 * @param definition what it computes and means
 * @param parameters its numbers
 * @param session what runs; shared by all that were derived from one
 * @param augmentation how often and how each picture is looked at
 * @param decoder what reads picture files
 */
record ModelParts(
    ClassifierDefinition definition,
    Parameters parameters,
    OnnxSession session,
    TestTimeAugmentation augmentation,
    ImageDecoder decoder) {
  /** Reads no more of a picture than its preprocessing needs. */
  ModelParts {
    decoder = definition.preprocessing().decoder(decoder, definition.inputSize());
  }

  /** Makes the inside of a model that was trained or read elsewhere. */
  static ModelParts of(ClassifierDefinition definition, Weights weights) {
    Weights.Builder own = Weights.builder();
    definition.running().tensors().forEach(spec -> own.put(spec.name(), weights.get(spec.name())));
    Weights checked = own.build();
    ClassifierRules.check(definition.running(), checked);
    ClassifierRules.checkAnswers(definition, checked);
    return of(definition, new Parameters.Floats(checked));
  }

  /** Makes the inside of a model in eight bits. */
  static ModelParts rounded(ClassifierDefinition exact, Weights weights, EightBits how) {
    NearestNeighbors.refuseEightBits(exact.network());
    // What was calibrated for the exact answers does not hold for the rounded ones.
    ClassifierDefinition definition = exact.with(Uncertainty.none());
    return of(
        definition,
        new Parameters.Integers(
            new EightBits(how.quantization().saved(), how.report()),
            how.quantization().apply(definition.network(), weights)));
  }

  private static ModelParts of(ClassifierDefinition definition, Parameters parameters) {
    ClassifierRules.check(definition);
    return new ModelParts(
        definition,
        parameters,
        parameters.open(definition.running(), RuntimeOptions.serving()),
        TestTimeAugmentation.none(),
        ImageDecoder.standard());
  }

  /** What was calibrated for one view does not hold for several. */
  ModelParts with(TestTimeAugmentation views) {
    return new ModelParts(definition.with(Uncertainty.none()), parameters, session, views, decoder);
  }

  /**
   * Returns the same with a detector of new pictures, which needs native memory of its own.
   *
   * @throws IllegalStateException if the numbers are rounded
   */
  ModelParts with(NoveltyDetector detector) {
    if (parameters.rounding().isPresent()) {
      throw new IllegalStateException(
          "A model in eight bits gets no detector of new pictures. Keep the float32 model for them.");
    }
    ModelParts made =
        of(
            definition.with(definition.uncertainty().with(detector)),
            parameters.weights().with(detector.weights()));
    return new ModelParts(
        made.definition, made.parameters, made.session, TestTimeAugmentation.none(), decoder);
  }

  /** Refuses several views, for which nothing that is calibrated here would hold. */
  void requireOneView() {
    if (augmentation.views().size() > 1) {
      throw new IllegalStateException(
          "What is calibrated holds for one view of a picture. Calibrate the model without test-time"
              + " augmentation.");
    }
  }

  ModelParts with(Map<String, String> report) {
    return new ModelParts(
        definition, parameters.withReport(report), session, augmentation, decoder);
  }

  ModelParts with(ClassifierDefinition other) {
    return new ModelParts(other, parameters, session, augmentation, decoder);
  }
}
