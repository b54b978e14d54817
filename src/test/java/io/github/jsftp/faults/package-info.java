/**
 * The fault campaign: copies files and trees while the connection, the server or the source fails,
 * and checks that no data is lost. README.md in this directory explains its terms and its table.
 */
package io.github.jsftp.faults;
