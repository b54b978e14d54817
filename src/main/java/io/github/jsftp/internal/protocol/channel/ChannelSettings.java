package io.github.jsftp.internal.protocol.channel;

import io.github.jsftp.internal.remote.Failures;
import java.nio.charset.Charset;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * What all channels of a pipeline have in common.
 *
 * @param onAbort told of each channel that breaks
 */
public record ChannelSettings(
    Transport.Source source,
    Failures failures,
    Charset charset,
    int maxRequests,
    Supplier<Duration> timeout,
    Consumer<SftpChannel> onAbort) {}
