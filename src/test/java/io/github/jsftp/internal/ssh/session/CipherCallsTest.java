package io.github.jsftp.internal.ssh.session;

import static org.assertj.core.api.Assertions.assertThatCode;

import io.github.jsftp.testing.LeakCheck;
import javax.crypto.Cipher;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@LeakCheck
class CipherCallsTest {
  @ParameterizedTest
  @ValueSource(ints = {Cipher.ENCRYPT_MODE, Cipher.DECRYPT_MODE})
  void theCipherAcceptsAllCalls(int mode) {
    assertThatCode(() -> new CipherCalls(mode).call()).doesNotThrowAnyException();
  }
}
