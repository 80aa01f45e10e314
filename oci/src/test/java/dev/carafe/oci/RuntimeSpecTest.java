package dev.carafe.oci;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RuntimeSpecTest {
    private static final String LIMIT = "{\"type\":\"RLIMIT_CORE\",\"hard\":18446744073709551615,\"soft\":5}";

    @Test
    void whatIsAbsentIsNotWritten() {
        assertEquals(
                "{\"ociVersion\":\"1.0.2\",\"process\":{\"terminal\":false,\"user\":{\"uid\":0,\"gid\":0},"
                        + "\"args\":[\"sh\"],\"cwd\":\"/\",\"capabilities\":{},\"noNewPrivileges\":true},"
                        + "\"root\":{\"path\":\"rootfs\",\"readonly\":false},"
                        + "\"annotations\":{},\"linux\":{\"sysctl\":{},\"namespaces\":[{\"type\":\"mount\"}]}}",
                smallest().toJson());
    }

    @Test
    void isReadAsItWasWritten() throws Exception {
        assertEquals(smallest(), RuntimeSpec.parse(smallest().toJson()));
        var json = """
                {"ociVersion":"1.0.2","process":{"terminal":true,"consoleSize":{"height":3,"width":4},
                 "user":{"uid":1,"gid":2,"umask":18,"additionalGids":[5]},"args":["a"],"env":["A=b"],"cwd":"/w",
                 "capabilities":{"bounding":["CAP_KILL"],"effective":["CAP_KILL"],"permitted":["CAP_KILL"]},
                 "rlimits":[{"type":"RLIMIT_NOFILE","hard":9,"soft":8}],"noNewPrivileges":false,"oomScoreAdj":-5},
                 "root":{"path":"/r","readonly":true},"hostname":"h",
                 "mounts":[{"destination":"/proc","type":"proc","source":"proc","options":["nosuid"]}],
                 "annotations":{"a":"b"},
                 "linux":{"sysctl":{"net.a":"1"},
                  "resources":{"devices":[{"allow":false,"access":"rwm"},
                                          {"allow":true,"type":"c","major":1,"minor":3,"access":"rwm"}],
                   "memory":{"limit":5,"swap":-1},"cpu":{"shares":2,"quota":-1,"period":100,"cpus":"0-1"},
                   "pids":{"limit":9},"hugepageLimits":[{"pageSize":"2MB","limit":4}],"unified":{"memory.high":"1"}},
                  "cgroupsPath":"/p/c","namespaces":[{"type":"network","path":"/n"}],
                  "devices":[{"path":"/dev/fuse","type":"c","major":10,"minor":229,"fileMode":438,"uid":0,"gid":0}],
                  "seccomp":{"defaultAction":"SCMP_ACT_ERRNO","defaultErrnoRet":38,"architectures":["SCMP_ARCH_X86_64"],
                   "syscalls":[{"names":["clone"],"action":"SCMP_ACT_ALLOW",
                                "args":[{"index":0,"value":2114060288,"valueTwo":0,"op":"SCMP_CMP_MASKED_EQ"}]}]},
                  "rootfsPropagation":"slave","maskedPaths":["/proc/keys"],"readonlyPaths":["/proc/sys"]}}
                """.replaceAll("\\s", "");
        assertEquals(json, RuntimeSpec.parse(json).toJson());
    }

    @Test
    void limitsAreUnsignedNumbersOf64Bits() throws Exception {
        var none = RuntimeSpec.Rlimit.of("RLIMIT_CORE", -1, 5);
        assertEquals("18446744073709551615", none.hard().toString());
        assertEquals("5", none.soft().toString());
        var json = smallest().toJson().replace("\"noNew", "\"rlimits\":[" + LIMIT + "],\"noNew");
        assertEquals(List.of(none), RuntimeSpec.parse(json).process().rlimits());
        assertEquals(json, RuntimeSpec.parse(json).toJson());
        var tooHigh = none.hard().add(BigInteger.ONE);
        assertThrows(IllegalArgumentException.class, () -> new RuntimeSpec.Rlimit("RLIMIT_CORE", tooHigh, tooHigh));
        assertThrows(
                IllegalArgumentException.class,
                () -> new RuntimeSpec.Rlimit("RLIMIT_CORE", BigInteger.TEN, BigInteger.ONE.negate()));
    }

    @Test
    void whatIsNoSpecIsRefused() {
        assertThrows(BadJsonException.class, () -> RuntimeSpec.parse("{\"ociVersion\":"));
    }

    @Test
    void listsAreCopiedIn() {
        assertTrue(smallest().mounts().isEmpty());
    }

    private static RuntimeSpec smallest() {
        var process = new RuntimeSpec.Process(
                false,
                null,
                new RuntimeSpec.User(0, 0, null, List.of()),
                List.of("sh"),
                List.of(),
                "/",
                new RuntimeSpec.Capabilities(List.of(), List.of(), List.of(), List.of(), List.of()),
                List.of(),
                true,
                null,
                null,
                null,
                null,
                null,
                null);
        var linux = new RuntimeSpec.Linux(
                List.of(),
                List.of(),
                Map.of(),
                null,
                null,
                List.of(new RuntimeSpec.Namespace("mount", null)),
                List.of(),
                null,
                null,
                List.of(),
                List.of(),
                null,
                null,
                null,
                null);
        return new RuntimeSpec(
                "1.0.2", process, new RuntimeSpec.Root("rootfs", false), null, List.of(), null, Map.of(), linux);
    }

    @Test
    void fieldsOfLaterVersionsHaveTheirNames() throws BadJsonException {
        var json = """
                {"ociVersion":"1.0.2",\
                "process":{"terminal":false,"user":{"uid":0,"gid":0},"args":["a"],"cwd":"/","noNewPrivileges":false,\
                "ioPriority":{"class":"IOPRIO_CLASS_BE","priority":3},\
                "scheduler":{"policy":"SCHED_DEADLINE","nice":1,"priority":2,"flags":["SCHED_FLAG_RECLAIM"],"runtime":5,\
                "deadline":6,"period":18446744073709551615}},\
                "root":{"path":"/r","readonly":false},"annotations":{},\
                "linux":{"sysctl":{},\
                "intelRdt":{"closID":"c","l3CacheSchema":"L3:0=f","memBwSchema":"MB:0=5","schemata":["L2:0=1"],\
                "enableMonitoring":true},\
                "netDevices":{"eth1":{"name":"n"}},\
                "memoryPolicy":{"mode":"MPOL_BIND","nodes":"0-1","flags":["MPOL_F_STATIC_NODES"]}}}""";
        assertEquals(json, RuntimeSpec.parse(json).toJson());
    }

    @Test
    void limitsForAnUpdateNameOnlyWhatThereIs() {
        var cpu = new RuntimeSpec.Cpu(5L, null, null, null, null);
        assertEquals(
                "{\"cpu\":{\"shares\":5}}",
                new RuntimeSpec.Resources(null, null, cpu, null, null, null, null).toJson());
        assertEquals(
                "{\"unified\":{\"memory.low\":\"1\"}}",
                new RuntimeSpec.Resources(null, null, null, null, null, null, Map.of("memory.low", "1")).toJson());
    }
}
