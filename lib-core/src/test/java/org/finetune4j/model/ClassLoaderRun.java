package org.finetune4j.model;

import com.google.common.base.Splitter;
import java.io.File;
import java.lang.ref.WeakReference;
import java.lang.reflect.Field;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.jspecify.annotations.Nullable;

/**
 * Loads the library in a class loader of its own, as servers do with applications, uses a
 * classifier, closes it, and tells when the class loader is gone.
 */
public final class ClassLoaderRun {
  private static final int EVER = Integer.MAX_VALUE;

  private ClassLoaderRun() {}

  /** What the JDK remembers of the last record whose methods were linked, in this class loader. */
  private record Last(StringBuilder component) {}

  /**
   * Runs.
   *
   * @param arguments the classifier, a picture, and whether the thread's context class loader is
   *     the one to be collected while it is used
   */
  public static void main(String[] arguments) throws Exception {
    ImageIO.getUseCache(); // AWT and ImageIO remember for good who comes first: here, the server.
    WeakReference<ClassLoader> loader = use(arguments);
    Last last = new Last(new StringBuilder());
    System.out.println("linked " + last.equals(new Last(new StringBuilder())) + last.hashCode());
    System.out.println("with hooks: " + (isCollected(loader, 20) ? "gone" : "held"));
    System.out.println("hooks: " + removeHooks());
    // The process's own time is the limit: a busy machine makes nothing held.
    System.out.println("without hooks: " + (isCollected(loader, EVER) ? "gone" : "held"));
  }

  private static WeakReference<ClassLoader> use(String[] arguments) throws Exception {
    URLClassLoader loader = new URLClassLoader(classPath(), ClassLoader.getPlatformClassLoader());
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    if (Boolean.parseBoolean(arguments[2])) {
      thread.setContextClassLoader(loader);
    }
    loader
        .loadClass(ClassLoaderGuest.class.getName())
        .getMethod("use", String.class, String.class)
        .invoke(null, arguments[0], arguments[1]);
    thread.setContextClassLoader(before);
    loader.close();
    return new WeakReference<>(loader);
  }

  private static URL[] classPath() throws MalformedURLException {
    List<URL> urls = new ArrayList<>();
    for (String part :
        Splitter.on(File.pathSeparatorChar).split(System.getProperty("java.class.path"))) {
      urls.add(new File(part).toURI().toURL());
    }
    return urls.toArray(URL[]::new);
  }

  /**
   * Threads that are idle end after a while; whatever holds it for good holds it after that too.
   */
  private static boolean isCollected(WeakReference<ClassLoader> loader, int tries)
      throws InterruptedException {
    for (int i = 0; i < tries && loader.get() != null; i++) {
      System.gc();
      Thread.sleep(100);
    }
    return loader.get() == null;
  }

  /** Removes what a class loader that is not this one's left to run at the JVM's end. */
  private static List<String> removeHooks() throws ReflectiveOperationException {
    Field field = Class.forName("java.lang.ApplicationShutdownHooks").getDeclaredField("hooks");
    field.setAccessible(true);
    List<String> names = new ArrayList<>();
    for (Object hook : List.copyOf(((Map<?, ?>) field.get(null)).keySet())) {
      Object task = task((Thread) hook);
      Object run = task == null ? hook : task;
      if (run.getClass().getClassLoader() instanceof URLClassLoader) {
        names.add(run.getClass().getName());
        Runtime.getRuntime().removeShutdownHook((Thread) hook);
      }
    }
    return names;
  }

  /**
   * Returns what a thread was made to run: a field of its own up to JDK 18, later of its holder.
   */
  private static @Nullable Object task(Thread thread) throws ReflectiveOperationException {
    boolean old = Runtime.version().feature() < 19;
    return old
        ? value(Thread.class, "target", thread)
        : value(
            Class.forName("java.lang.Thread$FieldHolder"),
            "task",
            value(Thread.class, "holder", thread));
  }

  private static @Nullable Object value(Class<?> type, String name, @Nullable Object of)
      throws ReflectiveOperationException {
    Field field = type.getDeclaredField(name);
    field.setAccessible(true);
    return field.get(of);
  }
}
