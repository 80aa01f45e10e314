package dev.carafe.daemon.http;

import java.io.IOException;

/// What there is to ask for. Called on a thread of the question's own, by several at once.
@FunctionalInterface
public interface Pages {
    /// @param method GET or HEAD
    /// @param path decoded, without the query; begins with `/`
    Page page(String method, String path) throws IOException, InterruptedException;
}
