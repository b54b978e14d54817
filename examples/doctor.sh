#!/usr/bin/env bash
# Tests each step of connecting to a server, and prints what to do if one fails. Changes nothing.
#
#   examples/doctor.sh me@hostname
#   SFTP_PASSWORD=.. examples/doctor.sh me@hostname:2222
#   SFTP_KEY=~/.ssh/id_work examples/doctor.sh -t 5 hostname
#
# Exits with 0 if everything works, with 1 if a step fails, and with 2 if the arguments are wrong.
set -euo pipefail

project=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
classpath="$project/target/classpath"

java=java
if [[ -n ${JAVA_HOME:-} && -x $JAVA_HOME/bin/java ]]; then
  java="$JAVA_HOME/bin/java"
fi

# Builds only if a source is newer than the last build by this script.
if [[ ! -e $classpath ]] ||
  [[ -n $(find "$project/pom.xml" "$project/src/main" -newer "$classpath" -print -quit) ]]; then
  mvn -q -Dstyle.color=never -f "$project/pom.xml" process-classes >&2
fi

exec "$java" --class-path "$project/target/classes:$(<"$classpath")" "$project/examples/Doctor.java" "$@"
