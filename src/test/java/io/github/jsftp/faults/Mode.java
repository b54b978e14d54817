package io.github.jsftp.faults;

/** With which options a copy is made. */
enum Mode {
  PLAIN(false),
  RESUME(true);

  private final boolean resume;

  Mode(boolean resume) {
    this.resume = resume;
  }

  boolean resumes() {
    return resume;
  }
}
