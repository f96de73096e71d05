package org.finetune4j.archive;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.StandardOpenOption;
import java.nio.file.WatchService;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.nio.file.spi.FileSystemProvider;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A tar file as a file system that is only read. Thread-safe. */
final class TarFiles extends FileSystem {
  private final Path tar;
  private final FileChannel channel;

  /** The folder of the unpacked file, where this is one. */
  private final Optional<Path> unpacked;

  private final TarTree tree;
  private final FileSystemProvider provider = new TarProvider();

  private TarFiles(Path tar, FileChannel channel, Optional<Path> unpacked, TarTree tree) {
    this.tar = tar;
    this.channel = channel;
    this.unpacked = unpacked;
    this.tree = tree;
  }

  /**
   * Opens a tar file.
   *
   * @throws IOException if it is none that can be read
   */
  static TarFiles open(Path tar) throws IOException {
    return open(tar, FileChannel.open(tar, StandardOpenOption.READ), Optional.empty());
  }

  /**
   * Opens a tar file that is compressed by gzip: it is unpacked once, into a temporary file that
   * goes when this is closed or the process ends.
   *
   * @throws IOException if it is none that can be read, or becomes too large
   */
  static TarFiles openCompressed(Path tar) throws IOException {
    Path folder = Files.createTempDirectory("finetune4j-tar");
    Path unpacked = folder.resolve("unpacked.tar");
    FileChannel channel =
        FileChannel.open(
            unpacked,
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE,
            StandardOpenOption.DELETE_ON_CLOSE);
    folder.toFile().deleteOnExit(); // for whoever closes nothing
    try {
      Gunzip.to(channel, tar);
    } catch (IOException | RuntimeException e) {
      close(channel, Optional.of(folder));
      throw e;
    }
    return open(tar, channel, Optional.of(folder));
  }

  private static TarFiles open(Path tar, FileChannel channel, Optional<Path> folder)
      throws IOException {
    try {
      return new TarFiles(tar, channel, folder, TarTree.read(tar, channel));
    } catch (IOException | RuntimeException e) {
      close(channel, folder);
      throw e;
    }
  }

  private static void close(FileChannel channel, Optional<Path> folder) throws IOException {
    channel.close(); // deletes the file in the folder
    if (folder.isPresent()) {
      Files.deleteIfExists(folder.get());
    }
  }

  TarTree tree() {
    return tree;
  }

  TarContent content(TarTree.Node file) {
    return new TarContent(channel, file.offset(), file.size());
  }

  @Override
  public FileSystemProvider provider() {
    return provider;
  }

  @Override
  public void close() throws IOException {
    close(channel, unpacked);
  }

  @Override
  public boolean isOpen() {
    return channel.isOpen();
  }

  @Override
  public boolean isReadOnly() {
    return true;
  }

  @Override
  public String getSeparator() {
    return "/";
  }

  @Override
  public Iterable<Path> getRootDirectories() {
    return List.of(getPath("/"));
  }

  @Override
  public Iterable<FileStore> getFileStores() {
    return List.of();
  }

  @Override
  public Set<String> supportedFileAttributeViews() {
    return Set.of("basic");
  }

  @Override
  public Path getPath(String first, String... more) {
    return TarPath.of(this, more.length == 0 ? first : first + "/" + String.join("/", more));
  }

  @Override
  public PathMatcher getPathMatcher(String syntaxAndPattern) {
    PathMatcher ofTexts = FileSystems.getDefault().getPathMatcher(syntaxAndPattern);
    return path -> ofTexts.matches(Path.of(path.toString()));
  }

  @Override
  public UserPrincipalLookupService getUserPrincipalLookupService() {
    throw new UnsupportedOperationException("Whose the files in a tar file were is not read.");
  }

  @Override
  public WatchService newWatchService() {
    throw new UnsupportedOperationException("A tar file that is read does not change.");
  }

  @Override
  public String toString() {
    return tar.toString();
  }
}
