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
  mvn -q -f "$project/pom.xml" process-classes >&2
fi

exec "$jshell" \
  --class-path "$project/target/classes:$(<"$classpath")" \
  --startup "$project/examples/jshell.jsh" \
  -R-XX:-StackTraceInThrowable \
  "$@"
