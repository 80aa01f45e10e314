package dev.carafe.linux;

import java.util.HashMap;
import java.util.Map;

/// The error numbers of Linux that callers tell apart, and the names of all usual ones. The numbers are those of
/// asm-generic, which x86_64 and aarch64 share.
public final class Errno {
    public static final int EPERM = 1;
    public static final int ENOENT = 2;
    public static final int ESRCH = 3;
    public static final int EINTR = 4;
    public static final int EIO = 5;
    public static final int ENXIO = 6;
    public static final int E2BIG = 7;
    public static final int ENOEXEC = 8;
    public static final int EBADF = 9;
    public static final int ECHILD = 10;
    public static final int EAGAIN = 11;
    public static final int ENOMEM = 12;
    public static final int EACCES = 13;
    public static final int EBUSY = 16;
    public static final int EEXIST = 17;
    public static final int EXDEV = 18;
    public static final int ENODEV = 19;
    public static final int ENOTDIR = 20;
    public static final int EISDIR = 21;
    public static final int EINVAL = 22;
    public static final int EMFILE = 24;
    public static final int ENOTTY = 25;
    public static final int ETXTBSY = 26;
    public static final int EFBIG = 27;
    public static final int ENOSPC = 28;
    public static final int EROFS = 30;
    public static final int EMLINK = 31;
    public static final int EPIPE = 32;
    public static final int ERANGE = 34;
    public static final int ENAMETOOLONG = 36;
    public static final int ENOSYS = 38;
    public static final int ENOTEMPTY = 39;
    public static final int ELOOP = 40;
    public static final int ENODATA = 61;
    public static final int EOPNOTSUPP = 95;
    public static final int ETIMEDOUT = 110;
    public static final int ECONNREFUSED = 111;
    public static final int EDQUOT = 122;

    private record Meaning(String name, String text) {}

    private static final Map<Integer, Meaning> MEANINGS = new HashMap<>();

    static {
        meaning(EPERM, "EPERM", "Operation not permitted");
        meaning(ENOENT, "ENOENT", "No such file or directory");
        meaning(ESRCH, "ESRCH", "No such process");
        meaning(EINTR, "EINTR", "Interrupted system call");
        meaning(EIO, "EIO", "Input/output error");
        meaning(ENXIO, "ENXIO", "No such device or address");
        meaning(E2BIG, "E2BIG", "Argument list too long");
        meaning(ENOEXEC, "ENOEXEC", "Exec format error");
        meaning(EBADF, "EBADF", "Bad file descriptor");
        meaning(ECHILD, "ECHILD", "No child processes");
        meaning(EAGAIN, "EAGAIN", "Resource temporarily unavailable");
        meaning(ENOMEM, "ENOMEM", "Cannot allocate memory");
        meaning(EACCES, "EACCES", "Permission denied");
        meaning(EBUSY, "EBUSY", "Device or resource busy");
        meaning(EEXIST, "EEXIST", "File exists");
        meaning(EXDEV, "EXDEV", "Invalid cross-device link");
        meaning(ENODEV, "ENODEV", "No such device");
        meaning(ENOTDIR, "ENOTDIR", "Not a directory");
        meaning(EISDIR, "EISDIR", "Is a directory");
        meaning(EINVAL, "EINVAL", "Invalid argument");
        meaning(EMFILE, "EMFILE", "Too many open files");
        meaning(ENOTTY, "ENOTTY", "Inappropriate ioctl for device");
        meaning(ETXTBSY, "ETXTBSY", "Text file busy");
        meaning(EFBIG, "EFBIG", "File too large");
        meaning(ENOSPC, "ENOSPC", "No space left on device");
        meaning(EROFS, "EROFS", "Read-only file system");
        meaning(EMLINK, "EMLINK", "Too many links");
        meaning(EPIPE, "EPIPE", "Broken pipe");
        meaning(ERANGE, "ERANGE", "Numerical result out of range");
        meaning(ENAMETOOLONG, "ENAMETOOLONG", "File name too long");
        meaning(ENOSYS, "ENOSYS", "Function not implemented");
        meaning(ENOTEMPTY, "ENOTEMPTY", "Directory not empty");
        meaning(ELOOP, "ELOOP", "Too many levels of symbolic links");
        meaning(ENODATA, "ENODATA", "No data available");
        meaning(EOPNOTSUPP, "EOPNOTSUPP", "Operation not supported");
        meaning(ETIMEDOUT, "ETIMEDOUT", "Connection timed out");
        meaning(ECONNREFUSED, "ECONNREFUSED", "Connection refused");
        meaning(EDQUOT, "EDQUOT", "Disk quota exceeded");
    }

    private Errno() {}

    /// The symbol, as `ENOENT`; `errno 200` for a number that has no name here.
    public static String name(int errno) {
        var meaning = MEANINGS.get(errno);
        return meaning != null ? meaning.name() : "errno " + errno;
    }

    /// What the manual page says of it; the symbol when that is not known here.
    public static String text(int errno) {
        var meaning = MEANINGS.get(errno);
        return meaning != null ? meaning.text() : name(errno);
    }

    private static void meaning(int errno, String name, String text) {
        MEANINGS.put(errno, new Meaning(name, text));
    }
}
