package dev.carafe.daemon.status;

import com.sun.management.HotSpotDiagnosticMXBean;
import com.sun.management.HotSpotDiagnosticMXBean.ThreadDumpFormat;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.management.JMException;
import javax.management.ObjectName;

/// What the JVM tells of itself. Its classes are loaded by the first question.
public final class Diagnosis {
    private Diagnosis() {}

    /// Where each thread is, the virtual ones too.
    public static String threads() throws IOException {
        var folder = Files.createTempDirectory("carafe-threads");
        var file = folder.resolve("threads");
        try {
            threads(file);
            return Files.readString(file);
        } finally {
            Files.deleteIfExists(file);
            Files.delete(folder);
        }
    }

    /// @param file absolute; must not be there
    public static void threads(Path file) throws IOException {
        ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
                .dumpThreads(file.toString(), ThreadDumpFormat.TEXT_PLAIN);
    }

    /// How many objects of which class there are and what they take. Collects garbage before.
    static String heap() throws IOException {
        try {
            var answer = ManagementFactory.getPlatformMBeanServer()
                    .invoke(
                            new ObjectName("com.sun.management:type=DiagnosticCommand"),
                            "gcClassHistogram",
                            new Object[] {new String[0]},
                            new String[] {String[].class.getName()});
            return String.valueOf(answer);
        } catch (JMException e) {
            throw new IOException("the JVM does not tell of its heap", e);
        }
    }
}
