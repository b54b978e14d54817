/** A friendly, safe and fast SFTP library. */
module io.github.jsftp {
  requires com.jcraft.jsch;
  requires static transitive org.jspecify;

  exports io.github.jsftp;
}
