package dev.carafe.daemon.logging;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/// The request that a thread works on: each line that is logged meanwhile, by whatever module, carries its
/// fields.
///
/// @param id tells the lines of one request from those of another; eight hexadecimal digits
/// @param method the CRI's name of the call
/// @param subject what it is about; empty values are left out of the lines. Never a secret: no environment, no
///     credentials, no command lines
public record Operation(String id, String method, List<Field> subject) {
    /// Inherited by the threads that a request's work starts, which may outlive its caller.
    private static final InheritableThreadLocal<Operation> CURRENT = new InheritableThreadLocal<>();

    public Operation {
        subject = List.copyOf(subject);
    }

    public static Operation of(String method, Field... subject) {
        var id = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextInt());
        return new Operation(id, method, List.of(subject));
    }

    /// Does the work as this operation, on this thread and on those that it starts.
    public void run(Runnable work) {
        CURRENT.set(this);
        try {
            work.run();
        } finally {
            CURRENT.remove();
        }
    }

    /// What tells the lines of the current thread's work from others': the operation, else the thread's name
    /// where it was made for one purpose.
    static List<Field> fieldsOfThisThread() {
        var operation = CURRENT.get();
        if (operation != null) {
            return operation.fields();
        }
        var thread = Thread.currentThread();
        return thread.isVirtual() && !thread.getName().isEmpty()
                ? List.of(new Field("thread", thread.getName()))
                : List.of();
    }

    /// What each of its lines carries.
    public List<Field> fields() {
        var fields = new ArrayList<Field>();
        fields.add(new Field("id", id));
        fields.add(new Field("method", method));
        for (var field : subject) {
            if (!field.value().isEmpty()) {
                fields.add(field);
            }
        }
        return fields;
    }
}
