package io.github.jsftp.internal.remote;

import io.github.jsftp.FileInfo;
import java.io.IOException;

/** Single requests for the attributes of a path. The operation is the user's, for messages. */
public interface AttributeRequests {

  /** Returns the attributes of a path; links are followed. */
  FileInfo stat(String operation, String path) throws IOException;

  /** Returns the attributes of a path; links are not followed. */
  FileInfo lstat(String operation, String path) throws IOException;

  /** Sets the attributes that are not null; links are followed. */
  void setAttributes(String operation, String path, AttributeChanges attributes) throws IOException;
}
