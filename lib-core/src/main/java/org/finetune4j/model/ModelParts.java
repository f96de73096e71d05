package org.finetune4j.model;

import org.finetune4j.data.ImageDecoder;
import org.finetune4j.engine.onnx.OnnxSession;
import org.finetune4j.engine.onnx.RuntimeOptions;
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
    definition.network().tensors().forEach(spec -> own.put(spec.name(), weights.get(spec.name())));
    Weights checked = own.build();
    ClassifierRules.check(definition.network(), checked);
    return of(definition, new Parameters.Floats(checked));
  }

  /** Makes the inside of a model in eight bits. */
  static ModelParts rounded(ClassifierDefinition definition, Weights weights, EightBits how) {
    return of(
        definition,
        new Parameters.Integers(how, how.quantization().apply(definition.network(), weights)));
  }

  private static ModelParts of(ClassifierDefinition definition, Parameters parameters) {
    ClassifierRules.check(definition);
    return new ModelParts(
        definition,
        parameters,
        parameters.open(definition.network(), RuntimeOptions.serving()),
        TestTimeAugmentation.none(),
        ImageDecoder.standard());
  }

  ModelParts with(TestTimeAugmentation views) {
    return new ModelParts(definition, parameters, session, views, decoder);
  }

  ModelParts with(ClassifierDefinition other) {
    return new ModelParts(other, parameters, session, augmentation, decoder);
  }
}
