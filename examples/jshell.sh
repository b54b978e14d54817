#!/usr/bin/env bash
# Starts JShell with jsftp on its class path and the usual imports; further arguments go to jshell.
#
#   examples/jshell.sh
#   jshell> var sftp = Connection.connect("hostname", "me", "secret")
#   jshell> sftp.listdir()
#
# Exceptions are one line: their stack traces are turned off in the JVM that runs the snippets.
# With -R-XX:+StackTraceInThrowable as an argument they are back.
set -euo pipefail

project=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
classpath="$project/target/classpath"

jshell=jshell
if [[ -n ${JAVA_HOME:-} && -x $JAVA_HOME/bin/jshell ]]; then
  jshell="$JAVA_HOME/bin/jshell"
fi

# Builds only when something is newer than the last build from here.
if [[ ! -e $classpath ]] ||
  [[ -n $(find "$project/pom.xml" "$project/src/main" -newer "$classpath" -print -quit) ]]; then
  mvn -q -Dstyle.color=never -f "$project/pom.xml" process-classes >&2
fi

# JShell's own classes, loaded and verified, are kept in a file for each JDK, which the first
# session writes when it ends. Its name has its checksum, since the JVM may crash with a damaged
# one. Without a directory for it, JShell starts more slowly.
checksum() {
  cksum <"$1" | tr ' ' '-'
}

stored() {
  [[ -e $1 ]]
}

archives="${XDG_CACHE_HOME:-${HOME:-/}/.cache}/jsftp"
archive=
new=
release="$(dirname "$(readlink -f "$(command -v "$jshell")")")/../release"
if [[ -r $release ]] && mkdir -p "$archives" 2>/dev/null && [[ -w $archives ]]; then
  archives="$archives/jshell-$(checksum "$release")"
  for file in "$archives"-*.jsa; do
    if [[ -z $archive && -e $file && $file == "$archives-$(checksum "$file").jsa" ]]; then
      archive=$file
    else
      rm -f "$file"
    fi
  done
  new="$archives.$$"
fi

start() {
  "$jshell" \
    --class-path "$project/target/classes:$(<"$classpath")" \
    --startup "$project/examples/jshell.jsh" \
    --execution 'jdi:hostname(127.0.0.1),timeout(60000)' \
    -J-XX:TieredStopAtLevel=1 \
    -J-Xlog:cds=off,cds+dynamic=off \
    -R-XX:-StackTraceInThrowable \
    "$@"
}

if [[ -n $archive ]]; then
  start "-J-XX:SharedArchiveFile=$archive" "$@"
elif [[ -n $new ]]; then
  trap 'rm -f "$new"' EXIT
  status=0
  start "-J-XX:ArchiveClassesAtExit=$new" "$@" || status=$?
  # Of several first sessions at once, the first one to end stores its classes.
  if [[ -e $new && $status -lt 128 ]] && ! stored "$archives"-*.jsa; then
    mv -f "$new" "$archives-$(checksum "$new").jsa"
  fi
  exit "$status"
else
  start "$@"
fi
