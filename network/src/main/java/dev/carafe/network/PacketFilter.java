package dev.carafe.network;

import java.io.IOException;

/// The kernel's packet filter, as far as host ports need it. Must be safe for all threads.
public interface PacketFilter {
    /// Whether it can be used on this node.
    boolean isThere();

    /// Carries out a script of nft(8): all of it or nothing.
    void apply(String script) throws IOException, InterruptedException;

    /// Forgets where datagrams to a port of the node went up to now, so that those of flows that go on follow
    /// the rules of now. What can't be forgotten ends by itself minutes later.
    void forgetDatagrams(int port) throws IOException, InterruptedException;
}
