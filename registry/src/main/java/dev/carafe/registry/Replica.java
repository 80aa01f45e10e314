package dev.carafe.registry;

import dev.carafe.oci.Reference;
import dev.carafe.registry.RegistryConfig.Retries;
import dev.carafe.registry.Repository.Question;
import dev.carafe.registry.Repository.Reader;
import dev.carafe.registry.conf.PullSource;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// A repository at one registry or mirror: asked with the credentials for there, authorised, and again where a
/// failure may pass. For one thread.
final class Replica {
    private final Reference asked;
    private final Reference place;
    private final Site site;
    private final boolean blocked;
    private final Client client;
    private @Nullable Credentials found;

    Replica(Reference asked, PullSource source, Client client) {
        this.asked = asked;
        this.place = source.reference();
        this.site = new Site(place.registry(), source.insecure());
        this.blocked = source.blocked();
        this.client = client;
    }

    /// What a replica is asked with.
    record Client(Keyring keyring, Endpoints endpoints, Authorizer authorizer) {}

    /// The image's name there.
    Reference place() {
        return place;
    }

    /// Whether it could not be reached lately.
    boolean isShunned() {
        return client.endpoints.isShunned(site);
    }

    <T> T ask(Question question, Reader<T> reader, Retries retries) throws IOException, InterruptedException {
        if (blocked) {
            throw new BlockedException(question.subject() + ": registries.conf blocks " + place.name());
        }
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

    private Credentials credentials() throws IOException, InterruptedException {
        if (found == null) {
            try {
                found = client.keyring.credentials(asked, place);
            } catch (IOException e) {
                throw new IOException("credentials for " + place.name() + ": " + e.getMessage(), e);
            }
        }
        return found;
    }

    private <T> T attempt(Question question, Reader<T> reader) throws IOException, InterruptedException {
        try {
            var answer = authorized(question);
            var isRead = false;
            try {
                if (!question.isAnsweredBy(answer.status())) {
                    throw Refusal.of(question.subject(), answer, credentials());
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
            throw e.about(question.subject());
        }
    }

    private Answer authorized(Question question) throws IOException, InterruptedException {
        var scope = new Authorizer.Scope(site, place.repository(), credentials());
        var header = client.authorizer.header(question.subject(), scope).orElse("");
        var answer = send(question, header);
        // The storage that a redirect leads to has no say in where credentials go.
        if (answer.status() != 401 || answer.request().hasStrayed()) {
            return answer;
        }
        answer.discard();
        var challenges = Challenge.parse(answer.headers("www-authenticate"));
        return send(question, client.authorizer.header(question.subject(), scope, challenges, header));
    }

    private Answer send(Question question, String authorization) throws TransportException, InterruptedException {
        var path = "/v2/" + place.repository() + question.path();
        return client.endpoints.send(site, path, url -> {
            var request = Request.get(site, url, question.headers(), question.content());
            return authorization.isEmpty() ? request : request.authorized(authorization);
        });
    }
}
