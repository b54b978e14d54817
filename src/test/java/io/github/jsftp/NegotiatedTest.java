package io.github.jsftp;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.jsftp.testing.Connections;
import io.github.jsftp.testing.OnEachServer;
import io.github.jsftp.testing.TestServer;
import java.io.IOException;
import org.junit.jupiter.api.Test;

@OnEachServer
class NegotiatedTest {

  @Test
  void hasTheOnlyAlgorithmsThatWereOffered(TestServer server) throws IOException {
    var options =
        Connections.options(server)
            .keyExchanges("ecdh-sha2-nistp256")
            .ciphers("aes192-ctr")
            .macs("hmac-sha2-512")
            .compression(true)
            .build();
    try (var sftp = Connection.connect(options)) {
      Negotiated negotiated = sftp.negotiated();
      assertThat(negotiated.keyExchange()).isEqualTo("ecdh-sha2-nistp256");
      assertThat(options.hostKeyAlgorithms()).contains(negotiated.hostKeyAlgorithm());
      assertThat(negotiated.cipherToServer()).isEqualTo("aes192-ctr");
      assertThat(negotiated.cipherFromServer()).isEqualTo("aes192-ctr");
      assertThat(negotiated.macToServer()).hasValue("hmac-sha2-512");
      assertThat(negotiated.macFromServer()).hasValue("hmac-sha2-512");
      assertThat(negotiated.compressionToServer()).isEqualTo("zlib@openssh.com");
      assertThat(negotiated.compressionFromServer()).isEqualTo("zlib@openssh.com");
      assertThat(negotiated)
          .isEqualTo(sftp.negotiated())
          .hasSameHashCodeAs(sftp.negotiated())
          .hasToString(
              "ecdh-sha2-nistp256, %s, to the server aes192-ctr hmac-sha2-512 zlib@openssh.com,"
                      .formatted(negotiated.hostKeyAlgorithm())
                  + " from the server aes192-ctr hmac-sha2-512 zlib@openssh.com");
    }
  }

  @Test
  void hasNoMacWhereTheCipherIncludesOne(TestServer server) throws IOException {
    var options = Connections.options(server).ciphers("aes128-gcm@openssh.com").build();
    try (var sftp = Connection.connect(options)) {
      assertThat(sftp.negotiated().macToServer()).isEmpty();
      assertThat(sftp.negotiated().macFromServer()).isEmpty();
      assertThat(sftp.negotiated().toString()).endsWith("aes128-gcm@openssh.com implicit none");
    }
  }
}
