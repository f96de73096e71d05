package org.finetune4j.bench;

import java.util.List;
import java.util.function.UnaryOperator;
import org.finetune4j.augment.Augmentation;
import org.finetune4j.backbone.Architecture;
import org.finetune4j.backbone.PretrainedBackbone;
import org.finetune4j.backbone.RandomBackbone;
import org.finetune4j.bench.Contest.Rival;
import org.finetune4j.data.ImageDataset;
import org.finetune4j.feature.FeatureExtractor;
import org.finetune4j.feature.Pooling;
import org.finetune4j.finetune.FineTuner;
import org.finetune4j.head.ClassifierHead;
import org.finetune4j.head.TrainedHead;
import org.finetune4j.network.Network;
import org.finetune4j.network.Shape;
import org.finetune4j.optimize.BatchNormPolicy;
import org.finetune4j.optimize.Optimizer;
import org.finetune4j.train.NetworkTrainer;

/** Steps of fine-tuning and of training whole networks, everything from the picture on. */
final class TrainingContests {
  /** Java compiles the loops of a step during the first ten seconds of it; PyTorch has none. */
  private static final int WARM_UPS = 10;

  /** Pictures of 224x224 in a batch. */
  private static final int NET_BATCH = 16;

  private static final ClassifierHead BOOK_HEAD =
      ClassifierHead.builder().hidden(256).sigmoid().epochs(1).batchSize(20).build();
  private static final ClassifierHead SOFTMAX_HEAD =
      ClassifierHead.builder().epochs(1).batchSize(NET_BATCH).build();

  private TrainingContests() {}

  static List<Contest> all() {
    return List.of(
        contest(
            "vgg16-finetune",
            "VGG16 fine-tune step, trunk + block 5 + head, 150x150, batch 20",
            new Target.TimesAsFast(1.1),
            () -> vgg(tuner -> augmented(tuner).unfreezeFrom("block5_conv1"))),
        contest(
            "vgg16-finetune",
            "VGG16 fine-tune step, second and later epochs with boundary cache",
            new Target.TimesAsFast(3),
            () -> vgg(tuner -> tuner.unfreezeFrom("block5_conv1"))),
        contest(
            "resnet50-finetune",
            "RESNET50 fine-tune step from conv5, frozen statistics, 224x224, batch 16",
            new Target.TimesAsFast(1),
            () -> pooled(Architecture.RESNET50, it -> it.unfreezeFrom("conv5_block1_1_conv"))),
        contest(
            "mobilenetv2-finetune",
            "MOBILENET_V2 fine-tune step from block_13, frozen statistics, 224x224, batch 16",
            new Target.None(),
            () -> pooled(Architecture.MOBILENET_V2, it -> it.unfreezeFrom("block_13_expand"))),
        contest(
            "vittiny16-finetune",
            "VIT_TINY_16 fine-tune step from blocks.10, 224x224, batch 16",
            new Target.TimesAsFast(0.9),
            () -> tokens(Architecture.VIT_TINY_16)),
        contest(
            "vitsmall16-finetune",
            "VIT_SMALL_16 fine-tune step from blocks.10, 224x224, batch 16",
            new Target.TimesAsFast(0.9),
            () -> tokens(Architecture.VIT_SMALL_16)),
        contest(
                "vgg16-training",
                "VGG16 training step, whole network, 150x150, batch 20",
                new Target.TimesAsFast(0.9),
                () -> vgg(tuner -> augmented(tuner).unfreezeAll()))
            .withRounds(3)
            .withWarmUps(1),
        wholeWithBatchStatistics("resnet50-training", Architecture.RESNET50),
        wholeWithBatchStatistics("mobilenetv2-training", Architecture.MOBILENET_V2),
        contest(
            "convnet-training",
            "small convnet (4 conv + 2 dense) training step, 150x150, batch 20",
            new Target.TimesAsFast(0.9),
            TrainingContests::convnet));
  }

  private static Contest wholeWithBatchStatistics(String job, Architecture architecture) {
    return contest(
            job,
            architecture
                + " training step, whole network, batch statistics, 224x224, batch "
                + NET_BATCH,
            new Target.TimesAsFast(1),
            () ->
                pooled(
                    architecture,
                    tuner -> tuner.unfreezeAll().batchNorm(BatchNormPolicy.BATCH_STATISTICS)))
        .withRounds(3)
        .withWarmUps(5);
  }

  /** Pictures that change in every epoch, so that the trunk runs in every step. */
  private static FineTuner.Builder augmented(FineTuner.Builder tuner) {
    return tuner.augmentation(Augmentation.builder().horizontalFlip().build());
  }

  private static Contest contest(String job, String work, Target target, Contest.Opening ours) {
    Rival[] rivals =
        PythonPeer.isThere()
            ? new Rival[] {new Rival("PyTorch eager", target, () -> PythonPeer.start(job))}
            : new Rival[0];
    String name = work.contains("cache") ? "vgg16-cached" : job;
    return Contest.of(name, work, ours, rivals).withWarmUps(WARM_UPS);
  }

  private static Side vgg(UnaryOperator<FineTuner.Builder> options) {
    return fineTuning(Architecture.VGG16, 150, Pooling.NONE, BOOK_HEAD, 20, options);
  }

  private static Side pooled(
      Architecture architecture, UnaryOperator<FineTuner.Builder> whatTrains) {
    return fineTuning(
        architecture,
        224,
        Pooling.AVG,
        SOFTMAX_HEAD,
        NET_BATCH,
        tuner -> whatTrains.apply(augmented(tuner)));
  }

  private static Side tokens(Architecture architecture) {
    return fineTuning(
        architecture,
        224,
        Pooling.CLASS,
        SOFTMAX_HEAD,
        NET_BATCH,
        tuner -> augmented(tuner).unfreezeFrom("blocks.10"));
  }

  private static Side fineTuning(
      Architecture architecture,
      int side,
      Pooling pooling,
      ClassifierHead head,
      int batch,
      UnaryOperator<FineTuner.Builder> options) {
    return new TrainingSide(
        (listener, cancellation) -> {
          ImageDataset images = Pixels.dataset(4 * batch, side);
          try (PretrainedBackbone backbone = RandomBackbone.of(architecture, side)) {
            FeatureExtractor extractor =
                FeatureExtractor.builder(backbone).pooling(pooling).build();
            TrainedHead trained = head.fit(extractor.extract(images.take(2 * batch)));
            options
                .apply(FineTuner.builder(extractor, trained))
                .optimizer(Optimizer.rmsProp(1e-7))
                .batchSize(batch)
                .epochs(10_000)
                .listener(listener)
                .cancellation(cancellation)
                .build()
                .fit(images);
          }
        });
  }

  private static Side convnet() {
    Network network =
        Network.builder(Shape.map(3, 150, 150))
            .convolution("conv2d_1", 32, 3)
            .relu()
            .maxPool(2)
            .convolution("conv2d_2", 64, 3)
            .relu()
            .maxPool(2)
            .convolution("conv2d_3", 128, 3)
            .relu()
            .maxPool(2)
            .convolution("conv2d_4", 128, 3)
            .relu()
            .maxPool(2)
            .flatten()
            .dense(512)
            .relu()
            .dense(1)
            .sigmoid()
            .build();
    return new TrainingSide(
        (listener, cancellation) -> {
          ImageDataset images = Pixels.dataset(80, 150);
          NetworkTrainer.builder(network, images.labels())
              .augmentation(Augmentation.builder().horizontalFlip().build())
              .batchSize(20)
              .epochs(10_000)
              .listener(listener)
              .cancellation(cancellation)
              .build()
              .fit(images);
        });
  }
}
