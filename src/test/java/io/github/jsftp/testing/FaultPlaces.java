package io.github.jsftp.testing;

/** How many of the places where a fault can occur are tried. */
public final class FaultPlaces {
  private static final double MINUTES =
      Double.parseDouble(System.getProperty("faults.minutes", "0.1"));

  private FaultPlaces() {}

  /** Returns true if many of them are tried, as with the profile {@code long}, and not a few. */
  public static boolean areManyTried() {
    return MINUTES >= 1;
  }

  /** Returns true if all of them are tried, as with the profile {@code faults}. */
  public static boolean areAllTried() {
    return MINUTES > 1;
  }
}
