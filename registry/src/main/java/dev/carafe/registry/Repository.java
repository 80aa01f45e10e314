package dev.carafe.registry;

import dev.carafe.oci.Reference;
import dev.carafe.registry.RegistryConfig.Retries;
import java.io.IOException;
import java.util.Map;

/// One repository at its registry, asked with one caller's credentials: authorised, and again where a failure may
/// pass.
final class Repository {
    private final Reference reference;
    private final Credentials credentials;
    private final Endpoints endpoints;
    private final Authorizer authorizer;
    private final Retries retries;

    Repository(
            Reference reference, Credentials credentials, Endpoints endpoints, Authorizer authorizer, Retries retries) {
        this.reference = reference;
        this.credentials = credentials;
        this.endpoints = endpoints;
        this.authorizer = authorizer;
        this.retries = retries;
    }

    /// Registry and repository, for messages.
    String name() {
        return reference.name();
    }

    /// A question.
    ///
    /// @param subject what is asked for, the beginning of all messages
    /// @param path below the repository's
    /// @param headers names in lower case
    record Question(String subject, String path, Map<String, String> headers, Redirects redirects) {
        private boolean isAnsweredBy(int status) {
            return status == 200 || (status == 206 && headers.containsKey("range"));
        }
    }

    /// Reads an answer of status 200, or 206 where a range was asked for. Called again when reading fails.
    interface Reader<T> {
        T read(Answer answer) throws IOException, InterruptedException;
    }

    /// What the reader makes of the answer. An answer is closed only when the reader throws: some give it away.
    <T> T ask(Question question, Reader<T> reader) throws IOException, InterruptedException {
        var retry = new Retry(retries);
        while (true) {
            try {
                return attempt(question, reader);
            } catch (RegistryUnavailableException e) {
                if (!retry.pause(e)) {
                    throw e.after(retry.attempts());
                }
            }
        }
    }

    private <T> T attempt(Question question, Reader<T> reader) throws IOException, InterruptedException {
        try {
            var answer = authorized(question);
            var isRead = false;
            try {
                if (!question.isAnsweredBy(answer.status())) {
                    throw Refusal.of(question.subject, answer, credentials);
                }
                var result = reader.read(answer);
                isRead = true;
                return result;
            } finally {
                if (!isRead) {
                    answer.close();
                }
            }
        } catch (TransportException e) {
            throw e.about(question.subject);
        }
    }

    private Answer authorized(Question question) throws IOException, InterruptedException {
        var scope = new Authorizer.Scope(reference.registry(), reference.repository(), credentials);
        var header = authorizer.header(question.subject, scope).orElse("");
        var answer = send(question, header);
        // The storage that a redirect leads to has no say in where credentials go.
        if (answer.status() != 401 || answer.request().hasStrayed()) {
            return answer;
        }
        answer.discard();
        var challenges = Challenge.parse(answer.headers("www-authenticate"));
        return send(question, authorizer.header(question.subject, scope, challenges, header));
    }

    private Answer send(Question question, String authorization) throws TransportException, InterruptedException {
        var path = "/v2/" + reference.repository() + question.path;
        return endpoints.send(reference.registry(), path, url -> {
            var request = Request.get(url, question.headers, question.redirects);
            return authorization.isEmpty() ? request : request.authorized(authorization);
        });
    }
}
