package org.example;

import java.io.IOException;
import java.nio.file.Path;
import org.finetune4j.model.ImageClassifier;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;

/** {@code java -jar spring-boot-1.jar --classifier=cats-vs-dogs.zip}. */
@SpringBootApplication
public class Application {

  public static void main(String[] args) {
    SpringApplication.run(Application.class, args);
  }

  /** One for all requests: it is thread-safe, and Spring closes it at the end. */
  @Bean(destroyMethod = "close")
  ImageClassifier classifier(@Value("${classifier}") Path file) throws IOException {
    return ImageClassifier.load(file);
  }
}
