package dev.carafe.registry;

/// Which registries keep their layers at some other place: their answer to who asks for one is small. Safe for all
/// threads.
final class StoredElsewhere {
    private static final int MOST_REMEMBERED = 256;

    private final Recent<Origin, Boolean> origins = new Recent<>(MOST_REMEMBERED);

    boolean contains(Request request) {
        return request.content().isLarge()
                && origins.get(request.url().origin()).isPresent();
    }

    /// From an answer.
    void learn(Request request, boolean isRedirect) {
        if (isRedirect && request.content().isLarge()) {
            origins.put(request.url().origin(), true);
        } else if (contains(request)) {
            origins.remove(request.url().origin());
        }
    }
}
