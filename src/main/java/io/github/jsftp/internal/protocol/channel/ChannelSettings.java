package io.github.jsftp.internal.protocol.channel;

import io.github.jsftp.internal.remote.Failures;
import java.nio.charset.Charset;
import java.time.Duration;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The settings that all channels of a client share.
 *
 * @param timeout how long a channel with pending requests may make no progress
 * @param copied counts the bytes that have been read or written
 * @param onAbort is notified of each channel that is aborted
 */
public record ChannelSettings(
    Transport.Source source,
    Failures failures,
    Charset charset,
    int maxRequests,
    Supplier<Duration> timeout,
    LongAdder copied,
    Consumer<SftpChannel> onAbort) {}
