package dev.carafe.trust;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.carafe.oci.Reference;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScopesTest {
    private static final String DIGEST = "sha256:" + "a".repeat(64);

    @Test
    void theScopesOfAnImageGoFromItsTagToTheDomainsAboveItsHost() {
        assertEquals(
                List.of(
                        "reg.eu.example.com:5000/team/app:1",
                        "reg.eu.example.com:5000/team/app",
                        "reg.eu.example.com:5000/team",
                        "reg.eu.example.com:5000",
                        "*.eu.example.com",
                        "*.example.com",
                        "*.com"),
                scopes("reg.eu.example.com:5000/team/app:1"));
    }

    @Test
    void namesAreExpandedAsThePolicyHasThem() {
        assertEquals(
                List.of(
                        "docker.io/library/busybox:latest",
                        "docker.io/library/busybox",
                        "docker.io/library",
                        "docker.io",
                        "*.io"),
                scopes("busybox"));
    }

    @Test
    void aDigestOverrulesTheTagBesideIt() {
        assertEquals("quay.io/a@" + DIGEST, scopes("quay.io/a:1@" + DIGEST).getFirst());
    }

    @Test
    void aFoldersScopesAreTheFoldersAboveIt() {
        assertEquals(
                List.of("/srv/images/app", "/srv/images", "/srv"),
                ImageIdentity.ofOciLayout(Path.of("/srv/images/app")).scopes());
        assertEquals(List.of(), ImageIdentity.ofDockerArchive().scopes());
    }

    @ParameterizedTest
    @CsvSource({
        "quay.io/a/b:1, docker scope \"quay.io/a/b:1\"",
        "quay.io/a/b:2, docker scope \"quay.io/a/b\"",
        "quay.io/a/c:1, docker scope \"quay.io/a\"",
        "quay.io/ab/c:1, docker scope \"quay.io\"",
        "x.quay.io/a/b:1, docker scope \"*.quay.io\"",
        "x.y.quay.io:5000/a/b:1, docker scope \"*.quay.io\"",
        "quay.iox/a/b:1, default of transport docker",
        "localhost:5000/a:1, default of transport docker",
    })
    void theMostSpecificScopeDecidesAlone(String image, String scope) {
        Map<String, List<Requirement>> docker = new LinkedHashMap<>();
        for (var name : List.of("", "*.quay.io", "quay.io", "quay.io/a", "quay.io/a/b", "quay.io/a/b:1")) {
            docker.put(name, List.of(new Requirement.Reject()));
        }
        var policy = new Policy(Path.of("/p"), List.of(new Requirement.AcceptAnything()), Map.of("docker", docker));
        assertEquals(
                scope, policy.decide(ImageIdentity.of(Reference.parse(image))).scope());
    }

    @Test
    void whatNoTransportSpeaksOfHasTheDefault() {
        var policy = new Policy(Path.of("/p"), List.of(new Requirement.Reject()), Map.of("docker", Map.of()));
        assertEquals(
                "default",
                policy.decide(ImageIdentity.ofDirectory(Path.of("/a"))).scope());
        assertEquals(
                "default",
                policy.decide(ImageIdentity.of(Reference.parse("a.b/c:1"))).scope());
    }

    private static List<String> scopes(String image) {
        return ImageIdentity.of(Reference.parse(image)).scopes();
    }
}
