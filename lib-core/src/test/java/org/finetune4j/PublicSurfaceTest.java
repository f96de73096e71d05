package org.finetune4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.finetune4j.LibraryClasses.LIBRARY;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaModifier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * What users can call changes only on purpose: {@code public-surface.txt} lists it. After a change
 * on purpose the file is written anew by {@code -Dsurface.write=true} and read as a diff.
 */
class PublicSurfaceTest {
  private static final Path SOURCES = Path.of("src/main/java");
  private static final Path SURFACE = Path.of("src/test/resources/public-surface.txt");

  /** Methods that every record or enum has. */
  private static final Set<String> IMPLIED =
      Set.of("equals", "hashCode", "toString", "values", "valueOf");

  @Test
  void changesOnPurposeOnly() throws IOException {
    List<String> surface = surface();
    if (Boolean.getBoolean("surface.write")) {
      Files.writeString(SURFACE, String.join("\n", surface) + "\n");
    }
    assertThat(surface)
        .as("if this change is meant: -Dsurface.write=true, and read the diff")
        .isEqualTo(Files.readAllLines(SURFACE));
  }

  @Test
  void internalPackagesAreNotInTheJavadoc() throws IOException {
    String excluded =
        Pattern.compile("<internal.packages>(.*?)</internal.packages>", Pattern.DOTALL)
            .matcher(Files.readString(Path.of("../pom.xml")))
            .results()
            .map(found -> found.group(1))
            .collect(Collectors.joining());
    assertThat(Stream.of(excluded.split("[;\\s]+")).filter(name -> !name.isEmpty()))
        .containsExactlyInAnyOrderElementsOf(internal());
  }

  private static List<String> surface() throws IOException {
    List<String> internal = internal();
    List<String> lines = new ArrayList<>();
    LIBRARY.stream()
        .filter(type -> !internal.contains(type.getPackageName()))
        .filter(PublicSurfaceTest::isPublic)
        .sorted(Comparator.comparing(JavaClass::getName))
        .forEach(
            type -> {
              lines.add(type.getName());
              Stream.concat(type.getConstructors().stream(), type.getMethods().stream())
                  .filter(PublicSurfaceTest::isCallable)
                  .map(PublicSurfaceTest::line)
                  .sorted()
                  .distinct()
                  .forEach(lines::add);
            });
    return lines;
  }

  /** Returns the public types outside internal packages. */
  static List<Class<?>> publicTypes() throws IOException {
    List<String> internal = internal();
    return LIBRARY.stream()
        .filter(type -> !internal.contains(type.getPackageName()))
        .filter(PublicSurfaceTest::isPublic)
        .sorted(Comparator.comparing(JavaClass::getName))
        .<Class<?>>map(JavaClass::reflect)
        .toList();
  }

  private static boolean isPublic(JavaClass type) {
    return type.getModifiers().contains(JavaModifier.PUBLIC)
        && type.getEnclosingClass().map(PublicSurfaceTest::isPublic).orElse(true);
  }

  private static boolean isCallable(JavaCodeUnit unit) {
    Set<JavaModifier> modifiers = unit.getModifiers();
    return modifiers.contains(JavaModifier.PUBLIC)
        && !modifiers.contains(JavaModifier.SYNTHETIC)
        && !modifiers.contains(JavaModifier.BRIDGE)
        && !IMPLIED.contains(unit.getName());
  }

  private static String line(JavaCodeUnit unit) {
    String parameters =
        unit.getRawParameterTypes().stream()
            .map(JavaClass::getSimpleName)
            .collect(Collectors.joining(", ", "(", ")"));
    return unit.isConstructor()
        ? "  new" + parameters
        : "  " + unit.getName() + parameters + ": " + unit.getRawReturnType().getSimpleName();
  }

  /** Returns the packages whose description begins with the word Internal. */
  private static List<String> internal() throws IOException {
    try (Stream<Path> files = Files.walk(SOURCES)) {
      List<Path> descriptions =
          files.filter(file -> file.endsWith("package-info.java")).sorted().toList();
      List<String> internal = new ArrayList<>();
      for (Path file : descriptions) {
        if (Pattern.compile("/\\*\\*\\s*(\\* )?Internal[.:]")
            .matcher(Files.readString(file))
            .find()) {
          internal.add(
              SOURCES.relativize(file.getParent()).toString().replace('/', '.').replace('\\', '.'));
        }
      }
      return internal;
    }
  }
}
