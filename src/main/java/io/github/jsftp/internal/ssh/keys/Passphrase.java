package io.github.jsftp.internal.ssh.keys;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A passphrase of private keys. A supplier is asked when a key first needs it, and only once. */
public final class Passphrase {
  private final @Nullable Supplier<char[]> supplier;
  private @Nullable String text;

  private Passphrase(@Nullable String text, @Nullable Supplier<char[]> supplier) {
    this.text = text;
    this.supplier = supplier;
  }

  /** Returns a known passphrase; null if there is none. */
  public static Passphrase of(@Nullable String text) {
    return new Passphrase(text, null);
  }

  /** Returns the passphrase that a supplier returns. */
  public static Passphrase from(Supplier<char[]> supplier) {
    return new Passphrase(null, supplier);
  }

  /**
   * Returns the passphrase, or null if there is none.
   *
   * @throws SupplierFailedException if the supplier throws or returns null
   */
  @Nullable String get() {
    if (text == null && supplier != null) {
      char[] supplied;
      try {
        supplied = supplier.get();
      } catch (RuntimeException e) {
        // The message of the exception may contain a secret.
        throw new SupplierFailedException("failed: " + e.getClass().getName(), e);
      }
      if (supplied == null) {
        throw new SupplierFailedException("returned null", null);
      }
      text = new String(supplied);
    }
    return text;
  }

  /** The supplier has not returned a passphrase. */
  public static final class SupplierFailedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    SupplierFailedException(String problem, @Nullable Throwable cause) {
      super("passphrase(..) " + problem, cause);
    }
  }
}
