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

# JShell's own classes, loaded and verified, are kept in a file for each JDK. The first session
# writes it when it ends. Without a directory for it, JShell starts more slowly.
archive=
cache="${XDG_CACHE_HOME:-${HOME:-/}/.cache}/jsftp"
release="$(dirname "$(readlink -f "$(command -v "$jshell")")")/../release"
if [[ -r $release ]] && mkdir -p "$cache" 2>/dev/null && [[ -w $cache ]]; then
  archive="$cache/jshell-$(cksum <"$release" | tr ' ' '-').jsa"
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

if [[ -z $archive ]]; then
  start "$@"
elif [[ -e $archive ]]; then
  start "-J-XX:SharedArchiveFile=$archive" "$@"
else
  status=0
  start "-J-XX:ArchiveClassesAtExit=$archive.$$" "$@" || status=$?
  mv -f "$archive.$$" "$archive" 2>/dev/null || true
  exit "$status"
fi
