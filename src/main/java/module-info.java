/** A friendly, safe and fast SFTP library. */
module io.github.jsftp {
  requires com.jcraft.jsch;
  requires java.management;
  requires static transitive org.jspecify;

  exports io.github.jsftp;
}
