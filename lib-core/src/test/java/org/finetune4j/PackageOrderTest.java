package org.finetune4j;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;
import static org.finetune4j.LibraryClasses.LIBRARY;

import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The packages of the library stand in one order, and each imports only from those before it. */
class PackageOrderTest {

  private static final String ROOT = "org.finetune4j.";

  private static final Path SOURCES = Path.of("src", "main", "java", "org", "finetune4j");
  private static final int MOST_FILES = 25;
  private static final int MOST_LINES = 2500;

  /** From the ground up. A new package gets its place here first. */
  private static final List<String> ORDER =
      List.of(
          "random",
          "image",
          "augment",
          "text",
          "files",
          "progress",
          "pipeline",
          "decode.gif",
          "decode.jpeg",
          "decode.pixel",
          "decode.webp",
          "decode",
          "picture",
          "split",
          "target",
          "data",
          "archive",
          "tfrecord",
          "html",
          "tensorboard",
          "preprocess",
          "network.operator",
          "network",
          "network.json",
          "weights.download",
          "weights",
          "weights.format",
          "optimize",
          "engine",
          "engine.onnx.graph",
          "engine.onnx.file",
          "engine.onnx.read",
          "engine.onnx.translate",
          "engine.onnx.quantize",
          "engine.onnx",
          "engine.train.kernel",
          "engine.train.convolution",
          "engine.train.parameter",
          "engine.train.operation",
          "engine.train.token",
          "engine.train",
          "architecture",
          "architecture.transformer",
          "backbone.match",
          "backbone.input",
          "backbone.verify",
          "backbone",
          "keras",
          "feature.row",
          "feature.pixel",
          "feature",
          "search",
          "evaluate",
          "evaluate.chart",
          "uncertainty",
          "provenance",
          "model.bundle",
          "model",
          "quantize",
          "train.input",
          "train.log",
          "train.checkpoint",
          "train.loop",
          "train",
          "neighbor",
          "head.linear",
          "head",
          "finetune",
          "select",
          "incremental",
          "doctor.part",
          "doctor",
          "explain",
          "report",
          "dl4j.array",
          "dl4j.layer",
          "dl4j");

  @Test
  void everyPackageHasItsPlace() {
    assertThat(ORDER)
        .containsAll(
            LIBRARY.stream()
                .map(type -> type.getPackageName().substring(ROOT.length()))
                .distinct()
                .toList());
  }

  static Stream<String> packages() {
    return ORDER.subList(0, ORDER.size() - 1).stream();
  }

  @ParameterizedTest
  @MethodSource("packages")
  void importsOnlyFromThoseBefore(String name) {
    String[] later =
        ORDER.stream().skip(ORDER.indexOf(name) + 1L).map(ROOT::concat).toArray(String[]::new);
    noClasses()
        .that()
        .resideInAPackage(ROOT + name)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(later)
        .allowEmptyShould(true)
        .check(LIBRARY);
  }

  /**
   * {@code network} is let off: its kinds of layers are one closed family of small files, which
   * Java wants in one package.
   */
  @Test
  void noPackageIsTooLarge() throws IOException {
    Map<String, String> tooLarge = new TreeMap<>();
    try (Stream<Path> all = Files.walk(SOURCES)) {
      for (Path folder : all.filter(Files::isDirectory).toList()) {
        List<Path> files = sources(folder);
        long lines = 0;
        for (Path file : files) {
          lines += Files.readAllLines(file).size();
        }
        if (files.size() > MOST_FILES || lines > MOST_LINES) {
          tooLarge.put(
              SOURCES.relativize(folder).toString().replace('\\', '.').replace('/', '.'),
              files.size() + " files, " + lines + " lines");
        }
      }
    }
    assertThat(tooLarge).containsOnlyKeys("network");
  }

  private static List<Path> sources(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(".java")).toList();
    }
  }

  @Test
  void noCycles() {
    SlicesRuleDefinition.slices()
        .matching("org.finetune4j.(**)")
        .should()
        .beFreeOfCycles()
        .check(LIBRARY);
  }

  /**
   * {@code training.half} in the POM at the top: what {@code finetune4j-predict} is built without.
   */
  @Test
  void whatPredictsKnowsNothingOfWhatTrains() throws IOException {
    Matcher half =
        Pattern.compile("<training.half>(.*)</training.half>")
            .matcher(Files.readString(Path.of("..", "pom.xml")));
    assertThat(half.find()).isTrue();
    String[] training =
        Stream.of(half.group(1).split(",", -1))
            .map(pattern -> pattern.replace("/**", "..").replace('/', '.'))
            .toArray(String[]::new);
    noClasses()
        .that()
        .resideOutsideOfPackages(training)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(training)
        .because("these packages are in finetune4j-core only: see training.half in the POM")
        .check(LIBRARY);
  }

  @Test
  void onlyTheEngineAndTheBridgeKnowDeeplearning4j() {
    noClasses()
        .that()
        .resideOutsideOfPackages(ROOT + "engine.train..", ROOT + "dl4j..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.deeplearning4j..", "org.nd4j..", "org.bytedeco..")
        .check(LIBRARY);
  }

  @Test
  void onlyTheEngineKnowsOnnxRuntime() {
    noClasses()
        .that()
        .resideOutsideOfPackage(ROOT + "engine.onnx")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("ai.onnxruntime..")
        .check(LIBRARY);
  }
}
