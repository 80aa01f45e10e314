package dev.carafe.registry.conf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.carafe.oci.Reference;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RegistriesConfTest {
    private static final String DIGEST = "@sha256:" + "a".repeat(64);

    private static RegistryRule rule(String prefix, String location, Mirror... mirrors) {
        return new RegistryRule(prefix, location, false, false, false, List.of(mirrors));
    }

    private static Mirror mirror(String location) {
        return new Mirror(location, false, Mirror.Use.ALL);
    }

    private static RegistriesConf conf(RegistryRule... rules) {
        return new RegistriesConf(List.of(rules), List.of("docker.io"), Map.of(), ShortNameMode.UNSET, List.of());
    }

    private static RegistriesConf names(ShortNameMode mode, List<String> search) {
        return new RegistriesConf(
                List.of(), search, Map.of("box", "quay.io/team/box", "hub", "docker.io/hub"), mode, List.of());
    }

    private static List<String> places(RegistriesConf conf, String asked) {
        return conf.sources(Reference.parse(asked)).stream()
                .map(source -> source.reference().toString())
                .toList();
    }

    private static List<String> strings(List<Reference> references) {
        return references.stream().map(Reference::toString).toList();
    }

    @ParameterizedTest
    @CsvSource({
        "a.example, a.example/x:1, b.example/x:1",
        "a.example, a.example/x/y:1, b.example/x/y:1",
        "a.example, a.example:5000/x:1, a.example:5000/x:1",
        "a.example, aa.example/x:1, aa.example/x:1",
        "a.example, a.example.org/x:1, a.example.org/x:1",
        "a.example:5000, a.example:5000/x:1, b.example/x:1",
        "a.example:5000, a.example/x:1, a.example/x:1",
        "a.example/x, a.example/xy:1, a.example/xy:1",
        "a.example/x, a.example/x/y:1, b.example/y:1",
        "docker.io/library, alpine, b.example/alpine:latest",
        "docker.io/alpine, alpine, docker.io/library/alpine:latest",
        "*.example, a.example/x:1, b.example/x:1",
        "*.example, a.b.example:5000/x:1, b.example/x:1",
        "*.example, example.org/x:1, example.org/x:1",
        "*.example, c.org/a.example/x:1, c.org/a.example/x:1",
    })
    void aPrefixEndsWhereAPartOfTheNameDoes(String prefix, String asked, String place) {
        assertEquals(List.of(place), places(conf(rule(prefix, "b.example")), asked));
    }

    @Test
    void aPrefixMayBeAWholeRepositoryOrOneImage() {
        assertEquals(List.of("b.example/y:1"), places(conf(rule("a.example/x", "b.example/y")), "a.example/x:1"));
        assertEquals(
                List.of("b.example/y" + DIGEST),
                places(conf(rule("a.example/x", "b.example/y")), "a.example/x" + DIGEST));
        var one = conf(rule("a.example/x:1", "b.example/y:2"));
        assertEquals(List.of("b.example/y:2"), places(one, "a.example/x:1"));
        assertEquals(List.of("b.example/y:2" + DIGEST), places(one, "a.example/x:1" + DIGEST));
        assertEquals(List.of("a.example/x:12"), places(one, "a.example/x:12"));
    }

    @Test
    void theLongestPrefixCountsAlone() {
        var conf = conf(
                rule("a.example", "a.example", mirror("one.example")),
                rule("a.example/x/y", "a.example/x/y", mirror("three.example")),
                rule("a.example/x", "two.example"),
                rule("*.example", "", mirror("four.example")));
        assertEquals(List.of("one.example/z:1", "a.example/z:1"), places(conf, "a.example/z:1"));
        assertEquals(List.of("two.example/z:1"), places(conf, "a.example/x/z:1"));
        assertEquals(List.of("three.example/z:1", "a.example/x/y/z:1"), places(conf, "a.example/x/y/z:1"));
        assertEquals(List.of("four.example/z:1", "b.example/z:1"), places(conf, "b.example/z:1"));
    }

    @Test
    void mirrorsComeInOrderAndAsTheirUseAllows() {
        var mirrors = List.of(
                new Mirror("all.example", true, Mirror.Use.ALL),
                new Mirror("digests.example", false, Mirror.Use.DIGEST_ONLY),
                new Mirror("tags.example", false, Mirror.Use.TAG_ONLY));
        var conf = conf(new RegistryRule("a.example", "a.example", false, false, false, mirrors));
        assertEquals(List.of("all.example/x:1", "tags.example/x:1", "a.example/x:1"), places(conf, "a.example/x:1"));
        assertEquals(
                List.of("all.example/x" + DIGEST, "digests.example/x" + DIGEST, "a.example/x" + DIGEST),
                places(conf, "a.example/x" + DIGEST));
        var insecure = conf.sources(Reference.parse("a.example/x:1")).stream()
                .map(PullSource::insecure)
                .toList();
        assertEquals(List.of(true, false, false), insecure);
    }

    @Test
    void mirrorsByDigestOnlyAreForDigestsOnly() {
        var conf = conf(new RegistryRule("a.example", "a.example", false, false, true, List.of(mirror("b.example"))));
        assertEquals(List.of("a.example/x:1"), places(conf, "a.example/x:1"));
        assertEquals(
                List.of("b.example/x:1" + DIGEST, "a.example/x:1" + DIGEST), places(conf, "a.example/x:1" + DIGEST));
    }

    @Test
    void aBlockedRegistrysMirrorsAreNotBlocked() {
        var conf = conf(
                new RegistryRule("a.example", "a.example", false, true, false, List.of(mirror("b.example"))),
                new RegistryRule("c.example", "b.example", false, false, false, List.of(mirror("a.example"))));
        assertEquals(List.of(false, true), blocked(conf, "a.example/x:1"));
        assertEquals(List.of(true, false), blocked(conf, "c.example/x:1"));
    }

    private static List<Boolean> blocked(RegistriesConf conf, String asked) {
        return conf.sources(Reference.parse(asked)).stream()
                .map(PullSource::blocked)
                .toList();
    }

    @Test
    void whatWouldBecomeNoNameIsRefused() {
        var toHost = conf(rule("a.example/x", "b.example"));
        var failure = assertThrows(IllegalArgumentException.class, () -> places(toHost, "a.example/x:1"));
        assertTrue(failure.getMessage().contains("\"b.example:1\""), failure.getMessage());
    }

    @Test
    void hostsAreInsecureAsAWholeOnlyWhereARuleIsForAllOfThem() {
        var conf = conf(
                new RegistryRule("a.example", "b.example:5000", true, false, false, List.of()),
                new RegistryRule("c.example/x", "c.example/x", true, false, false, List.of()),
                new RegistryRule("*.d.example", "", true, false, false, List.of()),
                rule("e.example", "e.example", new Mirror("f.example", true, Mirror.Use.ALL)));
        for (var host : List.of("a.example", "b.example:5000", "x.d.example", "x.y.d.example:1", "f.example")) {
            assertTrue(conf.isInsecure(host), host);
        }
        for (var host : List.of("c.example", "b.example", "d.example", "e.example", "g.example")) {
            assertFalse(conf.isInsecure(host), host);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "box, quay.io/team/box:latest",
        "box:1, quay.io/team/box:1",
        "hub, docker.io/library/hub:latest",
        "app, docker.io/library/app:latest",
        "team/app:1, docker.io/team/app:1",
        "quay.io/box, quay.io/box:latest",
        "localhost/box, localhost/box:latest",
    })
    void aShortNameIsAnAliasOrOfTheSearchRegistry(String name, String meaning) {
        var conf = names(ShortNameMode.UNSET, List.of("docker.io"));
        assertEquals(List.of(meaning), strings(conf.pullable(name)));
        assertEquals(List.of(meaning), strings(conf.meanings(name)));
    }

    @Test
    void tagAndDigestStayWithTheAlias() {
        var conf = names(ShortNameMode.UNSET, List.of());
        assertEquals(List.of("quay.io/team/box:1" + DIGEST), strings(conf.pullable("box:1" + DIGEST)));
        assertEquals(List.of("quay.io/team/box" + DIGEST), strings(conf.pullable("box" + DIGEST)));
    }

    @Test
    void severalSearchRegistriesAreTriedOnlyWhereThatIsAllowed() {
        var search = List.of("one.example", "two.example:5000");
        var both = List.of("one.example/app:1", "two.example:5000/app:1");
        for (var mode : List.of(ShortNameMode.PERMISSIVE, ShortNameMode.DISABLED)) {
            assertEquals(both, strings(names(mode, search).pullable("app:1")));
        }
        for (var mode : List.of(ShortNameMode.UNSET, ShortNameMode.ENFORCING)) {
            var conf = names(mode, search);
            var failure = assertThrows(IllegalArgumentException.class, () -> conf.pullable("app:1"));
            assertTrue(failure.getMessage().contains("one.example, two.example:5000"), failure.getMessage());
            assertEquals(both, strings(conf.meanings("app:1")));
        }
    }

    @Test
    void withoutSearchRegistriesAShortNameIsRefused() {
        var conf = names(ShortNameMode.DISABLED, List.of());
        assertThrows(IllegalArgumentException.class, () -> conf.pullable("app"));
        assertThrows(IllegalArgumentException.class, () -> conf.meanings("app"));
    }

    @ParameterizedTest
    @CsvSource({"a b", "APP", "app:", "''"})
    void whatIsNoNameIsRefused(String name) {
        assertThrows(
                IllegalArgumentException.class, () -> RegistriesConf.empty().pullable(name));
    }

    @Test
    void anImagesIdIsNoName() {
        var failure = assertThrows(
                IllegalArgumentException.class, () -> RegistriesConf.empty().meanings("a".repeat(64)));
        assertTrue(failure.getMessage().contains("id"), failure.getMessage());
    }
}
