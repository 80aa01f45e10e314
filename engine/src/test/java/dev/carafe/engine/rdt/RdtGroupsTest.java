package dev.carafe.engine.rdt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A folder stands for the kernel's: two sockets with an L3 of 20 bits, and bandwidth from 10% on.
class RdtGroupsTest {
    @TempDir
    private Path folder;

    private Path resctrl;
    private RdtGroups groups;

    @BeforeEach
    void prepare() throws IOException {
        resctrl = folder.resolve("resctrl");
        write("info/L3/cbm_mask", "fffff\n");
        write("info/L3/min_cbm_bits", "1\n");
        write("info/MB/min_bandwidth", "10\n");
        write("info/last_cmd_status", "ok\n");
        write("schemata", "    MB:0=100;1=100\n    L3:0=fffff;1=fffff\n");
        groups = groups(false);
    }

    private RdtGroups groups(boolean countsMegabytes) {
        return new RdtGroups(Optional.of(new ResctrlMount(resctrl, countsMegabytes)), folder.resolve("made"));
    }

    private void write(String file, String text) throws IOException {
        Files.createDirectories(resctrl.resolve(file).getParent());
        Files.writeString(resctrl.resolve(file), text);
    }

    private void use(String file) throws IOException {
        groups.use(Optional.of(RdtFile.parse(file)));
    }

    private String schemata(String group) throws IOException {
        return Files.readString(resctrl.resolve(group).resolve("schemata"));
    }

    /// goresctrl's own example.
    @Test
    void partitionsAreExclusiveAndClassesHaveOfThem() throws IOException {
        use("""
                options: {l2: {optional: true}}
                partitions:
                  exclusive:
                    l2Allocation: "80%"
                    l3Allocation: "60%"
                    mbAllocation: ["100%"]
                    classes:
                      guaranteed: {l2Allocation: "100%", l3Allocation: "100%"}
                  shared:
                    l2Allocation: "20%"
                    l3Allocation: "40%"
                    mbAllocation: ["50%"]
                    classes:
                      burstable: {l3Allocation: "100%"}
                      besteffort: {l3Allocation: "50%", mbAllocation: ["50%"]}
                      system/default: {l3Allocation: "30%", mbAllocation: ["10%"]}
                """);
        assertEquals("L3:0=fff;1=fff\nMB:0=100;1=100\n", schemata("guaranteed"));
        assertEquals("L3:0=ff000;1=ff000\nMB:0=50;1=50\n", schemata("burstable"));
        assertEquals("L3:0=f000;1=f000\nMB:0=25;1=25\n", schemata("besteffort"));
        assertEquals("L3:0=7000;1=7000\nMB:0=10;1=10\n", schemata(""));
    }

    @Test
    void eachCacheMayHaveSharesOfItsOwn() throws IOException {
        use("""
                partitions:
                  a:
                    l3Allocation: {all: "0-7", 1: "0xf"}
                    mbAllocation: {1: ["40%"]}
                    classes: {one: {l3Allocation: {1: "0x3"}}}
                  b:
                    l3Allocation: {all: "8-19"}
                    classes: {two: }
                """);
        assertEquals("L3:0=ff;1=3\nMB:0=100;1=40\n", schemata("one"));
        assertEquals("L3:0=fff00;1=fff00\nMB:0=100;1=100\n", schemata("two"));
    }

    @Test
    void splitCachesHaveCodeAndData() throws IOException {
        for (var content : List.of("CODE", "DATA")) {
            write("info/L3" + content + "/cbm_mask", "ff\n");
            write("info/L3" + content + "/min_cbm_bits", "2\n");
        }
        Files.move(resctrl.resolve("info/L3"), folder.resolve("gone"));
        write("schemata", "L3CODE:0=ff\nL3DATA:0=ff\nMB:0=100\n");
        use("""
                partitions:
                  a:
                    l3Allocation: {all: {unified: "50%", code: "25%", data: "75%"}}
                    classes: {one: {l3Allocation: {all: {unified: "100%", code: "1%", data: "50%"}}}, two: }
                  b:
                    l3Allocation: {all: {unified: "50%", code: "75%", data: "25%"}}
                """);
        assertEquals("L3CODE:0=3\nL3DATA:0=7\nMB:0=100\n", schemata("one"));
        assertEquals("L3CODE:0=3\nL3DATA:0=3f\nMB:0=100\n", schemata("two"));
    }

    @Test
    void bandwidthIsCountedAsTheKernelDoes() throws IOException {
        groups = groups(true);
        use(
                "partitions: {p: {mbAllocation: ['50%', 2000MBps], classes: {a: {mbAllocation: [3000MBps]}, b: {mbAllocation: ['20%', 7MBps]}}}}");
        assertEquals("L3:0=fffff;1=fffff\nMB:0=2000;1=2000\n", schemata("a"));
        assertEquals("L3:0=fffff;1=fffff\nMB:0=7;1=7\n", schemata("b"));
        var failure =
                assertThrows(IOException.class, () -> use("partitions: {p: {mbAllocation: ['50%'], classes: {a: }}}"));
        assertTrue(failure.getMessage().contains("counts in MBps"), failure.getMessage());
    }

    /// Small partitions are rounded up to what the kernel takes, and the largest has the rest.
    @Test
    void smallPartitionsAreRoundedUp() throws IOException {
        write("info/L3/cbm_mask", "ff\n");
        write("info/L3/min_cbm_bits", "2\n");
        use(
                "partitions: {a: {l3Allocation: '5%', classes: {a: }}, b: {l3Allocation: '90%', classes: {b: }}, c: {l3Allocation: '5%', classes: {c: }}}");
        assertEquals("L3:0=3;1=3\nMB:0=100;1=100\n", schemata("a"));
        assertEquals("L3:0=3c;1=3c\nMB:0=100;1=100\n", schemata("b"));
        assertEquals("L3:0=c0;1=c0\nMB:0=100;1=100\n", schemata("c"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{a: {l2Allocation: '5%', classes: {x: {l2Allocation: '5%'}}}} | class x: has L2, which this host can't",
                "{a: {l3Allocation: '60%', classes: {x: }}, b: {l3Allocation: '50%'}} | have 110% together",
                "{a: {l3Allocation: '60%', classes: {x: }}, b: {l3Allocation: '0x1'}} | b has a range of percents, or bits",
                "{a: {l3Allocation: '0-60%', classes: {x: }}, b: {l3Allocation: '1-5%'}} | b has a range of percents",
                "{a: {l3Allocation: '0x3', classes: {x: }}, b: {l3Allocation: '0x2'}} | b has 0x2, of which others have",
                "{a: {l3Allocation: '20-21', classes: {x: }}} | a has 0x300000",
                "{a: {l3Allocation: '60%', classes: {x: }}, b: } | shared out to the partitions [a] and not to others",
                "{a: {l3Allocation: '10%', classes: {x: {l3Allocation: '0-2'}}}} | class x: L3 of cache 0: 0x7 goes beyond the 2",
                "{a: {l3Allocation: '1%', classes: {x: }}} | there are too few bits for so many partitions",
                "{a: {mbAllocation: [5MBps], classes: {x: }}} | counts in percent",
                "{a: {l3Allocation: {all: {unified: '9%', code: '9%', data: '9%'}}, classes: {x: }}, b: {l3Allocation: '9%'}}"
                        + " | L3CODE of cache 0: partition b says nothing of CODE, and others do"
            })
    void whatTheHostCannotDoChangesNothing(String partitions, String message) {
        var failure = assertThrows(IOException.class, () -> use("partitions: " + partitions));
        assertTrue(failure.getMessage().contains(message), failure.getMessage());
        assertFalse(Files.exists(resctrl.resolve("x")));
    }

    @Test
    void whatTheKernelRefusesIsToldInItsWords() throws IOException {
        Files.createDirectories(resctrl.resolve("a/schemata"));
        write("info/last_cmd_status", "Mask out of range\n");
        var failure = assertThrows(IOException.class, () -> use("partitions: {p: {classes: {a: }}}"));
        assertTrue(failure.getMessage().contains("group " + resctrl.resolve("a")), failure.getMessage());
        assertTrue(failure.getMessage().endsWith("(Mask out of range)"), failure.getMessage());
        Files.delete(resctrl.resolve("a/schemata"));
        use("partitions: {p: {classes: {a: }}}");
        assertTrue(Files.exists(resctrl.resolve("a/schemata")));
    }

    @Test
    void aGroupGoesWithItsClassUnlessSomethingIsInItOrOthersMadeIt() throws IOException {
        write("others/tasks", "");
        use("partitions: {p: {classes: {a: , b: , others: }}}");
        use("partitions: {p: {classes: {a: , b: , others: }}}");
        Files.delete(resctrl.resolve("a/schemata")); // the kernel's own files go with their folder
        write("b/tasks", "17\n");
        groups = groups(false);
        use("partitions: {p: {classes: {c: }}}");
        assertFalse(Files.exists(resctrl.resolve("a")));
        assertTrue(Files.exists(resctrl.resolve("b")));
        assertTrue(Files.exists(resctrl.resolve("others")));
        Files.delete(resctrl.resolve("b/schemata"));
        Files.delete(resctrl.resolve("b/tasks"));
        Files.delete(resctrl.resolve("c/schemata"));
        groups.use(Optional.empty());
        assertFalse(Files.exists(resctrl.resolve("b")));
        assertFalse(Files.exists(resctrl.resolve("c")));
        assertTrue(Files.exists(resctrl.resolve("others")));
    }

    @Test
    void theSameClassesAgainChangeNothing() throws IOException {
        use("partitions: {p: {classes: {a: }}}");
        write("a/schemata", "by hand");
        use("partitions: {p: {classes: {a: }}}");
        assertEquals("by hand", schemata("a"));
        use("partitions: {p: {l3Allocation: '100%', classes: {a: }}}");
        assertEquals("L3:0=fffff;1=fffff\nMB:0=100;1=100\n", schemata("a"));
    }

    @Test
    void aHostWithoutResctrlIsLeftAsItIs() throws IOException {
        var without = new RdtGroups(Optional.empty(), folder.resolve("made"));
        without.use(Optional.of(RdtFile.parse("partitions: {p: {classes: {a: }}}")));
        assertFalse(Files.exists(folder.resolve("made")));
    }

    @ParameterizedTest
    @CsvSource({
        "info/L3/cbm_mask, 5",
        "info/L3/cbm_mask, x",
        "info/L3/min_cbm_bits, 21",
        "schemata, L3",
        "schemata, MB:0=1"
    })
    void whatIsNotTheKernelsIsAnError(String file, String text) throws IOException {
        write(file, text);
        assertThrows(IOException.class, () -> use("partitions: {p: {classes: {a: }}}"));
    }
}
