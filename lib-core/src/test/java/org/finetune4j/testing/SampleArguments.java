package org.finetune4j.testing;

import java.io.IOException;
import java.lang.reflect.Array;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.finetune4j.backbone.PretrainedBackbone;
import org.finetune4j.backbone.TinyBackbone;
import org.finetune4j.data.ImageDataset;
import org.finetune4j.feature.FeatureExtractor;
import org.finetune4j.feature.FeatureSet;
import org.finetune4j.head.ClassifierHead;
import org.finetune4j.head.TrainedHead;
import org.finetune4j.model.ImageClassifier;
import org.finetune4j.picture.ImageDecoder;
import org.jspecify.annotations.Nullable;

/** An object of every type that can be had without effort, to call public methods with. */
public final class SampleArguments implements AutoCloseable {
  private static final String LIBRARY = "org.finetune4j.";

  /** Their types are named by code that builds networks by hand, and by the library itself. */
  private static final Set<String> LEFT_OUT =
      Set.of("network", "dl4j", "provenance", "weights.format");

  private final List<Class<?>> types;
  private final Map<Class<?>, Object> samples = new LinkedHashMap<>();
  private final PretrainedBackbone backbone = TinyBackbone.of(1);
  private final ImageClassifier classifier;

  /**
   * Makes the samples.
   *
   * @param types the public types
   * @param none a file that does not exist
   */
  public SampleArguments(List<Class<?>> types, Path none) throws IOException {
    this.types = types;
    ImageDataset data = Stripes.of(8, 1);
    FeatureExtractor extractor = FeatureExtractor.builder(backbone).build();
    FeatureSet features = extractor.extract(data);
    TrainedHead head = ClassifierHead.logisticRegression().penalties(0.1).build().fit(features);
    this.classifier = head.classifier(extractor);
    Stream.of("text", none, data, data.images().get(0), backbone, backbone.network())
        .forEach(this::add);
    Stream.of(extractor, features, head, classifier, data.split(0.5, 0.25, 1)).forEach(this::add);
    add(data.images().get(0).decode(ImageDecoder.standard()));
    for (int round = 0; round < 3; round++) { // what one round made, the next one calls with
      types.forEach(this::addMade);
    }
  }

  private void addMade(Class<?> type) {
    if (type.isEnum()) {
      add(type.getEnumConstants()[0]);
    }
    for (Executable called : executables(type)) {
      boolean factory =
          called instanceof Constructor || Set.of("of", "builder").contains(called.getName());
      if (isStatic(called) && (called.getParameterCount() == 0 || factory)) {
        try {
          add(call(called, arguments(called)));
        } catch (ReflectiveOperationException | IllegalArgumentException e) {
          // Other samples do not go together here; there may be another way to make one.
        }
      }
    }
  }

  private void add(@Nullable Object sample) {
    if (sample != null) {
      samples.putIfAbsent(sample.getClass(), sample);
    }
  }

  /** Returns what users call, and can be called with these samples. */
  public List<Executable> callable() {
    List<Executable> all = new ArrayList<>();
    for (Class<?> type : types) {
      if (!LEFT_OUT.contains(type.getPackageName().substring(LIBRARY.length()))) {
        executables(type).stream()
            .filter(it -> it.getDeclaringClass() == type || !types.contains(it.getDeclaringClass()))
            .filter(it -> isForUsers(it, type))
            .filter(it -> isStatic(it) || instance(type) != null)
            .forEach(all::add);
      }
    }
    return all;
  }

  private boolean isForUsers(Executable called, Class<?> type) {
    if (Arrays.stream(called.getParameterTypes())
        .anyMatch(it -> it.getName().startsWith(LIBRARY) && !types.contains(it))) {
      return false; // what packages of the library say to each other
    }
    if (called instanceof Method method) {
      return isStatic(called)
          ? !(type.isEnum() && method.getName().equals("valueOf"))
          : !type.isInterface() && !type.isEnum() && !overrides(method, type);
    }
    return !type.isRecord();
  }

  private static boolean overrides(Method method, Class<?> type) {
    return Stream.concat(Arrays.stream(type.getInterfaces()), Stream.of(type.getSuperclass()))
        .flatMap(above -> Arrays.stream(above.getMethods()))
        .anyMatch(
            it ->
                it.getName().equals(method.getName())
                    && Arrays.equals(it.getParameterTypes(), method.getParameterTypes()));
  }

  /** In an order of their own: that of the JVM is another in every process. */
  private static List<Executable> executables(Class<?> type) {
    List<Executable> all = new ArrayList<>();
    if (!Modifier.isAbstract(type.getModifiers())) {
      all.addAll(List.of(type.getConstructors()));
    }
    Arrays.stream(type.getMethods())
        .filter(it -> it.getDeclaringClass().getName().startsWith(LIBRARY))
        .filter(it -> !it.isSynthetic() && !it.getName().equals("equals"))
        .forEach(all::add);
    all.sort(Comparator.comparing(Executable::toGenericString));
    return all;
  }

  private static boolean isStatic(Executable called) {
    return called instanceof Constructor || Modifier.isStatic(called.getModifiers());
  }

  /** Calls with null for one argument; returns what is thrown, or null if nothing is. */
  public @Nullable Throwable callWithNull(Executable called, int index) {
    @Nullable Object[] arguments = arguments(called);
    arguments[index] = null;
    try {
      call(called, arguments);
      return null;
    } catch (InvocationTargetException e) {
      return e.getCause();
    } catch (ReflectiveOperationException | IllegalArgumentException e) {
      return e;
    }
  }

  private @Nullable Object call(Executable called, @Nullable Object[] arguments)
      throws ReflectiveOperationException {
    called.setAccessible(true); // public methods of classes that are not
    return called instanceof Constructor<?> constructor
        ? constructor.newInstance(arguments)
        : ((Method) called).invoke(instance(called.getDeclaringClass()), arguments);
  }

  private @Nullable Object[] arguments(Executable called) {
    return Arrays.stream(called.getParameterTypes()).map(this::sample).toArray();
  }

  private @Nullable Object instance(Class<?> type) {
    return samples.values().stream().filter(type::isInstance).findFirst().orElse(null);
  }

  private @Nullable Object sample(Class<?> type) {
    if (type.isPrimitive()) {
      return primitive(type);
    }
    if (type.isArray()) {
      Object array = Array.newInstance(type.getComponentType(), 1);
      Array.set(array, 0, sample(type.getComponentType()));
      return array;
    }
    if (type == List.class || type == Map.class || type == Set.class || type == Optional.class) {
      return Map.of(
              List.class,
              List.of(),
              Map.class,
              Map.of(),
              Set.class,
              Set.of(), //
              Optional.class,
              Optional.empty())
          .get(type);
    }
    Object sample = instance(type);
    return sample == null && type.isInterface() && !type.isSealed()
        ? Proxy.newProxyInstance(
            SampleArguments.class.getClassLoader(), new Class<?>[] {type}, (p, m, a) -> null)
        : sample;
  }

  private static Object primitive(Class<?> type) {
    Object one = Array.newInstance(type, 1);
    if (type == float.class || type == double.class) {
      Array.setFloat(one, 0, 1);
    } else if (type != boolean.class && type != char.class) {
      Array.setByte(one, 0, (byte) 1);
    }
    return Array.get(one, 0);
  }

  @Override
  public void close() {
    classifier.close();
    backbone.close();
  }
}
