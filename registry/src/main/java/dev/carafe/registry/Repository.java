package dev.carafe.registry;

import dev.carafe.oci.InvalidImageException;
import dev.carafe.oci.Reference;
import dev.carafe.registry.RegistryConfig.Retries;
import dev.carafe.registry.conf.PullSource;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// An image's repository wherever it is: each of its mirrors and the registry itself are asked in order until one
/// answers, which then is asked first; those that could not be reached lately are asked last. For one thread.
final class Repository {
    private static final System.Logger LOG = System.getLogger(Repository.class.getName());

    private final Reference asked;
    private final List<Replica> replicas;
    private final Retries retries;
    private int turnedAway;

    Repository(Reference asked, List<PullSource> sources, Replica.Client client, Retries retries) {
        this.asked = asked;
        this.retries = retries;
        replicas = new ArrayList<>(sources.stream()
                .map(source -> new Replica(asked, source, client))
                .sorted(Comparator.comparing(Replica::isShunned))
                .toList());
    }

    /// Registry and repository as they were asked for, for messages.
    String name() {
        return asked.name();
    }

    /// A question.
    ///
    /// @param subject what is asked for, the beginning of all messages
    /// @param path below the repository's
    /// @param headers names in lower case
    record Question(String subject, String path, Map<String, String> headers, Content content) {
        boolean isAnsweredBy(int status) {
            return status == 200 || (status == 206 && headers.containsKey("range"));
        }

        private Question about(Reference place) {
            return new Question(place.toString(), path, headers, content);
        }
    }

    /// Reads an answer of status 200, or 206 where a range was asked for. Called again when reading fails.
    interface Reader<T> {
        T read(Answer answer) throws IOException, InterruptedException;
    }

    /// What the reader makes of the first answer that it can read. An answer is closed only when the reader
    /// throws: some give it away.
    <T> T ask(Question question, Reader<T> reader) throws IOException, InterruptedException {
        if (isAlone()) {
            return replicas.getFirst().ask(question, reader, retries);
        }
        var failures = new LinkedHashMap<Replica, IOException>();
        for (var replica : List.copyOf(replicas)) {
            try {
                var isLast = failures.size() == replicas.size() - 1;
                var isHope = isLast && (replicas.size() == 1 || !replica.isShunned());
                var result = replica.ask(
                        question.about(replica.place()), reader, isHope ? retries : retries.whereAnotherFollows());
                failures.forEach((other, failure) -> LOG.log(
                        Level.INFO,
                        "{0} comes from {1}, since {2}",
                        question.subject,
                        replica.place(),
                        text(other, failure)));
                prefer(replica);
                return result;
            } catch (InterruptedIOException e) {
                throw e;
            } catch (IOException e) {
                failures.put(replica, e);
            }
        }
        throw allFailed(question, failures);
    }

    private boolean isAlone() {
        return replicas.size() == 1 && replicas.getFirst().place().equals(asked);
    }

    private void prefer(Replica replica) {
        replicas.remove(replica);
        replicas.addFirst(replica);
    }

    /// The place that is asked first from now on, where it is one of them.
    void prefer(Reference place) {
        replicas.stream().filter(r -> r.place().equals(place)).findFirst().ifPresent(this::prefer);
    }

    /// The place that has answered last.
    Reference place() {
        return replicas.getFirst().place();
    }

    /// Has another place asked first, since the one that answered last does not finish what it began; false when
    /// there is no other.
    boolean turnAway() {
        turnedAway++;
        replicas.add(replicas.removeFirst());
        return turnedAway < replicas.size();
    }

    /// One failure that names each place and what is wrong there; of the kind of the last that was asked.
    private static IOException allFailed(Question question, Map<Replica, IOException> failures) {
        var texts = failures.entrySet().stream()
                .map(failure -> text(failure.getKey(), failure.getValue()))
                .collect(Collectors.joining("; "));
        var message = question.subject + ": " + texts;
        var told = failures.values().stream()
                .filter(failure -> !(failure instanceof BlockedException))
                .toList();
        var last = told.isEmpty() ? List.copyOf(failures.values()).getLast() : told.getLast();
        var failure = switch (last) {
            case RegistryException known -> known.retold(message);
            case InvalidImageException known -> new InvalidImageException(message, known);
            default -> new IOException(message, last);
        };
        failures.values().stream().filter(other -> !other.equals(last)).forEach(failure::addSuppressed);
        return failure;
    }

    /// The readers' messages do not begin with the place.
    private static String text(Replica replica, IOException failure) {
        var text = String.valueOf(failure.getMessage());
        var place = replica.place().toString();
        return text.startsWith(place) ? text : place + ": " + text;
    }
}
