package org.finetune4j.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.luciad.imageio.webp.WebPReadParam;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.metadata.IIOMetadata;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ImageReadersTest {
  /** Fails as webp-imageio does. */
  private static final class Failing extends ImageReader {
    private final OutOfMemoryError error;
    private final List<ImageReadParam> used = new ArrayList<>();

    Failing(OutOfMemoryError error) {
      super(null);
      this.error = error;
    }

    @Override
    public ImageReadParam getDefaultReadParam() {
      return new WebPReadParam();
    }

    @Override
    public BufferedImage read(int imageIndex, ImageReadParam param) {
      used.add(param);
      throw error;
    }

    @Override
    public int getNumImages(boolean allowSearch) {
      return 1;
    }

    @Override
    public int getWidth(int imageIndex) {
      return 1;
    }

    @Override
    public int getHeight(int imageIndex) {
      return 1;
    }

    @Override
    public Iterator<ImageTypeSpecifier> getImageTypes(int imageIndex) {
      return Collections.emptyIterator();
    }

    @Override
    public @Nullable IIOMetadata getStreamMetadata() {
      return null;
    }

    @Override
    public @Nullable IIOMetadata getImageMetadata(int imageIndex) {
      return null;
    }
  }

  @Test
  void aFileForWhichLibwebpGetsNoMemoryIsRefusedAndLeavesNothingBehind() {
    Failing reader = new Failing(new OutOfMemoryError());

    for (int i = 0; i < 3; i++) {
      assertThatThrownBy(
              () -> ImageReaders.first(ImageFormat.WEBP, reader, ImageReader::getDefaultReadParam))
          .isInstanceOf(IOException.class)
          .hasMessage("libwebp does not get the memory that it asks for.");
    }

    assertThat(reader.used).hasSize(3);
    assertThat(reader.used.get(1)).isSameAs(reader.used.get(0));
    assertThat(reader.used.get(2)).isSameAs(reader.used.get(0));
  }

  @Test
  void shortMemoryOfJavasOwnIsNoFaultOfTheFile() {
    Failing reader = new Failing(new OutOfMemoryError("Java heap space"));

    assertThatThrownBy(
            () -> ImageReaders.first(ImageFormat.WEBP, reader, ImageReader::getDefaultReadParam))
        .isInstanceOf(OutOfMemoryError.class);
  }
}
