package io.github.jsftp.internal.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.jsftp.internal.protocol.channel.Reply;
import io.github.jsftp.internal.protocol.channel.SftpConstants;
import io.github.jsftp.internal.protocol.channel.SftpProtocolException;
import io.github.jsftp.testing.Damage;
import io.github.jsftp.testing.SmallHeap;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

/** Damaged replies are read or rejected, and take no more memory than they have bytes. */
class DamagedRepliesTest {
  private static final int MEBIBYTES = 128;
  private static final int LEAST_ENTRY_BYTES = 12;

  @Test
  void takeNoMoreMemoryThanTheyHaveBytes() throws Exception {
    assertThat(SmallHeap.run(MEBIBYTES, Listings.class))
        .matches("[1-9]\\d* refused, [1-9]\\d* read");
  }

  /** Reads damaged listings. */
  static final class Listings {
    private static int refused;
    private static int read;

    public static void main(String[] args) {
      Damage.of(listing(), Listings::read);
      System.out.println(refused + " refused, " + read + " read");
    }

    private static byte[] listing() {
      var bytes = ByteBuffer.allocate(1000).putInt(2);
      for (String name : new String[] {"file", "ü"}) {
        put(bytes, name);
        put(bytes, "-rw-r--r-- 1 me me 5 Jan 1 00:00 " + name);
        int all =
            SftpConstants.ATTR_SIZE
                | SftpConstants.ATTR_UIDGID
                | SftpConstants.ATTR_PERMISSIONS
                | SftpConstants.ATTR_ACMODTIME
                | SftpConstants.ATTR_EXTENDED;
        bytes.putInt(all).putLong(5).putInt(1).putInt(1).putInt(0100644).putInt(7).putInt(8);
        bytes.putInt(1);
        put(bytes, "name");
        put(bytes, "value");
      }
      var listing = new byte[bytes.flip().remaining()];
      bytes.get(listing);
      return listing;
    }

    private static void put(ByteBuffer bytes, String text) {
      byte[] encoded = text.getBytes(UTF_8);
      bytes.putInt(encoded.length).put(encoded);
    }

    private static final AttributeQueries LOOKS = new AttributeQueries(new PathRequests(UTF_8));

    private static void read(byte[] listing) {
      try {
        var reply = new Reply(ByteBuffer.wrap(listing), UTF_8);
        for (int left = reply.count(LEAST_ENTRY_BYTES); left > 0; left--) {
          String name = reply.name();
          String longname = reply.text();
          LOOKS.ofEntry("/" + name, reply.attributes(), longname);
        }
        read++;
      } catch (SftpProtocolException e) {
        refused++;
      }
    }
  }
}
