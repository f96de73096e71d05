package org.finetune4j;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;
import static org.finetune4j.LibraryClasses.LIBRARY;

import com.tngtech.archunit.library.GeneralCodingRules;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.net.URISyntaxException;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.finetune4j.image.Image;
import org.finetune4j.progress.Progress;
import org.finetune4j.train.TrainingListener;
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
