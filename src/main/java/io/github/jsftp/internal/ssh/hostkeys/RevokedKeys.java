package io.github.jsftp.internal.ssh.hostkeys;

import io.github.jsftp.internal.ssh.support.PublicKeyFormat;
import io.github.jsftp.internal.ssh.support.SshDirectory;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads files of revoked keys: public keys, one a line. */
final class RevokedKeys {
  private static final Pattern BLANKS = Pattern.compile("[ \\t]+");
  private static final byte[] BINARY_LIST = "SSHKRL\n\0".getBytes(StandardCharsets.US_ASCII);

  private RevokedKeys() {}

  /**
   * Returns where one of the keys is revoked, as in "/etc/ssh/revoked:3", or null if none is.
   *
   * @throws FileSystemException if a file can't be read or understood, whose name it has; then no
   *     key can be accepted
   */
  static @Nullable String find(List<Path> files, List<byte[]> keys) throws FileSystemException {
    for (Path file : files) {
      try (var in = new BufferedInputStream(SshDirectory.open(file))) {
        in.mark(BINARY_LIST.length);
        if (Arrays.equals(in.readNBytes(BINARY_LIST.length), BINARY_LIST)) {
          throw new IOException(
              "it is a binary revocation list, which is not supported; list the public keys as"
                  + " text, one a line");
        }
        in.reset();
        int line = find(in, keys);
        if (line > 0) {
          return file + ":" + line;
        }
      } catch (IOException e) {
        throw KnownHostsFile.naming(file, e);
      }
    }
    return null;
  }

  private static int find(InputStream in, List<byte[]> keys) throws IOException {
    String line = KnownHosts.readLine(in);
    for (int number = 1; line != null; number++) {
      String stripped = line.strip();
      if (!stripped.isEmpty() && !stripped.startsWith("#")) {
        byte[] revoked = key(BLANKS.split(stripped));
        if (revoked == null) {
          throw new IOException("line " + number + " is not a public key");
        }
        if (keys.stream().anyMatch(key -> Arrays.equals(key, revoked))) {
          return number;
        }
      }
      line = KnownHosts.readLine(in);
    }
    return 0;
  }

  private static byte @Nullable [] key(String[] fields) {
    return fields.length < 2 ? null : PublicKeyFormat.decode(fields[0], fields[1]);
  }
}
