package org.finetune4j.dl4j;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What may stand in a configuration before Deeplearning4j reads it, which makes an object of every
 * class that the file names.
 */
final class ConfigurationJson {
  /** Plain values of Deeplearning4j and ND4J: layers, vertices, functions, training options. */
  private static final Pattern CLASSES =
      Pattern.compile(
          "(org\\.deeplearning4j\\.nn\\."
              + "(weights|conf\\.(constraint|distribution|dropout|graph|layers"
              + "|layers\\.convolutional|layers\\.misc|preprocessor|stepfunctions|weightnoise))"
              + "|org\\.nd4j\\.linalg\\."
              + "(activations\\.impl|learning\\.config|learning\\.regularization"
              + "|lossfunctions\\.impl|schedule)"
              + ")\\.[A-Z][A-Za-z0-9]*"
              + "|org\\.finetune4j\\.dl4j\\.layer\\."
              + "(OneDnnConvolutionLayer|OneDnnPoolingLayer|HardSigmoid|HardSwish)");

  /** The fields with lists of names; elsewhere a list that starts with a text could be a class. */
  private static final Set<String> NAME_LISTS =
      Set.of("networkInputs", "networkOutputs", "topologicalOrderStr", "variables");

  private static final String LISTS_BY_NAME = "vertexInputs";
  private static final int DEEPEST = 50;

  private static final JsonFactory JSON =
      JsonFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(DEEPEST).build())
          .build();

  private ConfigurationJson() {}

  /**
   * Reads the whole text.
   *
   * @return the names of the outermost fields
   * @throws IOException if it is not JSON, or names a class that is not known to be harmless
   */
  static Set<String> check(String text) throws IOException {
    try {
      return read(text);
    } catch (JsonProcessingException e) {
      throw new IOException("Its configuration cannot be read: " + e.getOriginalMessage(), e);
    }
  }

  private static Set<String> read(String text) throws IOException {
    Set<String> fields = new HashSet<>();
    try (JsonParser json = JSON.createParser(text)) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        throw new IOException("Its configuration is not a JSON object.");
      }
      for (JsonToken token = json.nextToken(); token != null; token = json.nextToken()) {
        if (token == JsonToken.FIELD_NAME && json.getParsingContext().getParent().inRoot()) {
          fields.add(json.currentName());
        } else if (token == JsonToken.VALUE_STRING) {
          checkText(json);
        } else if ("@class".equals(json.currentName()) && token != JsonToken.FIELD_NAME) {
          throw new IOException("In its configuration an @class is not a text.");
        }
      }
    }
    return fields;
  }

  private static void checkText(JsonParser json) throws IOException {
    var context = json.getParsingContext();
    if (context.inArray() && context.getCurrentIndex() == 0) {
      var list = context.getParent();
      boolean names =
          NAME_LISTS.contains(list.getCurrentName())
              || (list.getParent() != null
                  && LISTS_BY_NAME.equals(list.getParent().getCurrentName()));
      if (!names) {
        throw new IOException(
            "Its configuration has a list of texts in '" + list.getCurrentName() + "'.");
      }
    } else if ("@class".equals(json.currentName()) && !CLASSES.matcher(json.getText()).matches()) {
      throw new IOException(
          "Its configuration names the class '"
              + json.getText()
              + "', which is none of Deeplearning4j's layers, vertices and functions that can be"
              + " imported.");
    }
  }
}
