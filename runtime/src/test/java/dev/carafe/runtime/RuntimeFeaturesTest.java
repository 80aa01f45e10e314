package dev.carafe.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
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
                "{'linux':{'intelRdt':{'enabled':true}}} | INTEL_RDT",
                "{'linux':{'intelRdt':{'schemata':true,'monitoring':true}}} | RDT_SCHEMATA RDT_MONITORING",
                "{'linux':{'intelRdt':{'enabled':false}}} | ``",
                "{'linux':{'intelRdt':{}}} | ``",
                "{'annotations':{'org.opencontainers.runc.version':'1.1.5'}} | INTEL_RDT",
                "{'annotations':{'run.oci.crun.version':'1.9'}} | ``",
                "{'linux':{'netDevices':{'enabled':true},'memoryPolicy':{'modes':['MPOL_BIND']}}} | MEMORY_POLICY NET_DEVICES",
                "{'linux':{'netDevices':{}}} | ``",
                "{'ociVersionMax':'1.1.0+dev'} | IO_PRIORITY SCHEDULER",
                "{'ociVersionMax':'2.0.0'} | IO_PRIORITY SCHEDULER",
                "{'ociVersionMax':'1.0.2-dev'} | ``",
                "{'ociVersionMax':'1'} | ``"
            })
    void fieldsAreThoseThatItSaysAndRuncsGroups(String json, String fields) throws IOException {
        var known = new TreeSet<String>();
        RuntimeFeatures.parse(json.replace('\'', '"')).fields().forEach(field -> known.add(field.name()));
        assertEquals(fields.isEmpty() ? Set.of() : new TreeSet<>(List.of(fields.split(" "))), known);
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
