package dev.carafe.daemon.status;

import dev.carafe.daemon.http.Page;
import dev.carafe.daemon.http.Pages;
import java.io.IOException;

/// What the JVM tells of itself: `/debug/goroutines`, which is also `/debug/threads`, and `/debug/heap`. Nothing of
/// pods, containers or the configuration.
public final class DiagnosisPages implements Pages {
    static final String FOLDER = "/debug/";

    private static final int NOT_FOUND = 404;

    @Override
    public Page page(String method, String path) throws IOException {
        return switch (path) {
            case FOLDER + "goroutines", FOLDER + "threads" -> Page.text(Diagnosis.threads());
            case FOLDER + "heap" -> Page.text(Diagnosis.heap());
            default -> Page.refused(NOT_FOUND, "there is no such page");
        };
    }
}
