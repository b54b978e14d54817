/**
 * Open remote files as streams: reading ahead, writing behind, positions. A class belongs here if a
 * user holds it open between calls. Whole files are copied by {@code transfer.copy}.
 */
@NullMarked
package io.github.jsftp.internal.file;

import org.jspecify.annotations.NullMarked;
