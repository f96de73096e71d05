package org.finetune4j;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;
import static org.finetune4j.LibraryClasses.LIBRARY;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.tngtech.archunit.library.GeneralCodingRules;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.net.URISyntaxException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.text.DecimalFormat;
import java.text.NumberFormat;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Formatter;
import java.util.List;
import java.util.Locale;
import java.util.Scanner;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import javax.imageio.ImageIO;
import org.finetune4j.image.Image;
import org.finetune4j.progress.Progress;
import org.finetune4j.train.log.TrainingListener;
import org.junit.jupiter.api.Test;

/** What a library inside somebody's application never does. */
class ConductTest {

  @Test
  void neverEndsTheProcess() {
    noClasses()
        .should()
        .callMethod(System.class, "exit", int.class)
        .orShould()
        .callMethod(Runtime.class, "exit", int.class)
        .orShould()
        .callMethod(Runtime.class, "halt", int.class)
        .check(LIBRARY);
  }

  @Test
  void printsOnlyWhereItWasAskedTo() {
    noClasses()
        .that()
        .doNotBelongToAnyOf(TrainingListener.class, Progress.class)
        .should(GeneralCodingRules.ACCESS_STANDARD_STREAMS)
        .check(LIBRARY);
  }

  @Test
  void neverReadsOrWritesSerializedObjects() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .belongToAnyOf(ObjectInputStream.class, ObjectOutputStream.class)
        .check(LIBRARY);
  }

  @Test
  void leavesGlobalStateAlone() {
    noClasses()
        .should()
        .callMethod(ImageIO.class, "setUseCache", boolean.class)
        .orShould()
        .callMethod(ImageIO.class, "scanForPlugins")
        .orShould()
        .callMethod(System.class, "setProperty", String.class, String.class)
        .check(LIBRARY);
  }

  /** Arabic digits in a figure, a Turkish i in a format's name, a decimal comma in a table. */
  @Test
  void formatsAlikeInEveryCountry() {
    noClasses()
        .should()
        .callMethod(String.class, "format", String.class, Object[].class)
        .orShould()
        .callMethod(String.class, "formatted", Object[].class)
        .orShould()
        .callMethod(String.class, "toLowerCase")
        .orShould()
        .callMethod(String.class, "toUpperCase")
        .orShould()
        .callMethod(PrintStream.class, "printf", String.class, Object[].class)
        .orShould()
        .callMethod(PrintStream.class, "format", String.class, Object[].class)
        .orShould()
        .callMethod(PrintWriter.class, "printf", String.class, Object[].class)
        .orShould()
        .callMethod(PrintWriter.class, "format", String.class, Object[].class)
        .orShould()
        .callConstructor(Formatter.class)
        .orShould()
        .callConstructor(Scanner.class, InputStream.class)
        .orShould()
        .callConstructor(DecimalFormat.class, String.class)
        .orShould()
        .callMethod(NumberFormat.class, "getInstance")
        .orShould()
        .callMethod(DateTimeFormatter.class, "ofPattern", String.class)
        .orShould()
        .callMethod(Locale.class, "getDefault")
        .orShould()
        .callMethod(ZoneId.class, "systemDefault")
        .orShould()
        .callMethod(ZipEntry.class, "setTime", long.class)
        .check(LIBRARY);
  }

  @Test
  void writesTheSameTextOnEverySystem() throws IOException {
    noClasses()
        .should()
        .callMethod(System.class, "lineSeparator")
        .orShould()
        .callMethod(BufferedWriter.class, "newLine")
        .orShould()
        .callMethod(Files.class, "write", Path.class, Iterable.class, OpenOption[].class)
        .orShould()
        .callMethod(
            Files.class, "write", Path.class, Iterable.class, Charset.class, OpenOption[].class)
        .orShould()
        .callMethod(ObjectMapper.class, "writerWithDefaultPrettyPrinter")
        .orShould()
        .callMethod(JsonNode.class, "toPrettyString")
        .orShould()
        .callMethod(String.class, "getBytes")
        .orShould()
        .callConstructor(String.class, byte[].class)
        .orShould()
        .callConstructor(InputStreamReader.class, InputStream.class)
        .orShould()
        .callConstructor(OutputStreamWriter.class, OutputStream.class)
        .orShould()
        .callMethod(Charset.class, "defaultCharset")
        .check(LIBRARY);
    for (Path sources :
        List.of(Path.of("src/main/java"), Path.of("../lib-augment/src/main/java"))) {
      try (Stream<Path> files = Files.walk(sources)) {
        assertThat(files.filter(file -> file.toString().endsWith(".java")))
            .hasSizeGreaterThan(10)
            .allSatisfy(
                file ->
                    assertThat(Files.readString(file))
                        .as("%s formats with the system's line separator", file)
                        .doesNotContainPattern("%n(?![a-z])"));
      }
    }
  }

  @Test
  void theAugmentModuleNeedsNothing() throws URISyntaxException {
    classes()
        .that()
        .resideInAnyPackage(
            "org.finetune4j.random", "org.finetune4j.image", "org.finetune4j.augment")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            "java.lang..",
            "java.util..",
            "java.io..",
            "java.nio..",
            "java.math..",
            "org.finetune4j.random",
            "org.finetune4j.image",
            "org.finetune4j.augment")
        .check(LIBRARY);

    Path module = Path.of(Image.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    ModuleDescriptor descriptor = ModuleFinder.of(module).findAll().iterator().next().descriptor();
    assertThat(descriptor.isAutomatic()).isFalse();
    assertThat(descriptor.requires())
        .extracting(ModuleDescriptor.Requires::name)
        .containsExactly("java.base");
  }
}
