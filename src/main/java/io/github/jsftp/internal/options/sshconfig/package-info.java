/**
 * Options from ssh_config files. A class belongs here if it reads such a file, evaluates its
 * settings for a host, or turns them into options. Nothing here connects or runs a command.
 */
@NullMarked
package io.github.jsftp.internal.options.sshconfig;

import org.jspecify.annotations.NullMarked;
