package dev.carafe.daemon.config;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FormTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            CPU_LIST_OR_EMPTY | '' | true
            CPU_LIST_OR_EMPTY | 0 | true
            CPU_LIST_OR_EMPTY | 0-3,8,10-10 | true
            CPU_LIST_OR_EMPTY | 0- | false
            CPU_LIST_OR_EMPTY | 0,,1 | false
            CPU_LIST_OR_EMPTY | 1-2-3 | false
            CPU_LIST_OR_EMPTY | 99999999999 | false
            MEMORY_SIZE_OR_EMPTY | 12MiB | true
            MEMORY_SIZE_OR_EMPTY | 500k | true
            MEMORY_SIZE_OR_EMPTY | 1.5 GB | true
            MEMORY_SIZE_OR_EMPTY | 1024 | true
            MEMORY_SIZE_OR_EMPTY | MiB | false
            MEMORY_SIZE_OR_EMPTY | 1.2.3k | false
            MEMORY_SIZE_OR_EMPTY | . | false
            MEMORY_SIZE_OR_EMPTY | 5 parsecs | false
            DEVICE | /dev/fuse | true
            DEVICE | /dev/fuse:rw | true
            DEVICE | /dev/fuse:/dev/x | true
            DEVICE | /dev/fuse:/dev/x:rwm | true
            DEVICE | dev/fuse | false
            DEVICE | /dev/fuse:x | false
            DEVICE | /dev/fuse:/dev/x: | false
            DEVICE | /dev/fuse:/dev/x:rwm:more | false
            ULIMIT | nofile=1:2 | true
            ULIMIT | core=-1 | true
            ULIMIT | =1:2 | false
            ULIMIT | nofile=1:x | false
            ULIMIT | nofile= | false
            PATH_OR_DISABLE | disable | true
            PATH_OR_DISABLE | enable | false
            NAME | crun-1.2_x | true
            NAME | .. | false
            NAME | a/b | false
            NAME | '' | false
            HOST | ::1 | true
            HOST | node-1.example.com | true
            HOST | a b | false
            MONITOR_CGROUP | pod | true
            MONITOR_CGROUP | my.slice | true
            MONITOR_CGROUP | my | false
            VARIABLE | A= | true
            VARIABLE | =A | false
            TIME_ZONE_OR_EMPTY | LOCAL | true
            TIME_ZONE_OR_EMPTY | Europe/Berlin | true
            TIME_ZONE_OR_EMPTY | Europe | false
            """)
    void allowsWhatHasTheForm(Form form, String text, boolean allowed) {
        assertEquals(allowed, form.allows(text));
    }
}
