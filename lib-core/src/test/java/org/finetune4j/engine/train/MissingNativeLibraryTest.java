package org.finetune4j.engine.train;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MissingNativeLibraryTest {

  private final Throwable failure =
      new ExceptionInInitializerError(
          new RuntimeException("outer", new UnsatisfiedLinkError("no jnind4jcpu")));

  @ParameterizedTest
  @CsvSource({
    "Linux,      amd64,   linux-x86_64-onednn,   linux-x86_64",
    "Linux,      aarch64, linux-arm64,           linux-arm64",
    "Mac OS X,   x86_64,  macosx-x86_64-onednn,  macosx-x86_64",
    "Mac OS X,   aarch64, macosx-arm64,          macosx-arm64",
    "Windows 11, amd64,   windows-x86_64-onednn, windows-x86_64",
  })
  void namesTheDependenciesOfThePlatform(String os, String arch, String nd4j, String platform) {
    assertThat(MissingNativeLibrary.message(failure, os, arch).lines().map(String::strip))
        .contains(
            "Training needs ND4J's native library, which cannot be loaded on %s %s: no jnind4jcpu"
                .formatted(os, arch))
        .anyMatch(line -> line.matches("org.nd4j:nd4j-native:1[0-9A-Z.-]+:" + nd4j))
        .anyMatch(line -> line.matches("org.bytedeco:openblas:0[0-9.-]+:" + platform))
        .anyMatch(line -> line.matches("org.bytedeco:javacpp:1[0-9.]+:" + platform));
  }

  @Test
  void saysWhereThereIsNone() {
    assertThat(MissingNativeLibrary.message(failure, "FreeBSD", "amd64"))
        .contains("cannot be loaded on FreeBSD amd64", "ND4J runs on 64-bit Linux")
        .doesNotContain("nd4j-native:");
  }
}
