package dev.carafe.engine.rdt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RdtFileTest {
    @TempDir
    private Path folder;

    @Test
    void classesHaveTheirPartitionsAndWhoMayNameThem() throws IOException {
        var file = RdtFile.parse("""
                options: {l2: {optional: true}, MB: {Optional: false}}
                partitions:
                  shared:
                    l3allocation: "40%"
                    classes:
                      burstable:
                        L3Allocation: {all: {unified: "100%", code: "100%", data: "80%"}, 0: "0x3", 2-3: "50%"}
                        kubernetes: {denyPodAnnotation: true}
                      "":
                  exclusive:
                    l3Allocation: "60%"
                """);
        assertEquals(Set.of(Resource.L2), file.optional());
        assertEquals(Set.of("exclusive", "shared"), file.partitions().keySet());
        assertEquals(Optional.empty(), file.of("gold"));
        var burstable = file.of("burstable").orElseThrow();
        assertTrue(burstable.refusesPods());
        assertEquals(false, burstable.refusesContainers());
        var shares = burstable.portion().l3().orElseThrow();
        assertEquals(CacheShare.of(new Share.Mask(3)), shares.at(0));
        assertEquals(CacheShare.of(new Share.Percent(0, 50)), shares.at(3));
        assertEquals(Optional.of(new Share.Percent(0, 80)), shares.at(1).data());
        assertEquals(
                new Portion(Optional.empty(), Optional.empty(), Optional.empty()),
                file.of(RdtFile.ROOT).orElseThrow().portion());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "[] | the document is not a mapping",
                "partitions: [foo] | partitions is not a mapping of names",
                "partition: {} | unknown key partition",
                "options: {l4: {}} | options: unknown key l4",
                "options: {l3: {optinal: true}} | options.l3: unknown key optinal",
                "options: {l3: {optional: maybe}} | options.l3.optional: neither true nor false",
                "partitions: {p: {l1Allocation: '1%'}} | partition p: unknown key l1allocation",
                "partitions: {p: {classes: {a: {kubernetes: {deny: true}}}}} | class a: kubernetes: unknown key deny",
                "partitions: {p: {classes: {a: }}, q: {classes: {a: }}} | partition q: class a is there twice",
                "partitions: {p: {classes: {a/b: }}} | partition p: a class can't have the name a/b",
                "partitions: {p: {classes: {..: }}} | partition p: a class can't have the name ..",
                "partitions: {p: {classes: {a: {l3Allocation: '5%'}}}} | class a: has L3, and its partition has none",
                "partitions: {p: {l3Allocation: 240}} | partition p: l3Allocation is not a mapping of names",
                "partitions: {p: {l3Allocation: {all: 240}}} | partition p: l3Allocation.all is not a mapping",
                "partitions: {p: {l3Allocation: {all: {unified: 240}}}} | l3Allocation.all.unified: not a text in quot",
                "partitions: {p: {l3Allocation: {x: '5%'}}} | l3Allocation.x: neither all nor a list of caches",
                "partitions: {p: {l3Allocation: {0-1: '5%', 1: '6%'}}} | l3Allocation.1: cache 1 is there twice",
                "partitions: {p: {l3Allocation: {all: {code: '5%', data: '5%'}}}} | l3Allocation.all: needs unified",
                "partitions: {p: {l3Allocation: {all: {unified: '5%', data: '5%'}}}} | l3Allocation.all: needs unified",
                "partitions: {p: {l3Allocation: '5'}} | ",
                "partitions: {p: {mbAllocation: '5%'}} | partition p: mbAllocation is not a mapping of names",
                "partitions: {p: {mbAllocation: ['5', 6, 1GBps]}} | ",
                "partitions: {p: {classes: , l3Allocation: }, q: } | ",
                "options: | ",
                "partitions: {p: {mbAllocation: ['a%']}} | mbAllocation: not a number before %: a%",
                "partitions: {p: {mbAllocation: ['101%']}} | mbAllocation: not of 0 to 100%: 101%",
                "partitions: {p: {mbAllocation: ['4294967296MBps']}} | mbAllocation: not of 0 to 4294967295MBps"
            })
    void whatCannotBeUnderstoodIsNamed(String text, String message) throws IOException {
        if (message == null) {
            var _ = RdtFile.parse(text);
            return;
        }
        var failure = assertThrows(IOException.class, () -> RdtFile.parse(text));
        assertTrue(failure.getMessage().contains(message), failure.getMessage());
    }

    @Test
    void theFileIsNamedAndTheLineWhereItIsNoYaml() throws IOException {
        var file = Files.writeString(folder.resolve("rdt.yaml"), "options:\n  l3: {\n  :\n");
        var failure = assertThrows(IOException.class, () -> RdtFile.read(file));
        assertTrue(failure.getMessage().startsWith("file of RDT classes " + file), failure.getMessage());
        assertTrue(failure.getMessage().contains("line 3"), failure.getMessage());
    }
}
