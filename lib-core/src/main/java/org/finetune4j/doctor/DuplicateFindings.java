package org.finetune4j.doctor;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What groups of equal pictures mean. */
final class DuplicateFindings {
  private DuplicateFindings() {}

  static List<Finding> of(
      List<int[]> groups, List<ExaminedPicture> pictures, List<PictureLook> looks) {
    List<Finding> findings = new ArrayList<>();
    for (int[] group : groups) {
      List<ExaminedPicture> members = Arrays.stream(group).mapToObj(pictures::get).toList();
      boolean bytes =
          Arrays.stream(group).mapToObj(i -> looks.get(i).sha256()).distinct().count() == 1;
      String how = bytes ? "the same bytes" : "they look the same";
      long parts = members.stream().map(ExaminedPicture::part).distinct().count();
      long labels = members.stream().map(ExaminedPicture::label).distinct().count();
      if (parts > 1) {
        findings.add(new Finding(Problem.LEAK, members, members.size(), how));
      }
      if (labels > 1) {
        findings.add(new Finding(Problem.TWO_CLASSES, members, members.size(), how));
      }
      Problem problem = bytes ? Problem.EXACT_DUPLICATE : Problem.NEAR_DUPLICATE;
      findings.add(new Finding(problem, members, members.size(), how));
    }
    return findings;
  }
}
