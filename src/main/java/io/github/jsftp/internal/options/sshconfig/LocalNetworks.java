package io.github.jsftp.internal.options.sshconfig;

import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.List;
import java.util.regex.Pattern;

/** The networks that this machine is connected to. */
final class LocalNetworks {
  private static final Pattern ADDRESS = Pattern.compile("[0-9.]+|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*");
  private static final Pattern LENGTH = Pattern.compile("[0-9]{1,3}");

  private LocalNetworks() {}

  /**
   * Returns true if an address of this machine is in one of the networks.
   *
   * @param list networks such as 192.168.0.0/16, separated by commas
   * @throws IOException if the list is malformed
   */
  static boolean contain(String list, ConfigLine line) throws IOException {
    List<InetAddress> addresses =
        NetworkInterface.networkInterfaces()
            .filter(LocalNetworks::isUp)
            .flatMap(NetworkInterface::inetAddresses)
            .toList();
    boolean found = false;
    for (String network : list.split(",", -1)) {
      int slash = network.indexOf('/');
      byte[] start = address(slash < 0 ? network : network.substring(0, slash), line);
      int bits = slash < 0 ? start.length * 8 : length(network.substring(slash + 1), line);
      if (bits > start.length * 8) {
        throw malformed(network, line);
      }
      found |= addresses.stream().anyMatch(address -> isIn(address.getAddress(), start, bits));
    }
    return found;
  }

  private static boolean isUp(NetworkInterface network) {
    try {
      return network.isUp();
    } catch (SocketException e) {
      return false;
    }
  }

  private static byte[] address(String text, ConfigLine line) throws IOException {
    if (!ADDRESS.matcher(text).matches()) {
      throw malformed(text, line);
    }
    try {
      return InetAddress.getByName(text).getAddress(); // a literal address is not looked up
    } catch (UnknownHostException e) {
      throw malformed(text, line);
    }
  }

  private static int length(String text, ConfigLine line) throws IOException {
    if (!LENGTH.matcher(text).matches()) {
      throw malformed(text, line);
    }
    return Integer.parseInt(text);
  }

  private static IOException malformed(String network, ConfigLine line) {
    return line.problem("match localnetwork: not a network: " + ConfigLine.quoted(network));
  }

  private static boolean isIn(byte[] address, byte[] network, int bits) {
    if (address.length != network.length) {
      return false;
    }
    for (int i = 0; i < bits; i++) {
      int mask = 0x80 >> (i % 8);
      if ((address[i / 8] & mask) != (network[i / 8] & mask)) {
        return false;
      }
    }
    return true;
  }
}
