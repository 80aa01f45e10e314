package dev.carafe.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RuntimeFeaturesTest {
    @Test
    void aRuntimeHasWhatItNames() throws IOException {
        var features = RuntimeFeatures.parse("""
                {"ociVersionMin":"1.0.0","mountOptions":["ro","rro"],"linux":{"namespaces":["user","net"],"cgroup":{}}}
                """);
        assertTrue(features.hasRecursiveReadOnlyMounts());
        assertTrue(features.hasUserNamespaces());
        var few = RuntimeFeatures.parse("{\"mountOptions\":[\"ro\"],\"linux\":{\"namespaces\":[\"net\"]}}");
        assertFalse(few.hasRecursiveReadOnlyMounts());
        assertFalse(few.hasUserNamespaces());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'linux':{'intelRdt':{'enabled':true}}} | true",
                "{'linux':{'intelRdt':{'enabled':false}}} | false",
                "{'linux':{'intelRdt':{}}} | false",
                "{'annotations':{'org.opencontainers.runc.version':'1.1.5'}} | true",
                "{'annotations':{'run.oci.crun.version':'1.9'}} | false"
            })
    void runcKnowsClassesAndOthersSaySo(String json, boolean knows) throws IOException {
        var features = RuntimeFeatures.parse(json.replace('\'', '"'));
        assertEquals(knows ? Set.of(SpecField.INTEL_RDT) : Set.of(), features.fields());
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{\"mountOptions\":null,\"linux\":null}", "{\"linux\":{}}"})
    void whatIsNotNamedIsNotThere(String json) throws IOException {
        assertEquals(RuntimeFeatures.NONE, RuntimeFeatures.parse(json));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "unknown command features", "[]", "{\"mountOptions\":7}", "{\"mountOptions\":[null]}"})
    void anAnswerOfAnotherKindIsAnError(String json) {
        assertThrows(IOException.class, () -> RuntimeFeatures.parse(json));
    }
}
