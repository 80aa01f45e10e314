package dev.carafe.trust;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.carafe.oci.Digest;
import dev.carafe.oci.Reference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlacesTest {
    private static final Reference IMAGE = Reference.parse("quay.io/team/app:1");
    private static final Digest DIGEST = new Digest("sha256", "a".repeat(64));

    @TempDir
    Path folder;

    @Test
    void withoutConfigurationTheStandardFolderIsAskedAndNothingIsAttached() throws PolicyException {
        var places = ReadPlaces.of(ImageIdentity.of(IMAGE), List.of(folder.resolve("none")));
        assertEquals("file:///var/lib/containers/sigstore", places.lookaside().toString());
        assertFalse(places.areAttached());
    }

    @Test
    void eachKeyComesFromTheMostSpecificSectionThatHasIt() throws IOException {
        write("a.yaml", """
                default-docker:
                  lookaside: https://default.example.com/
                  use-sigstore-attachments: false
                """);
        write("b.yaml", """
                docker:
                  quay.io:
                    sigstore: https://old.example.com/sigs
                    sigstore-staging: file:///nowhere
                  quay.io/team:
                    use-sigstore-attachments: true
                  quay.io/team/other:
                    lookaside: https://other.example.com
                """);
        write("ignored.txt", "][");
        var places = places(IMAGE);
        assertEquals("https://old.example.com/sigs", places.lookaside().toString());
        assertTrue(places.areAttached());
        assertEquals(
                "https://old.example.com/sigs/team/app@sha256=" + DIGEST.hex() + "/signature-2",
                places.signature(IMAGE, DIGEST, 2));
        assertEquals(
                "https://default.example.com",
                places(Reference.parse("a.b/c:1")).lookaside().toString());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '^', textBlock = """
            docker: []                                                       | "docker" has to be a mapping
            dockers: {}                                                      | the key "dockers" is not known
            docker: {quay.io: {lookasides: "x"}}                             | the key "lookasides" is not known
            docker: {quay.io: {lookaside: [x]}}                              | lookaside has to be a URL
            docker: {quay.io: {lookaside: "ftp://x"}}                        | a URL of file, http or https
            docker: {quay.io: {lookaside: "https://x?y"}}                    | a URL of file, http or https
            docker: {quay.io: {use-sigstore-attachments: "yes"}}             | has to be true or false
            docker: {quay.io: {}, quay.io: {}}                               | duplicate key
            docker: &a {quay.io: *a}                                         | is no YAML
            docker: !!java.net.URL ["http://x"]                              | is no YAML
            {                                                                | is no YAML
            """)
    void whatIsWrongIsAnErrorThatNamesTheFile(String yaml, String message) throws IOException {
        write("c.yaml", yaml);
        var e = assertThrows(PolicyException.class, () -> places(IMAGE));
        assertTrue(e.getMessage().contains(folder.resolve("c.yaml").toString()), e.getMessage());
        assertTrue(e.getMessage().contains(message), e.getMessage());
    }

    @Test
    void aScopeThatTwoFilesDescribeIsRefused() throws IOException {
        write("a.yaml", "docker: {quay.io: {}}");
        write("b.yaml", "docker: {quay.io: {}}");
        var e = assertThrows(PolicyException.class, () -> places(IMAGE));
        assertTrue(e.getMessage().contains("\"quay.io\" is described already in " + folder.resolve("a.yaml")));
    }

    @Test
    void signaturesOfAFolderAreNumberedAndEndWhereOneIsMissing() throws IOException {
        write("a.yaml", "default-docker: {lookaside: \"file://" + folder + "/sigs\"}");
        var signatures = Files.createDirectories(folder.resolve("sigs/team/app@sha256=" + DIGEST.hex()));
        Files.write(signatures.resolve("signature-1"), new byte[] {1, 2});
        Files.write(signatures.resolve("signature-2"), new byte[SignaturePlaces.MAX_SIGNATURE_BYTES + 1]);
        var places = places(IMAGE);
        assertTrue(places.isFile());
        assertArrayEquals(new byte[] {1, 2}, places.read(IMAGE, DIGEST, 1).orElseThrow());
        assertThrows(PolicyException.class, () -> places.read(IMAGE, DIGEST, 2));
        assertTrue(places.read(IMAGE, DIGEST, 3).isEmpty());
    }

    private SignaturePlaces places(Reference image) throws PolicyException {
        return ReadPlaces.of(ImageIdentity.of(image), List.of(folder.resolve("none"), folder));
    }

    private void write(String name, String text) throws IOException {
        Files.writeString(folder.resolve(name), text);
    }
}
