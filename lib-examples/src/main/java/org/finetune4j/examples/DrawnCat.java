package org.finetune4j.examples;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.Polygon;
import java.awt.image.BufferedImage;
import org.finetune4j.image.Image;
import org.finetune4j.picture.ImageEncoder;

/** A cat on a meadow, nobody's photo. */
final class DrawnCat {
  private static final double UNITS = 96;

  private DrawnCat() {}

  /** Draws it with this many pixels a side. */
  static Image draw(int side) {
    BufferedImage paper = new BufferedImage(side, side, BufferedImage.TYPE_INT_RGB);
    Graphics2D pen = paper.createGraphics();
    pen.scale(side / UNITS, side / UNITS);
    pen.setColor(new Color(0xbfd8e8));
    pen.fillRect(0, 0, 96, 96);
    pen.setColor(new Color(0x7a9a5b));
    pen.fillRect(0, 70, 96, 26);
    pen.setColor(new Color(0xc77b30));
    pen.fillOval(26, 46, 46, 40);
    pen.fillOval(30, 22, 38, 34);
    pen.fillPolygon(new Polygon(new int[] {31, 33, 46}, new int[] {34, 10, 25}, 3));
    pen.fillPolygon(new Polygon(new int[] {52, 65, 67}, new int[] {25, 10, 34}, 3));
    pen.setStroke(new BasicStroke(6));
    pen.drawArc(60, 44, 26, 34, -90, 160);
    pen.setColor(new Color(0x2f5d2f));
    pen.fillOval(38, 33, 8, 8);
    pen.fillOval(53, 33, 8, 8);
    pen.setColor(new Color(0xe8a0a0));
    pen.fillPolygon(new Polygon(new int[] {46, 52, 49}, new int[] {44, 44, 48}, 3));
    pen.dispose();
    return ImageEncoder.toImage(paper);
  }
}
