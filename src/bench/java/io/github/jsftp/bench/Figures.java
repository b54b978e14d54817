package io.github.jsftp.bench;

import java.util.Locale;

/** Numbers as the tables have them, in any locale. */
final class Figures {
  private Figures() {}

  static String seconds(double nanos) {
    double seconds = nanos / 1e9;
    return format(seconds < 10 ? "%.2f" : seconds < 100 ? "%.1f" : "%,.0f", seconds);
  }

  static String rate(double amount, double nanos) {
    double rate = amount * 1e9 / nanos;
    return format(rate < 10 ? "%,.1f" : "%,.0f", rate);
  }

  static String times(double one, double other) {
    double times = one / other;
    return format(times < 10 ? "%.2f" : "%,.0f", times);
  }

  static String format(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
