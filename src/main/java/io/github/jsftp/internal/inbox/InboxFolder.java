package io.github.jsftp.internal.inbox;

import io.github.jsftp.FileInfo;
import io.github.jsftp.NoSuchPathException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One listing of the folder, sorted into files, done files and claims. */
final class InboxFolder {
  /** A file with the name of a claim. */
  record Entry(ClaimName claim, FileInfo info) {}

  private final Map<String, FileInfo> all = new HashMap<>();
  private final List<FileInfo> files = new ArrayList<>();
  private final List<String> doneFiles = new ArrayList<>();
  private final List<Entry> claims = new ArrayList<>();

  static InboxFolder list(InboxSettings settings) throws IOException {
    var folder = new InboxFolder();
    DoneName done = settings.doneFile();
    for (FileInfo listed : settings.sftp().listdirAttr(settings.folder())) {
      FileInfo info = complete(settings, listed);
      String name = info.name();
      ClaimName claim = ClaimName.parse(name);
      if (!info.isFile() || name.equals(Completeness.PROBE)) {
        continue;
      }
      folder.all.put(name, info);
      if (claim != null) {
        folder.claims.add(new Entry(claim, info));
      } else if (done != null && done.dataOf(name) != null) {
        folder.doneFiles.add(name);
      } else {
        folder.files.add(info);
      }
    }
    return folder;
  }

  /** Returns the attributes of a file, which some servers leave out of listings. */
  private static FileInfo complete(InboxSettings settings, FileInfo listed) throws IOException {
    if (listed.hasSize() || listed.hasTimes()) {
      return listed;
    }
    try {
      return settings.sftp().lstat(settings.path(listed.name()));
    } catch (NoSuchPathException e) {
      return listed; // just removed
    }
  }

  boolean has(String name) {
    return all.containsKey(name);
  }

  @Nullable FileInfo get(String name) {
    return all.get(name);
  }

  /** Returns the regular files that are neither claims nor done files. */
  List<FileInfo> files() {
    return files;
  }

  List<String> doneFiles() {
    return doneFiles;
  }

  List<Entry> claims() {
    return claims;
  }

  /** Returns true if a file with this original name is claimed. */
  boolean hasClaimOf(String name) {
    return claims.stream().anyMatch(entry -> entry.claim().name().equals(name));
  }
}
