package dev.carafe.linux;

import java.util.Locale;

/// The system calls we make and their numbers on x86_64 and aarch64. Where an architecture lacks an old call, the
/// younger one is used on both, so that a call means the same everywhere.
enum Syscall {
    READ(0, 63),
    WRITE(1, 64),
    CLOSE(3, 57),
    RT_SIGACTION(13, 134),
    IOCTL(16, 29),
    PREAD64(17, 67),
    PWRITE64(18, 68),
    SOCKET(41, 198),
    CONNECT(42, 203),
    RECVMSG(47, 212),
    SHUTDOWN(48, 210),
    BIND(49, 200),
    LISTEN(50, 201),
    SOCKETPAIR(53, 199),
    KILL(62, 129),
    FCNTL(72, 25),
    FSYNC(74, 82),
    FTRUNCATE(77, 46),
    FCHMOD(91, 52),
    FCHOWN(93, 55),
    CAPGET(125, 90),
    STATFS(137, 43),
    PRCTL(157, 167),
    MOUNT(165, 40),
    UMOUNT2(166, 39),
    SETHOSTNAME(170, 161),
    SETXATTR(188, 5),
    LSETXATTR(189, 6),
    LGETXATTR(192, 9),
    LLISTXATTR(195, 12),
    LREMOVEXATTR(198, 15),
    GETDENTS64(217, 61),
    EPOLL_CTL(233, 21),
    WAITID(247, 95),
    INOTIFY_ADD_WATCH(254, 27),
    INOTIFY_RM_WATCH(255, 28),
    OPENAT(257, 56),
    MKDIRAT(258, 34),
    MKNODAT(259, 33),
    FCHOWNAT(260, 54),
    UNLINKAT(263, 35),
    LINKAT(265, 37),
    SYMLINKAT(266, 36),
    READLINKAT(267, 78),
    FCHMODAT(268, 53),
    PPOLL(271, 73),
    UNSHARE(272, 97),
    UTIMENSAT(280, 88),
    EPOLL_PWAIT(281, 22),
    ACCEPT4(288, 242),
    EVENTFD2(290, 19),
    EPOLL_CREATE1(291, 20),
    PIPE2(293, 59),
    INOTIFY_INIT1(294, 26),
    PRLIMIT64(302, 261),
    SYNCFS(306, 267),
    SETNS(308, 268),
    RENAMEAT2(316, 276),
    STATX(332, 291),
    PIDFD_SEND_SIGNAL(424, 424),
    OPEN_TREE(428, 428),
    MOVE_MOUNT(429, 429),
    FSOPEN(430, 430),
    FSCONFIG(431, 431),
    FSMOUNT(432, 432),
    PIDFD_OPEN(434, 434),
    OPENAT2(437, 437),
    MOUNT_SETATTR(442, 442),
    FCHMODAT2(452, 452);

    final long number;

    Syscall(int x86, int aarch64) {
        number = Host.AARCH64 ? aarch64 : x86;
    }

    /// The name as in the manual pages.
    String call() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// The machine we run on. Apart from the enum, whose constants are made before its static fields.
    static final class Host {
        static final boolean AARCH64 = isAarch64(System.getProperty("os.arch"));

        private Host() {}

        /// Refuses what we have no numbers for rather than make calls at random.
        private static boolean isAarch64(String architecture) {
            return switch (architecture) {
                case "amd64", "x86_64" -> false;
                case "aarch64" -> true;
                default -> throw new UnsupportedOperationException("no system call numbers for " + architecture);
            };
        }
    }
}
