package dev.carafe.engine.image;

import dev.carafe.oci.Reference;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// A name may mean several references: they are tried in order.
final class FirstPulled {
    private FirstPulled() {}

    interface Pull<T> {
        T of(Reference reference) throws IOException, InterruptedException;
    }

    /// What the first gives that can be had, or all that stood in the way.
    ///
    /// @param meanings at least one
    static <T> T of(List<Reference> meanings, Pull<T> pull) throws IOException, InterruptedException {
        var failures = new ArrayList<IOException>();
        for (var reference : meanings) {
            try {
                return pull.of(reference);
            } catch (InterruptedIOException e) {
                throw e;
            } catch (IOException e) {
                failures.add(e);
            }
        }
        var last = failures.removeLast();
        if (failures.isEmpty()) {
            throw last;
        }
        var texts = Stream.concat(failures.stream(), Stream.of(last)).map(Throwable::getMessage);
        var failure = new IOException(texts.collect(Collectors.joining("; ")), last);
        failures.forEach(failure::addSuppressed);
        throw failure;
    }
}
