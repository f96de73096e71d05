package org.finetune4j.keras;

import com.fasterxml.jackson.databind.JsonNode;
import org.finetune4j.network.Cropping;
import org.finetune4j.network.NetworkBuilder;
import org.finetune4j.network.Resizing;
import org.finetune4j.network.Resizing.Interpolation;
import org.finetune4j.network.Shape;

/**
 * Keras's layers that make a map larger or smaller without weights, behind the last layer of a
 * network; each answers with why it has no counterpart, or with an empty text.
 *
 * @param net what is written
 * @param name of the layer; layers before it take names of their own from it
 * @param config its settings
 */
record KerasSizes(NetworkBuilder net, String name, JsonNode config) {
  String cropping() {
    JsonNode rows = config.path("cropping").path(0);
    JsonNode columns = config.path("cropping").path(1);
    net.layer(
        new Cropping(
            name,
            net.last(),
            rows.path(0).asInt(),
            rows.path(1).asInt(),
            columns.path(0).asInt(),
            columns.path(1).asInt()));
    return "";
  }

  String upSampling() {
    JsonNode factors = config.path("size");
    Shape shape = net.shape();
    int height = Math.multiplyExact(shape.height(), factors.path(0).asInt());
    int width = Math.multiplyExact(shape.width(), factors.path(1).asInt());
    return resize(height, width);
  }

  String resizing() {
    int height = config.path("height").asInt();
    int width = config.path("width").asInt();
    Shape shape = net.shape();
    if (shape.height() == height && shape.width() == width) {
      return "";
    }
    if (config.path("crop_to_aspect_ratio").asBoolean()) {
      cropToRatio(height, width);
    } else if (config.path("pad_to_aspect_ratio").asBoolean()) {
      if (config.path("fill_value").asDouble() != 0
          || !config.path("fill_mode").asText("constant").equals("constant")) {
        return "pads with something other than zeros";
      }
      padToRatio(height, width);
    }
    if (config.path("antialias").asBoolean()
        && (height < net.shape().height() || width < net.shape().width())) {
      return "smooths before it makes smaller";
    }
    return resize(height, width);
  }

  /** The middle if there is enough, otherwise the largest part of this form, made larger. */
  String centerCrop() {
    int height = config.path("height").asInt();
    int width = config.path("width").asInt();
    Shape shape = net.shape();
    if (shape.height() < height || shape.width() < width) {
      cropToRatio(height, width);
      return resize(height, width);
    }
    crop(name, height, width);
    return "";
  }

  private void cropToRatio(int height, int width) {
    Shape shape = net.shape();
    int rows = (int) ((double) shape.width() * height / width);
    int columns = (int) ((double) shape.height() * width / height);
    crop(
        name + "/cropped",
        Math.max(1, Math.min(shape.height(), rows)),
        Math.max(1, Math.min(shape.width(), columns)));
  }

  private void crop(String layer, int height, int width) {
    Shape shape = net.shape();
    int top = (shape.height() - height) / 2;
    int left = (shape.width() - width) / 2;
    if (shape.height() == height && shape.width() == width) {
      return;
    }
    net.layer(
        new Cropping(
            layer,
            net.last(),
            top,
            shape.height() - height - top,
            left,
            shape.width() - width - left));
  }

  private void padToRatio(int height, int width) {
    Shape shape = net.shape();
    int rows = Math.max(shape.height(), (int) ((double) shape.width() * height / width));
    int columns = Math.max(shape.width(), (int) ((double) shape.height() * width / height));
    int top = (rows - shape.height()) / 2;
    int left = (columns - shape.width()) / 2;
    net.zeroPad(
        name + "/padded", top, rows - shape.height() - top, left, columns - shape.width() - left);
  }

  private String resize(int height, int width) {
    String interpolation = config.path("interpolation").asText("bilinear");
    Interpolation known =
        switch (interpolation) {
          case "nearest" -> Interpolation.NEAREST;
          case "bicubic" -> Interpolation.BICUBIC;
          default -> Interpolation.BILINEAR;
        };
    if (known == Interpolation.BILINEAR && !interpolation.equals("bilinear")) {
      return "has the interpolation '" + interpolation + "'";
    }
    net.layer(new Resizing(name, net.last(), height, width, known));
    return "";
  }
}
