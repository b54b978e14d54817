/** A friendly, safe and fast SFTP library. */
@SuppressWarnings("requires-automatic") // the terminal that comes with the library for bars
module io.github.jsftp {
  requires com.jcraft.jsch;
  requires java.management;
  requires static transitive org.jspecify;
  requires static me.tongfei.progressbar;
  requires static org.jline.terminal;

  exports io.github.jsftp;
}
