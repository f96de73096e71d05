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
    ExampleOptions options = parse().orElseThrow();
    assertThat(options.data()).isEmpty();
    assertThat(options.out()).isEqualTo(OUT);
    assertThat(options.quick()).isFalse();
    assertThat(options.has("--extra")).isFalse();
    assertThat(options.path("--list")).isEmpty();
  }

  @Test
  void inAnyOrder() {
    for (String line :
        new String[] {
          "--quick --out results --data photos --list a.txt --extra",
          "--extra --list a.txt --data photos --quick --out results"
        }) {
      ExampleOptions options = parse(line.split(" ", -1)).orElseThrow();
      assertThat(options.data()).contains(Path.of("photos"));
      assertThat(options.out()).isEqualTo(Path.of("results"));
      assertThat(options.quick()).isTrue();
      assertThat(options.has("--extra")).isTrue();
      assertThat(options.path("--list")).contains(Path.of("a.txt"));
    }
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
        .hasMessageContaining("--quick")
        .hasMessageContaining("--list <file>");
  }

  @Test
  void missingValue() {
    assertThatThrownBy(() -> parse("--data"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Option --data needs a <folder> after it.");
  }

  @Test
  void missingData() {
    assertThatThrownBy(() -> parse().orElseThrow().requiredData("photos lie"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Say with --data <folder> where photos lie.");
  }

  private static Optional<ExampleOptions> parse(String... arguments) {
    return ExampleOptions.describe("Shows something.", OUT)
        .flag("--extra", "shows more")
        .file("--list", "names to use")
        .parse(arguments);
  }
}
