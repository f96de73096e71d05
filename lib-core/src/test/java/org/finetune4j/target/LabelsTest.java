package org.finetune4j.target;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LabelsTest {
  private final Labels pets = Labels.of("cats", "dogs", "guinea pigs");

  @Test
  void keepsTheOrderAndFindsByName() {
    assertThat(pets.size()).isEqualTo(3);
    assertThat(pets.name(1)).isEqualTo("dogs");
    assertThat(pets.indexOf("guinea pigs")).isEqualTo(2);
    assertThat(pets).isEqualTo(Labels.of(List.of("cats", "dogs", "guinea pigs")));
    assertThat(pets).isNotEqualTo(Labels.of("dogs", "cats", "guinea pigs"));
  }

  @Test
  void anUnknownClassNamesTheNearest() {
    assertThatThrownBy(() -> pets.indexOf("Dog"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Unknown class 'Dog'. Did you mean 'dogs'? Classes: cats, dogs, guinea pigs");
    assertThatThrownBy(() -> pets.indexOf("zebra"))
        .hasMessage("Unknown class 'zebra'. Classes: cats, dogs, guinea pigs");
    assertThatThrownBy(() -> pets.name(3))
        .isInstanceOf(IndexOutOfBoundsException.class)
        .hasMessage("No label 3 among 3 (0 to 2).");
  }

  @Test
  void namesMustBeUniqueAndNotBlank() {
    assertThatThrownBy(() -> Labels.of("a", "b", "a"))
        .hasMessage("Labels must be unique, but 'a' stands twice in [a, b, a].");
    assertThatThrownBy(() -> Labels.of("a", " ")).hasMessageContaining("must not be blank");
    assertThatThrownBy(() -> Labels.of()).hasMessageContaining("at least one name");
  }

  @Test
  void longListsAreShortenedInMessages() {
    Labels many = Labels.of(IntStream.range(0, 1000).mapToObj(i -> "c" + i).toList());
    assertThat(many.toString()).endsWith("c18, c19, ... (980 more)");
  }
}
