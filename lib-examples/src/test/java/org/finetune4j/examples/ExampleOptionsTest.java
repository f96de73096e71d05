package org.finetune4j.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ExampleOptionsTest {

  private static final Path OUT = Path.of("example-output");

  @Test
  void withoutOptions() {
    assertThat(parse()).contains(new ExampleOptions(Optional.empty(), OUT, false));
  }

  @Test
  void inAnyOrder() {
    ExampleOptions expected =
        new ExampleOptions(Optional.of(Path.of("photos")), Path.of("results"), true);
    assertThat(parse("--quick", "--out", "results", "--data", "photos")).contains(expected);
    assertThat(parse("--data", "photos", "--quick", "--out", "results")).contains(expected);
  }

  @Test
  void helpEndsTheProgram() {
    assertThat(parse("--quick", "--help", "--nonsense")).isEmpty();
  }

  @Test
  void unknownOption() {
    assertThatThrownBy(() -> parse("--quik"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Unknown option '--quik'")
        .hasMessageContaining("--quick");
  }

  @Test
  void missingFolder() {
    assertThatThrownBy(() -> parse("--data"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("--data needs the name of a folder");
  }

  private static Optional<ExampleOptions> parse(String... arguments) {
    return ExampleOptions.parse("Shows something.", OUT, arguments);
  }
}
