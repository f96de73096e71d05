package org.finetune4j.head;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.finetune4j.feature.FeatureSet;
import org.finetune4j.head.linear.LinearFit;
import org.finetune4j.head.linear.LinearLoss;
import org.finetune4j.head.linear.LinearProblem;
import org.finetune4j.head.linear.LinearWeights;
import org.finetune4j.head.linear.StandardizedFeatures;
import org.finetune4j.network.Network;
import org.finetune4j.network.NetworkBuilder;
import org.finetune4j.provenance.Provenance;
import org.finetune4j.target.Targets;
import org.finetune4j.target.Task;
import org.finetune4j.train.input.NumberUnits;
import org.finetune4j.train.input.StratifiedFolds;
import org.finetune4j.train.log.TrainingHistory;
import org.finetune4j.weights.Tensor;
import org.finetune4j.weights.Weights;

/**
 * A linear head on standardised features: mean loss + penalty / 2 * (sum of squared weights),
 * biases not penalised. The penalty is chosen by accuracy ({@link Builder#penaltyBy}), on
 * validation features where there are some, else by stratified cross-validation, in which groups
 * stay whole; ties go to the stronger one. Tags and numbers each have a problem and a penalty of
 * their own, chosen by log loss and by squared error.
 */
public final class LinearHead implements ClassifierHead {
  /**
   * Deviations outside of this range go into the kernel: {@code Normalization} divides by 1e-7 at
   * least, and a float32 variance ends at 1e38.
   */
  private static final double LEAST_DEVIATION = 1e-6;

  private static final double LARGEST_DEVIATION = 1e18;

  private static final double[] OF_LABELS = {1e-1, 1e-2, 1e-3, 1e-4};
  private static final double[] OF_TAGS = {10, 1, 1e-1, 1e-2, 1e-3};
  private static final double[] OF_NUMBERS = {100, 10, 1, 1e-1, 1e-2, 1e-3};

  private final LinearLoss loss;
  private final boolean usual;
  private final double[] penalties;
  private final Optional<PenaltyScore> score;
  private final Optional<ClassWeights> classWeights;
  private final LinearStart start;
  private final int folds;
  private final long seed;

  private LinearHead(Builder builder) {
    this.loss = builder.loss;
    this.usual = builder.penalties.length == 0;
    this.penalties = builder.penalties.clone();
    this.score = builder.score;
    this.classWeights = builder.classWeights;
    this.start = new LinearStart(builder.warmStart, builder.keepsRows);
    this.folds = builder.folds;
    this.seed = builder.seed;
  }

  private LinearHead(LinearHead head, double... penalties) {
    this.loss = head.loss;
    this.usual = false;
    this.penalties = penalties;
    this.score = head.score;
    this.classWeights = head.classWeights;
    this.start = head.start;
    this.folds = head.folds;
    this.seed = head.seed;
  }

  /** Returns this head with the penalties that are usual for a task. */
  private LinearHead usual(Task task) {
    if (task instanceof Task.OneLabel) {
      return new LinearHead(this, OF_LABELS);
    }
    return new LinearHead(this, task instanceof Task.Tags ? OF_TAGS : OF_NUMBERS);
  }

  @Override
  public TrainedHead fit(FeatureSet train) {
    check(train.task());
    if (usual) {
      return usual(train.task()).fit(train);
    }
    HeadInput.check(train, start.keeps());
    start.check(train);
    if (penalties.length == 1) {
      return fit(train, Optional.empty(), fixed(train), "fixed");
    }
    StratifiedFolds split = StratifiedFolds.of(train.answers(), folds, seed);
    return choose(
        train,
        Optional.empty(),
        split.count() + "-fold cross-validation",
        IntStream.range(0, split.count())
            .parallel()
            .mapToObj(
                fold -> scores(train.subset(split.outside(fold)), train.subset(split.inside(fold))))
            .toArray(double[][][]::new));
  }

  @Override
  public TrainedHead fit(FeatureSet train, FeatureSet validation) {
    check(train.task());
    if (usual) {
      return usual(train.task()).fit(train, validation);
    }
    HeadInput.check(train, validation, start.keeps());
    start.check(train);
    if (penalties.length == 1) {
      return fit(train, Optional.of(validation), fixed(train), "fixed");
    }
    return choose(
        train, Optional.of(validation), "the validation features", scores(train, validation));
  }

  private void check(Task task) {
    boolean labels = task instanceof Task.OneLabel;
    if (loss == LinearLoss.SQUARED_ERROR
        ? !(task instanceof Task.Numbers)
        : task instanceof Task.Numbers || (loss == LinearLoss.SQUARED_HINGE && !labels)) {
      throw new IllegalArgumentException(
          "Logistic regression learns labels or tags, a support vector machine labels, and ridge"
              + " regression numbers, but the features are for "
              + task
              + ".");
    }
    if (!labels && classWeights.isPresent() && classWeights.get() instanceof ClassWeights.Given) {
      throw new IllegalArgumentException(
          "Class weights belong to labels, but the features are for "
              + task
              + ". Rare tags count as much as frequent ones with balancedClassWeights().");
    }
  }

  private double[] fixed(FeatureSet train) {
    return DoubleStream.generate(() -> penalties[0])
        .limit(LinearProblems.count(train.task()))
        .toArray();
  }

  private PenaltyScore score(Task task) {
    return score.orElse(
        task instanceof Task.OneLabel ? PenaltyScore.ACCURACY : PenaltyScore.LOG_LOSS);
  }

  private LinearProblem problem(Targets targets, int number, NumberUnits.Scale scale) {
    return LinearProblems.of(loss, targets, number, scale, classWeights);
  }

  /** Returns for each problem the score of each penalty, from the strongest to the weakest. */
  private double[][] scores(FeatureSet train, FeatureSet validation) {
    StandardizedFeatures inside = start.standardized(train);
    StandardizedFeatures outside = inside.apply(validation);
    double[][] scores = new double[LinearProblems.count(train.task())][penalties.length];
    for (int number = 0; number < scores.length; number++) {
      NumberUnits.Scale scale = NumberUnits.Scale.of(train.answers(), number);
      LinearProblem problem = problem(train.answers(), number, scale);
      LinearProblem unseen = problem(validation.answers(), number, scale);
      LinearWeights weights = start.rows(inside, train.task(), number);
      for (int i = 0; i < penalties.length; i++) {
        // The minimum of a stronger penalty is a good start for the next.
        weights = fit(inside, problem, train, number, penalties[i]).near(weights);
        scores[number][i] =
            LinearProblems.goodness(unseen, outside.scores(weights), score(train.task()));
      }
    }
    return scores;
  }

  private TrainedHead choose(
      FeatureSet train, Optional<FeatureSet> validation, String how, double[][]... folds) {
    double[] chosen = new double[folds[0].length];
    double[] reached = new double[chosen.length];
    for (int number = 0; number < chosen.length; number++) {
      int of = number;
      ToDoubleFunction<Integer> mean =
          i -> Arrays.stream(folds).mapToDouble(fold -> fold[of][i]).average().orElseThrow();
      int best = 0;
      for (int i = 1; i < penalties.length; i++) {
        if (mean.applyAsDouble(i) > mean.applyAsDouble(best)) {
          best = i;
        }
      }
      chosen[number] = penalties[best];
      reached[number] = mean.applyAsDouble(best);
    }
    NumberUnits.Scale scale = NumberUnits.Scale.of(train.answers(), 0);
    LinearProblem any = problem(train.answers(), 0, scale);
    String scores =
        String.join(
            ", ",
            Arrays.stream(reached)
                .mapToObj(it -> LinearProblems.text(any, it, score(train.task())))
                .toList());
    return fit(
        train,
        validation,
        chosen,
        "chosen by " + how + " (" + scores + ", validation, selected on)");
  }

  private TrainedHead fit(
      FeatureSet train, Optional<FeatureSet> validation, double[] chosen, String why) {
    StandardizedFeatures features = start.standardized(train);
    List<LinearWeights> solutions = new ArrayList<>();
    for (int number = 0; number < chosen.length; number++) {
      NumberUnits.Scale scale = NumberUnits.Scale.of(train.answers(), number);
      LinearProblem problem = problem(train.answers(), number, scale);
      solutions.add(
          fit(features, problem, train, number, chosen[number])
              .exactly(start.rows(features, train.task(), number)));
    }
    String penalty =
        Arrays.stream(chosen).mapToObj(it -> it + "").collect(Collectors.joining(", "));
    return new TrainedHead(
        network(train),
        weights(features, LinearWeights.joined(solutions)).with(HeadOutputs.units(train.answers())),
        train.task(),
        train.fingerprint(),
        TrainingHistory.none(),
        Optional.of((chosen.length == 1 ? "penalty " : "penalties ") + penalty + ", " + why),
        classWeights
            .map(it -> Provenance.unknown().with("head_class_weights", it.toString()))
            .orElse(Provenance.unknown())
            .with("head_training_data", train.toString())
            .with(TrainedHead.PENALTY, penalty)
            .with(TrainedHead.LOSS, loss.name()),
        HeadInput.warnings(train, validation, classWeights.isPresent()),
        true);
  }

  private LinearFit fit(
      StandardizedFeatures features,
      LinearProblem problem,
      FeatureSet train,
      int number,
      double penalty) {
    return new LinearFit(
        features, problem, penalty, start.held(train.task(), number), start.isAlone(train));
  }

  private static Network network(FeatureSet train) {
    NetworkBuilder network = Network.builder("features", train.shape());
    if (!train.shape().isVector()) {
      network.flatten("head_flatten");
    }
    return HeadOutputs.end(network.normalization("head_standardize"), train.task());
  }

  private static Weights weights(StandardizedFeatures features, LinearWeights solution) {
    int classes = solution.classes();
    int dimension = features.dimension();
    float[] kernel = new float[dimension * classes];
    float[] bias = new float[classes];
    float[] mean = new float[dimension];
    float[] variance = new float[dimension];
    for (int j = 0; j < dimension; j++) {
      double deviation = Math.sqrt(features.variance(j));
      boolean divides = deviation >= LEAST_DEVIATION && deviation <= LARGEST_DEVIATION;
      mean[j] = (float) features.mean(j);
      variance[j] = divides ? (float) features.variance(j) : 1;
      for (int c = 0; c < classes; c++) {
        double weight = solution.weight(c, j);
        kernel[j * classes + c] = (float) (divides ? weight : weight / deviation);
      }
    }
    for (int c = 0; c < classes; c++) {
      bias[c] = (float) solution.bias(c);
    }
    return Weights.builder()
        .put("head_standardize/mean", Tensor.of(mean, dimension))
        .put("head_standardize/variance", Tensor.of(variance, dimension))
        .put("head_predictions/kernel", Tensor.of(kernel, dimension, classes))
        .put("head_predictions/bias", Tensor.of(bias, classes))
        .build();
  }

  /** Options of a linear head; not thread-safe. */
  public static final class Builder {
    private final LinearLoss loss;
    private double[] penalties = {};
    private Optional<PenaltyScore> score = Optional.empty();
    private Optional<ClassWeights> classWeights = Optional.empty();
    private Optional<TrainedHead> warmStart = Optional.empty();
    private boolean keepsRows;
    private int folds = 5;
    private long seed;

    Builder(LinearLoss loss) {
      this.loss = loss;
    }

    /**
     * Sets the penalties to choose from; a single one is taken as it is. Default: 0.1, 0.01, 0.001,
     * 0.0001 for labels, 10, 1, 0.1, 0.01, 0.001 for tags and 100, 10, 1, 0.1, 0.01, 0.001 for
     * numbers. They are scikit-learn's {@code 1 / C} and {@code alpha}, divided by the number of
     * samples.
     *
     * @throws IllegalArgumentException if there is none, or one is negative or not finite
     */
    public Builder penalties(double... candidates) {
      if (candidates.length == 0
          || Arrays.stream(candidates).anyMatch(it -> !(it >= 0 && it < Double.MAX_VALUE))) {
        throw new IllegalArgumentException(
            "A penalty is a finite number of at least 0, but they are "
                + Arrays.toString(candidates)
                + ".");
      }
      double[] strongestFirst = Arrays.stream(candidates).distinct().sorted().toArray();
      for (int i = 0; i < strongestFirst.length / 2; i++) {
        double weak = strongestFirst[i];
        strongestFirst[i] = strongestFirst[strongestFirst.length - 1 - i];
        strongestFirst[strongestFirst.length - 1 - i] = weak;
      }
      this.penalties = strongestFirst;
      return this;
    }

    /**
     * Sets what the penalty is chosen by; default {@link PenaltyScore#ACCURACY} for labels and
     * {@link PenaltyScore#LOG_LOSS} for tags. That of a ridge regression is always chosen by the
     * squared error.
     */
    public Builder penaltyBy(PenaltyScore newScore) {
      this.score = Optional.of(Objects.requireNonNull(newScore, "newScore"));
      return this;
    }

    /**
     * Weighs the samples of each class, in the order of the labels; default is 1 for all. By name:
     * {@code classWeights(labels.weights(Map.of("rare", 10.0)))}.
     *
     * @throws IllegalArgumentException if a weight is negative or not finite
     */
    public Builder classWeights(double... weights) {
      this.classWeights = Optional.of(ClassWeights.given(weights));
      return this;
    }

    /**
     * Weighs each class by its number of samples, so that all count as much: samples / (classes *
     * samples of the class), as scikit-learn's {@code class_weight="balanced"}. For tags: samples
     * with a tag and those without it count as much.
     */
    public Builder balancedClassWeights() {
      this.classWeights = Optional.of(ClassWeights.balanced());
      return this;
    }

    /**
     * Starts where another linear head ended: rows are matched by the names of labels or tags, and
     * new names start at zero. What is found is the same minimum, sooner. Default is to start at
     * zero.
     *
     * @param head a linear head of the same features, for example {@link TrainedHead#of}
     * @throws IllegalArgumentException if it is not linear, or of numbers
     */
    public Builder warmStart(TrainedHead head) {
      LinearStart.solution(head);
      this.warmStart = Optional.of(head);
      return this;
    }

    /**
     * Keeps the rows of the warm start bit for bit, and its standardisation of the features; only
     * the rows of names that it does not know are fitted. For new classes where the samples of the
     * old ones are gone. Default is to fit all rows.
     */
    public Builder keepRows() {
      this.keepsRows = true;
      return this;
    }

    /**
     * Sets the folds of the cross-validation that chooses the penalty; default 5.
     *
     * @throws IllegalArgumentException if there are fewer than 2
     */
    public Builder folds(int count) {
      if (count < 2) {
        throw new IllegalArgumentException(
            "Cross-validation has at least 2 folds, not " + count + ".");
      }
      this.folds = count;
      return this;
    }

    /** Sets the seed that deals samples out to folds; default 0. */
    public Builder seed(long newSeed) {
      this.seed = newSeed;
      return this;
    }

    /**
     * Returns the head.
     *
     * @throws IllegalStateException if rows are to be kept, but there is no warm start to keep them
     *     of
     */
    public LinearHead build() {
      if (keepsRows && warmStart.isEmpty()) {
        throw new IllegalStateException(
            "keepRows() keeps the rows of a head. Name it with warmStart(head).");
      }
      return new LinearHead(this);
    }
  }
}
