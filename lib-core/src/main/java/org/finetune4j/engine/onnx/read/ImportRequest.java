package org.finetune4j.engine.onnx.read;

import java.util.Optional;
import org.finetune4j.image.ImageSize;

/**
 * What somebody says of an ONNX file.
 *
 * @param input the input that reads pictures; may be left out if there is one only
 * @param channelsFirst whether the input is [n, 3, height, width], not [n, height, width, 3]; left
 *     out where the file says it
 * @param size of the pictures; may be left out if the file says it
 * @param feature the value that is the feature; may be left out if there is one output only
 * @param featureChannelsFirst likewise for a feature of four dimensions
 */
public record ImportRequest(
    Optional<String> input,
    Optional<Boolean> channelsFirst,
    Optional<ImageSize> size,
    Optional<String> feature,
    Optional<Boolean> featureChannelsFirst) {}
