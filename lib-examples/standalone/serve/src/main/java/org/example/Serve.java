package org.example;

import java.io.IOException;
import java.nio.file.Path;
import org.finetune4j.model.ImageClassifier;

/** Serves a saved classifier on this machine: {@code Serve cats-vs-dogs.zip 8080}. */
public final class Serve {
  private Serve() {}

  /** Runs until the process is ended. */
  public static void main(String[] args) throws IOException {
    ImageClassifier classifier = ImageClassifier.load(Path.of(args[0]));
    PhotoServer server = PhotoServer.start(classifier, Integer.parseInt(args[1]));
    System.out.println("Drop photos on " + server.address());
  }
}
