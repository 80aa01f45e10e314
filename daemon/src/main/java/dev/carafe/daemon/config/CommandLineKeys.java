package dev.carafe.daemon.config;

import java.util.List;

/// The flags of crio(8) that no key of the file stands behind.
final class CommandLineKeys {
    private static final Declarations KEYS = new Declarations("");

    static final Key<String> CONFIG = KEYS.text("config", "/etc/crio/crio.conf", Form.ANY_PATH)
            .alias("c")
            .built("The configuration file. It may be missing unless it is named here; \"\" means none.");
    static final Key<String> CONFIG_DIR = KEYS.text("config_dir", "/etc/crio/crio.conf.d", Form.ANY_PATH)
            .alias("d")
            .built("Folder of further files, read after it in the order of their names; \"\" means none.");
    static final Key<List<String>> RUNTIMES = KEYS.list("runtimes", Form.ANY)
            .built("A handler as NAME:PATH:ROOT[:TYPE[:PRIVILEGED_WITHOUT_HOST_DEVICES[:CONFIG_PATH[:MIN_MEMORY]]]]."
                    + " Empty parts are left as they are.");
    static final Key<String> LOG = KEYS.text("log", "", Form.PATH_OR_EMPTY)
            .built("File that the daemon's log is added to, in place of standard error.");
    static final Key<String> LOG_FORMAT =
            KEYS.text("log_format", "text", OneOf.of("text", "json")).built("The form of the daemon's log.");
    static final Key<Boolean> PROFILE =
            KEYS.bool("profile", false).built("Serve `/debug/goroutines` and `/debug/heap` on 127.0.0.1.");
    static final Key<Long> PROFILE_PORT = KEYS.integer("profile_port", 6060, 0, 65535)
            .built("Port on which they are served; 0 means any that is free.");
    static final Key<String> PROFILE_CPU = KEYS.text("profile_cpu", "", Form.ANY)
            .noEffect("the JVM's own tools profile it", "File for a profile of CPU time.");
    static final Key<String> PROFILE_MEM = KEYS.text("profile_mem", "", Form.ANY)
            .noEffect("the JVM's own tools profile it", "File for a profile of memory.");
    static final Key<Boolean> ENABLE_PROFILE_UNIX_SOCKET = KEYS.bool("enable_profile_unix_socket", false)
            .environment("ENABLE_PROFILE_UNIX_SOCKET")
            .noEffect("they are on it in any case", "Serve the pages of `profile` on the daemon's socket.");
    static final Key<String> REGISTRIES_CONF = KEYS.text("registries_conf", "", Form.PATH_OR_EMPTY)
            .built("The file that is registries.conf(5) in place of the system's.");
    static final Key<String> REGISTRIES_CONF_DIR = KEYS.text("registries_conf_dir", "", Form.PATH_OR_EMPTY)
            .built("The folder that is registries.conf.d in place of the system's.");
    static final Key<String> ADDRESS =
            KEYS.text("address", "", Form.ANY).environment().notYet("Where shims send their events.");
    static final Key<Boolean> HELP =
            KEYS.bool("help", false).alias("h").environment().built("Show the help.");
    static final Key<Boolean> VERSION =
            KEYS.bool("version", false).alias("v").environment().built("Show the version.");

    static final Table TABLE = KEYS.table("Flags that have no key.");

    private CommandLineKeys() {}
}
