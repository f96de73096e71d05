package org.finetune4j.text;

import java.util.Comparator;

/**
 * Orders names as people do: digits by their value ({@code 2.jpg} before {@code 10.jpg}), the rest
 * by Unicode value. Names that differ only in leading zeros are ordered by length, so the order is
 * total and the same on every machine.
 */
public final class NaturalOrder implements Comparator<String> {
  /** The order. */
  public static final NaturalOrder INSTANCE = new NaturalOrder();

  @Override
  public int compare(String a, String b) {
    int i = 0;
    int j = 0;
    while (i < a.length() && j < b.length()) {
      int difference;
      if (isDigit(a.charAt(i)) && isDigit(b.charAt(j))) {
        int endA = endOfDigits(a, i);
        int endB = endOfDigits(b, j);
        difference = compareNumbers(a.substring(i, endA), b.substring(j, endB));
        i = endA;
        j = endB;
      } else {
        difference = Character.compare(a.charAt(i++), b.charAt(j++));
      }
      if (difference != 0) {
        return difference;
      }
    }
    int rest = Integer.compare(a.length() - i, b.length() - j);
    return rest != 0 ? rest : a.compareTo(b);
  }

  private static int compareNumbers(String a, String b) {
    String significantA = withoutLeadingZeros(a);
    String significantB = withoutLeadingZeros(b);
    int byLength = Integer.compare(significantA.length(), significantB.length());
    return byLength != 0 ? byLength : significantA.compareTo(significantB);
  }

  private static String withoutLeadingZeros(String digits) {
    int i = 0;
    while (i < digits.length() - 1 && digits.charAt(i) == '0') {
      i++;
    }
    return digits.substring(i);
  }

  private static int endOfDigits(String name, int from) {
    int i = from;
    while (i < name.length() && isDigit(name.charAt(i))) {
      i++;
    }
    return i;
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }
}
