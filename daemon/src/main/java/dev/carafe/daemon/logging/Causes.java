package dev.carafe.daemon.logging;

import dev.carafe.engine.EngineException;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.util.ArrayList;
import java.util.List;

/// A throwable in words and as fields of a line. What the outside world or a caller did wrong is told by its
/// message; a bug shows where it is.
public final class Causes {
    /// Longer chains of causes are a mistake, or a loop.
    private static final int MAX_DEPTH = 8;

    private Causes() {}

    /// @param debugging the stack also of what the outside world did
    static List<Field> fields(Throwable failure, boolean debugging) {
        var fields = new ArrayList<Field>();
        fields.add(new Field("error", text(failure)));
        var showsStack = switch (failure) {
            case EngineException _, StatusRuntimeException _ -> false;
            case IOException _, UncheckedIOException _, InterruptedException _ -> debugging;
            default -> true;
        };
        if (showsStack) {
            fields.add(new Field("stack", stack(failure)));
        }
        return fields;
    }

    /// The messages of the chain, outermost first; one that already stands in what wraps it is not repeated.
    public static String text(Throwable failure) {
        var text = new StringBuilder(words(failure));
        var cause = failure.getCause();
        for (var depth = 0; cause != null && depth < MAX_DEPTH; depth++) {
            var words = words(cause);
            if (text.indexOf(words) < 0) {
                text.append(": ").append(words);
            }
            cause = cause.getCause();
        }
        for (var also : failure.getSuppressed()) {
            text.append("; also: ").append(words(also));
        }
        return text.toString();
    }

    /// The JDK's exceptions often say only what it is about: `NoSuchFileException: /etc/x`.
    private static String words(Throwable failure) {
        var message = failure.getMessage();
        var type = failure.getClass();
        if (message == null || message.isBlank()) {
            return type.getSimpleName();
        }
        // A FileSystemException of no closer kind has a reason in its message.
        var speaksForItself = type == IOException.class
                || type == UncheckedIOException.class
                || type == FileSystemException.class
                || isOurs(type);
        return speaksForItself ? message : type.getSimpleName() + ": " + message;
    }

    private static boolean isOurs(Class<?> type) {
        return type.getName().startsWith("dev.carafe.");
    }

    private static String stack(Throwable failure) {
        var text = new StringWriter();
        failure.printStackTrace(new PrintWriter(text));
        return text.toString().strip();
    }
}
