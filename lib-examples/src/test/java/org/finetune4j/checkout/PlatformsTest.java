package org.finetune4j.checkout;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Properties;
import org.apache.maven.model.Dependency;
import org.apache.maven.model.Model;
import org.apache.maven.model.building.DefaultModelBuilderFactory;
import org.apache.maven.model.building.DefaultModelBuildingRequest;
import org.apache.maven.model.building.ModelBuildingException;
import org.apache.maven.model.building.ModelBuildingRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which native libraries the POM of lib-core asks for, as Maven reads it on each platform. */
class PlatformsTest {
  private static final String PUBLISHED = "lib-core/target/published-pom.xml";

  @ParameterizedTest
  @CsvSource({
    "Linux,      amd64,   linux-x86_64-onednn,   linux-x86_64",
    "Linux,      aarch64, linux-arm64,           linux-arm64",
    "Mac OS X,   x86_64,  macosx-x86_64-onednn,  macosx-x86_64",
    "Mac OS X,   aarch64, macosx-arm64,          macosx-arm64",
    "Windows 10, amd64,   windows-x86_64-onednn, windows-x86_64",
    "Windows 11, amd64,   windows-x86_64-onednn, windows-x86_64",
  })
  void oneNativeLibraryEach(String os, String architecture, String nd4j, String platform)
      throws ModelBuildingException {
    assertThat(natives(os, architecture, List.of()))
        .containsExactlyInAnyOrder(
            "nd4j-native:" + nd4j, "javacpp:" + platform, "openblas:" + platform);
  }

  @Test
  void theCudaProfileLeavesTheCpuLibraryOfNd4jAndOnnxRuntimeOut() throws ModelBuildingException {
    assertThat(names("lib-core/predict/pom.xml", "cuda"))
        .contains("onnxruntime_gpu")
        .doesNotContain("onnxruntime");
    assertThat(names("lib-core/pom.xml", "cuda")).contains("nd4j-cuda-11.6-platform");
    assertThat(natives("Linux", "amd64", List.of("cuda")))
        .containsExactlyInAnyOrder(
            "nd4j-cuda-11.6:linux-x86_64", "javacpp:linux-x86_64", "openblas:linux-x86_64");
  }

  /** The -avx2 and -avx512 builds end the process on a processor without these instructions. */
  @Test
  void noBuildThatEndsTheProcess() throws ModelBuildingException {
    assertThat(natives("Linux", "amd64", List.of())).noneMatch(name -> name.contains("avx"));
  }

  /** What users get; it was written by a build on one platform. */
  @ParameterizedTest
  @CsvSource({
    "Linux,      amd64,   linux-x86_64-onednn,   linux-x86_64",
    "Mac OS X,   aarch64, macosx-arm64,          macosx-arm64",
    "Windows 11, amd64,   windows-x86_64-onednn, windows-x86_64",
  })
  void thePublishedPomLeavesThePlatformToItsUsers(
      String os, String architecture, String nd4j, String platform) throws ModelBuildingException {
    assertThat(natives(dependencies(PUBLISHED, os, architecture, List.of())))
        .containsExactlyInAnyOrder(
            "nd4j-native:" + nd4j, "javacpp:" + platform, "openblas:" + platform);
  }

  @ParameterizedTest
  @ValueSource(strings = {PUBLISHED, "lib-core/predict/target/published-pom.xml"})
  void thePublishedPomStandsAlone(String pom) throws ModelBuildingException {
    Model published = model(pom, "Linux", "amd64", List.of());
    assertThat(published.getParent()).isNull();
    assertThat(published.getDependencies())
        .allSatisfy(dependency -> assertThat(dependency.getVersion()).isNotBlank());
  }

  private static List<String> names(String pom, String profile) throws ModelBuildingException {
    return dependencies(pom, "Linux", "amd64", List.of(profile)).stream()
        .map(Dependency::getArtifactId)
        .toList();
  }

  private static List<String> natives(String os, String architecture, List<String> profiles)
      throws ModelBuildingException {
    return natives(dependencies("lib-core/pom.xml", os, architecture, profiles));
  }

  private static List<String> natives(List<Dependency> dependencies) {
    return dependencies.stream()
        .filter(dependency -> dependency.getClassifier() != null)
        .map(dependency -> dependency.getArtifactId() + ":" + dependency.getClassifier())
        .toList();
  }

  private static List<Dependency> dependencies(
      String pom, String os, String architecture, List<String> profiles)
      throws ModelBuildingException {
    return model(pom, os, architecture, profiles).getDependencies();
  }

  private static Model model(String pom, String os, String architecture, List<String> profiles)
      throws ModelBuildingException {
    Properties system = new Properties();
    system.setProperty("os.name", os);
    system.setProperty("os.arch", architecture);
    system.setProperty("os.version", "1");
    system.setProperty("java.version", "17");
    ModelBuildingRequest request =
        new DefaultModelBuildingRequest()
            .setPomFile(Checkout.ROOT.resolve(pom).toFile())
            .setSystemProperties(system)
            .setActiveProfileIds(profiles)
            .setValidationLevel(ModelBuildingRequest.VALIDATION_LEVEL_MINIMAL);
    return new DefaultModelBuilderFactory().newInstance().build(request).getEffectiveModel();
  }
}
