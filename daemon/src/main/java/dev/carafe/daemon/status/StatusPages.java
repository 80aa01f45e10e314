package dev.carafe.daemon.status;

import dev.carafe.daemon.http.Page;
import dev.carafe.daemon.http.Pages;
import dev.carafe.engine.EngineException;
import dev.carafe.engine.NotFound;
import dev.carafe.engine.WrongState;
import dev.carafe.engine.container.Containers;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.function.Supplier;

/// CRI-O's pages: `/info`, `/containers/ID`, `/config`, `/pause/ID`, `/unpause/ID`, and those of [DiagnosisPages].
/// All are questions but the two that pause a container and let it go on.
public final class StatusPages implements Pages {
    private static final System.Logger LOG = System.getLogger(StatusPages.class.getName());

    private static final int FORBIDDEN = 403;
    private static final int NOT_FOUND = 404;
    private static final int CONFLICT = 409;
    private static final int INTERNAL = 500;

    /// Of ids; nothing longer is one.
    private static final int MAX_ID = 128;

    private final Containers containers;
    private final Node node;
    private final Supplier<String> configuration;
    private final DiagnosisPages diagnosis = new DiagnosisPages();

    /// @param configuration what holds now, as a file
    public StatusPages(Containers containers, Node node, Supplier<String> configuration) {
        this.containers = containers;
        this.node = node;
        this.configuration = configuration;
    }

    /// What stays as long as the daemon runs.
    public record Node(String storageRoot, String cgroupDriver) {}

    @Override
    public Page page(String method, String path) throws IOException, InterruptedException {
        try {
            return switch (path) {
                case "/info" -> Page.json(Documents.info(node));
                case "/config" -> new Page(200, "application/toml", configuration.get());
                default ->
                    path.startsWith(DiagnosisPages.FOLDER) ? diagnosis.page(method, path) : ofContainer(method, path);
            };
        } catch (EngineException e) {
            return Page.refused(status(e), String.valueOf(e.getMessage()));
        }
    }

    /// The same without those that change something, for a port that anybody on the host can reach.
    public Pages questions() {
        return (method, path) -> path.startsWith("/pause/") || path.startsWith("/unpause/")
                ? Page.refused(FORBIDDEN, "containers are paused over the daemon's socket only")
                : page(method, path);
    }

    private static int status(EngineException failure) {
        return switch (failure) {
            case NotFound _ -> NOT_FOUND;
            case WrongState _ -> CONFLICT;
            default -> INTERNAL;
        };
    }

    private Page ofContainer(String method, String path) throws IOException, InterruptedException {
        var slash = path.indexOf('/', 1);
        var id = path.substring(slash + 1);
        if (slash < 0 || !isId(id)) {
            return Page.refused(NOT_FOUND, "there is no such page");
        }
        switch (path.substring(0, slash)) {
            case "/containers" -> {
                var found = containers.inspect(id);
                return found.isPresent()
                        ? Page.json(Documents.container(found.get()))
                        : Page.refused(NOT_FOUND, "can't find the container with id " + id);
            }
            case "/pause" -> {
                if (method.equals("GET")) {
                    containers.pause(id);
                    LOG.log(Level.INFO, "container {0} is paused", id);
                }
                return Page.text("200 OK");
            }
            case "/unpause" -> {
                if (method.equals("GET")) {
                    containers.resume(id);
                    LOG.log(Level.INFO, "container {0} goes on", id);
                }
                return Page.text("200 OK");
            }
            default -> {
                return Page.refused(NOT_FOUND, "there is no such page");
            }
        }
    }

    private static boolean isId(String text) {
        return !text.isEmpty()
                && text.length() <= MAX_ID
                && text.chars().allMatch(c -> (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'));
    }
}
