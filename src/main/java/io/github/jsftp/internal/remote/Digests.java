package io.github.jsftp.internal.remote;

import java.util.List;

/**
 * The digests of a file's content, one for each piece.
 *
 * @param algorithm the name of the algorithm, as in {@link java.security.MessageDigest}
 * @param pieces the digests, in the order of the pieces
 */
public record Digests(String algorithm, List<byte[]> pieces) {}
