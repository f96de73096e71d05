package org.finetune4j.weights;

import java.io.IOException;
import java.util.Optional;
import org.finetune4j.progress.Progress;
import org.finetune4j.weights.download.Downloader;
import org.finetune4j.weights.download.HttpClients;
import org.finetune4j.weights.download.HttpSettings;
import org.finetune4j.weights.download.NpmConfiguration;

/** Client and configuration, made when something is really to be fetched; for one thread. */
final class Network {
  private final HttpSettings settings;
  private final Progress progress;
  private Optional<NpmConfiguration> npm;
  private Optional<Downloader> downloader = Optional.empty();

  Network(HttpSettings settings, Optional<NpmConfiguration> npm, Progress progress) {
    this.settings = settings;
    this.npm = npm;
    this.progress = progress;
  }

  NpmConfiguration npm() throws IOException {
    if (npm.isEmpty()) {
      npm = Optional.of(NpmConfiguration.ofUser());
    }
    return npm.orElseThrow();
  }

  Downloader downloader() throws IOException {
    if (downloader.isEmpty()) {
      NpmConfiguration configuration = npm();
      downloader =
          Optional.of(
              new Downloader(
                  HttpClients.of(settings, configuration),
                  settings,
                  configuration::authorization,
                  progress));
    }
    return downloader.orElseThrow();
  }
}
