package org.finetune4j.doctor;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;

/** What single pictures show. */
record PixelFindings(
    double blurred, int tiny, double aspect, double dark, double bright, double rare) {
  List<Finding> of(List<ExaminedPicture> pictures, List<PictureLook> looks) {
    List<Finding> findings = new ArrayList<>();
    Each each = new Each(pictures, looks, findings);
    each.add(
        Problem.DARK,
        it -> it.brightness() < dark,
        it -> -it.brightness(),
        "brightness %.0f of 255");
    each.add(
        Problem.BRIGHT,
        it -> it.brightness() > bright,
        PictureLook::brightness,
        "brightness %.0f of 255");
    each.add(
        Problem.BLURRED,
        it -> it.sharpness() < blurred && it.brightness() >= dark && it.brightness() <= bright,
        it -> -it.sharpness(),
        "variance of the Laplacian %.1f");
    each.add(Problem.EXTREME_ASPECT, it -> it.aspect() > aspect, PictureLook::aspect, "ratio %.1f");
    each.add(Problem.TURNED, PictureLook::turned, it -> 0, "");
    each.addRare(
        Problem.TINY,
        it -> shorter(it) < tiny,
        it -> -shorter(it),
        "%.0f pixels at the shorter side");
    each.addRare(Problem.GRAY, PictureLook::gray, it -> 0, "");
    return findings;
  }

  private static double shorter(PictureLook look) {
    return Math.min(look.size().width(), look.size().height());
  }

  /** Goes through all pictures. */
  private final class Each {
    private final List<ExaminedPicture> pictures;
    private final List<PictureLook> looks;
    private final List<Finding> findings;

    Each(List<ExaminedPicture> pictures, List<PictureLook> looks, List<Finding> findings) {
      this.pictures = pictures;
      this.looks = looks;
      this.findings = findings;
    }

    void add(
        Problem problem,
        Predicate<PictureLook> has,
        ToDoubleFunction<PictureLook> score,
        String detail) {
      for (int i = 0; i < looks.size(); i++) {
        if (has.test(looks.get(i))) {
          double value = score.applyAsDouble(looks.get(i));
          String text = String.format(Locale.ROOT, detail, Math.abs(value));
          findings.add(new Finding(problem, List.of(pictures.get(i)), value, text));
        }
      }
    }

    void addRare(
        Problem problem,
        Predicate<PictureLook> has,
        ToDoubleFunction<PictureLook> score,
        String detail) {
      if (looks.stream().filter(has).count() <= rare * looks.size()) {
        add(problem, has, score, detail);
      }
    }
  }
}
