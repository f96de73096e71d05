package org.example;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * One dependency brings exactly these jars; a change of classpath.txt is a change for every user.
 */
class ClassPathTest {

  private static final String OF_THE_TESTS =
      "(junit|opentest4j|apiguardian|surefire|serve).*|.*-classes|classes";

  @Test
  void holdsExactlyTheListedJars() throws IOException {
    assumeTrue(
        System.getProperty("os.name").equals("Linux")
            && System.getProperty("os.arch").equals("amd64"),
        "the list is that of Linux x86-64");
    String jars =
        Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
            .map(entry -> Path.of(entry).getFileName().toString())
            .filter(name -> !name.matches(OF_THE_TESTS))
            .map(name -> name.replaceFirst("^(finetune4j-[a-z]+)-.*", "$1"))
            .sorted()
            .collect(Collectors.joining("\n", "", "\n"));
    try (InputStream list = ClassPathTest.class.getResourceAsStream("/classpath.txt")) {
      assertEquals(new String(list.readAllBytes(), StandardCharsets.UTF_8), jars);
    }
  }
}
