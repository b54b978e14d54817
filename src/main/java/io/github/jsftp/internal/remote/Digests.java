package io.github.jsftp.internal.remote;

import java.util.List;

/**
 * The digests of a file's content, piece after piece.
 *
 * @param algorithm how they were made, as {@link java.security.MessageDigest} names it
 * @param pieces one for each piece
 */
public record Digests(String algorithm, List<byte[]> pieces) {}
