package org.finetune4j.engine.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.finetune4j.feature.FeatureSet;
import org.finetune4j.head.ClassifierHead;
import org.finetune4j.target.Labels;
import org.junit.jupiter.api.Test;

/** Applications load the library as they like: by loaders of their own, on any thread. */
class ClassLoadersTest {

  /** What each application does; public, as it is reached over the border of two loaders. */
  public static final class Training implements Callable<Double> {
    /** For reflection. */
    public Training() {}

    @Override
    public Double call() {
      FeatureSet features =
          FeatureSet.of(
              new float[][] {{0, 1}, {1, 0}, {0, 2}, {2, 0}},
              new int[] {0, 1, 0, 1},
              Labels.of("cat", "dog"));
      return ClassifierHead.builder()
          .hidden(4)
          .batchSize(4)
          .epochs(40)
          .build()
          .fit(features)
          .evaluate(features)
          .accuracy();
    }
  }

  @Test
  void twoApplicationsInOneJvmTrainOnThreadsThatKnowNothingOfThem() throws Exception {
    try (URLClassLoader first = application();
        URLClassLoader second = application()) {
      assertThat(trainedIn(first)).isEqualTo(1);
      assertThat(trainedIn(second)).isEqualTo(1);
    }
  }

  /** An application that gets its plugins late. */
  private static final class Growing extends URLClassLoader {
    Growing(URL[] places) {
      super(places, ClassLoader.getPlatformClassLoader());
    }

    void grow(URL place) {
      addURL(place);
    }
  }

  @Test
  void aFailureSaysWhyAndIsNotForGood() throws Exception {
    List<URL> all = places();
    List<URL> ofBackend = all.stream().filter(it -> it.getPath().contains("nd4j-native")).toList();
    List<URL> others = all.stream().filter(it -> !ofBackend.contains(it)).toList();
    try (Growing application = new Growing(others.toArray(URL[]::new))) {
      for (int attempt = 0; attempt < 2; attempt++) {
        assertThatThrownBy(() -> trainedIn(application))
            .rootCause()
            .hasMessageContaining("no back end of ND4J");
      }
      ofBackend.forEach(application::grow);
      assertThat(trainedIn(application)).isEqualTo(1);
    }
  }

  private static double trainedIn(ClassLoader application) throws Exception {
    Class<?> type = application.loadClass(Training.class.getName());
    assertThat(type).isNotEqualTo(Training.class);
    Callable<?> training = (Callable<?>) type.getConstructor().newInstance();
    ExecutorService pool =
        Executors.newSingleThreadExecutor(
            task -> {
              Thread thread = new Thread(task);
              thread.setContextClassLoader(ClassLoader.getPlatformClassLoader());
              return thread;
            });
    try {
      return (Double) pool.submit(training).get();
    } finally {
      pool.shutdown();
    }
  }

  private static URLClassLoader application() {
    return new URLClassLoader(places().toArray(URL[]::new), ClassLoader.getPlatformClassLoader());
  }

  private static List<URL> places() {
    return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
        .map(ClassLoadersTest::url)
        .toList();
  }

  private static URL url(String place) {
    try {
      return Path.of(place).toUri().toURL();
    } catch (MalformedURLException e) {
      throw new IllegalArgumentException(place, e);
    }
  }
}
