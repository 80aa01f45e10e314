package dev.carafe.engine.spec;

import dev.carafe.cri.v1.SELinuxOption;
import dev.carafe.engine.Invalid;
import dev.carafe.linux.SelinuxLabel;
import java.util.function.Predicate;

/// The parts of a label that a request names. They mean nothing on a host without SELinux and are left out there, as
/// the peers do.
final class SelinuxOptions {
    static final String FIELD = "linux.security_context.selinux_options";

    /// With four of them and their colons a label stays within the kernel's bound.
    private static final int MAXIMUM_LENGTH = 60;

    private SelinuxOptions() {}

    /// @throws Invalid when a part can't be one of any label
    static void check(SELinuxOption options, HostFacts host) {
        if (host.selinux()) {
            require("user", options.getUser(), SelinuxLabel::isName);
            require("role", options.getRole(), SelinuxLabel::isName);
            require("type", options.getType(), SelinuxLabel::isName);
            require("level", options.getLevel(), SelinuxLabel::isLevel);
        }
    }

    private static void require(String part, String value, Predicate<String> form) {
        if (!value.isEmpty() && !(value.length() <= MAXIMUM_LENGTH && form.test(value))) {
            throw new Invalid(FIELD + "." + part + ": can't be part of a label, or has more than " + MAXIMUM_LENGTH);
        }
    }
}
