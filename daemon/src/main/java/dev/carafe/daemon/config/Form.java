package dev.carafe.daemon.config;

import dev.carafe.daemon.metrics.Collector;
import dev.carafe.oci.Reference;
import java.math.BigDecimal;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/// The forms that strings of crio.conf have. Whether what a string names exists is checked where it is used.
enum Form implements Rule {
    ANY("a string"),
    ANY_PATH("a path"),
    PATH("an absolute path"),
    PATH_OR_EMPTY("an absolute path, or \"\""),
    PATH_OR_DISABLE("an absolute path, \"disable\" or \"\""),
    NAME("a name of letters, digits, \".\", \"_\" and \"-\""),
    NAME_OR_EMPTY("a name of letters, digits, \".\", \"_\" and \"-\", or \"\""),
    HOST("an IP address or a host's name"),
    ENDPOINT_OR_EMPTY("an address and a port such as \"127.0.0.1:4317\", or \"\""),
    PORT("the number of a port, 0 to 65535, in quotes"),
    DURATION_OR_EMPTY("a duration such as \"1m30s\", or \"\""),
    CPU_LIST_OR_EMPTY("a list of CPUs such as \"0-3,8\", or \"\""),
    MEMORY_SIZE_OR_EMPTY("a size such as \"12MiB\", or \"\""),
    REGULAR_EXPRESSION("a regular expression"),
    TIME_ZONE_OR_EMPTY("a time zone such as \"Europe/Berlin\", \"Local\" or \"\""),
    IMAGE("the name of an image"),
    COLLECTOR("\"all\" or a metric of CRI-O, with or without container_runtime_crio_ before it"),
    VARIABLE("NAME=value"),
    ASSIGNMENT("name=value"),
    ULIMIT("name=soft:hard"),
    DEVICE("/dev/host[:/dev/container][:rwm]"),
    MONITOR_CGROUP("\"pod\", the name of a systemd slice, or \"\"");

    private static final Pattern MEMORY_SIZE = Pattern.compile(
            "([0-9]+\\.?[0-9]*|\\.[0-9]+)\\s*([kmgt]?)(?:(?<=[kmgtKMGT])i)?b?", Pattern.CASE_INSENSITIVE);

    private final String expected;

    Form(String expected) {
        this.expected = expected;
    }

    @Override
    public String expected() {
        return expected;
    }

    @Override
    public boolean allows(String text) {
        return switch (this) {
            case ANY -> true;
            case ANY_PATH -> path(text).isPresent();
            case PATH -> isPath(text);
            case PATH_OR_EMPTY -> text.isEmpty() || isPath(text);
            case PATH_OR_DISABLE -> text.isEmpty() || text.equals("disable") || isPath(text);
            case NAME -> isName(text);
            case NAME_OR_EMPTY -> text.isEmpty() || isName(text);
            case HOST -> isHost(text);
            case ENDPOINT_OR_EMPTY -> text.isEmpty() || isEndpoint(text);
            case PORT -> isPort(text);
            case DURATION_OR_EMPTY -> text.isEmpty() || GoDuration.parse(text).isPresent();
            case CPU_LIST_OR_EMPTY -> text.isEmpty() || isCpuList(text);
            case MEMORY_SIZE_OR_EMPTY -> text.isEmpty() || isMemorySize(text);
            case REGULAR_EXPRESSION -> text.isEmpty() || isRegularExpression(text);
            case TIME_ZONE_OR_EMPTY -> text.isEmpty() || text.equalsIgnoreCase("local") || isTimeZone(text);
            case IMAGE -> isImage(text);
            case COLLECTOR -> Collector.isKnown(text);
            case VARIABLE, ASSIGNMENT -> text.indexOf('=') > 0;
            case ULIMIT -> isUlimit(text);
            case DEVICE -> isDevice(text);
            case MONITOR_CGROUP -> text.isEmpty() || text.equals("pod") || text.endsWith(".slice");
        };
    }

    private static boolean isPath(String text) {
        return path(text).filter(Path::isAbsolute).isPresent();
    }

    /// Empty for what no file can be called, on this host and in its character set.
    private static Optional<Path> path(String text) {
        try {
            return Optional.of(Path.of(text));
        } catch (InvalidPathException e) {
            return Optional.empty();
        }
    }

    private static boolean isName(String text) {
        return !text.isEmpty()
                && !text.startsWith(".")
                && text.chars()
                        .allMatch(c -> (c >= 'a' && c <= 'z')
                                || (c >= 'A' && c <= 'Z')
                                || (c >= '0' && c <= '9')
                                || "._-".indexOf(c) >= 0);
    }

    private static boolean isHost(String text) {
        return text.chars().allMatch(c -> Character.isLetterOrDigit(c) || ".:-_%[]".indexOf(c) >= 0);
    }

    private static boolean isPort(String text) {
        return isNumber(text) && text.length() <= 5 && Integer.parseInt(text) <= 65535;
    }

    /// IPv6 addresses stand in brackets.
    private static boolean isEndpoint(String text) {
        var colon = text.lastIndexOf(':');
        var host = text.substring(0, Math.max(colon, 0));
        return !host.isEmpty()
                && isHost(host)
                && (host.indexOf(':') < 0 || (host.startsWith("[") && host.endsWith("]")))
                && isPort(text.substring(colon + 1));
    }

    private static boolean isNumber(String text) {
        return !text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    /// As cpuset(7) writes lists: numbers and ranges, the lower end first.
    private static boolean isCpuList(String text) {
        for (var part : text.split(",", -1)) {
            var dash = part.indexOf('-');
            var first = dash < 0 ? part : part.substring(0, dash);
            var last = dash < 0 ? part : part.substring(dash + 1);
            if (!isCpu(first) || !isCpu(last) || Integer.parseInt(first) > Integer.parseInt(last)) {
                return false;
            }
        }
        return true;
    }

    private static boolean isCpu(String text) {
        return isNumber(text) && text.length() <= 6;
    }

    /// A number, perhaps with a point, and a unit in powers of 1024: `k`, `KiB`, `mb` … without one it is bytes.
    private static boolean isMemorySize(String text) {
        return MEMORY_SIZE.matcher(text).matches();
    }

    /// Of what [#MEMORY_SIZE_OR_EMPTY] allows but for the empty text; what is too much for a number is the most.
    static long memoryBytes(String text) {
        var parts = MEMORY_SIZE.matcher(text);
        if (!parts.matches()) {
            throw new IllegalArgumentException("not a size: " + text);
        }
        var unit = parts.group(2).toLowerCase(Locale.ROOT);
        var power = unit.isEmpty() ? 0 : 1 + "kmgt".indexOf(unit);
        return new BigDecimal(parts.group(1))
                .multiply(BigDecimal.valueOf(1L << (10 * power)))
                .min(BigDecimal.valueOf(Long.MAX_VALUE))
                .longValue();
    }

    private static boolean isRegularExpression(String text) {
        try {
            Pattern.compile(text);
            return true;
        } catch (PatternSyntaxException e) {
            return false;
        }
    }

    private static boolean isTimeZone(String text) {
        try {
            ZoneId.of(text);
            return true;
        } catch (DateTimeException e) {
            return false;
        }
    }

    private static boolean isImage(String text) {
        try {
            Reference.parse(text);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static boolean isUlimit(String text) {
        var equals = text.indexOf('=');
        if (equals < 1) {
            return false;
        }
        for (var limit : text.substring(equals + 1).split(":", 2)) {
            var digits = limit.startsWith("-") ? limit.substring(1) : limit;
            if (!isNumber(digits) || digits.length() > 18) {
                return false;
            }
        }
        return true;
    }

    private static boolean isDevice(String text) {
        var parts = text.split(":", -1);
        if (parts.length > 3 || !isPath(parts[0])) {
            return false;
        }
        var permissions = parts.length > 1 && !(parts.length == 2 && parts[1].startsWith("/"));
        return (parts.length < 3 || isPath(parts[1])) && (!permissions || isPermissions(parts[parts.length - 1]));
    }

    private static boolean isPermissions(String text) {
        return !text.isEmpty() && text.length() <= 3 && text.chars().allMatch(c -> "rwm".indexOf(c) >= 0);
    }
}
