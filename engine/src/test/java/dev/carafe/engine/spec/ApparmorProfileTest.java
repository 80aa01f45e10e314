package dev.carafe.engine.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.carafe.cri.v1.SecurityProfile;
import dev.carafe.cri.v1.SecurityProfile.ProfileType;
import dev.carafe.engine.Invalid;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@SuppressWarnings("deprecation") // the text of older kubelets is part of the contract
final class ApparmorProfileTest {
    private static final String FIELD = "linux.security_context.apparmor";

    @TempDir
    private Path folder;

    private Given given;

    @BeforeEach
    void prepare() throws IOException {
        given = new Given(folder);
    }

    private void load(String... profiles) throws IOException {
        given.host.apparmorProfiles =
                Files.writeString(folder.resolve("profiles"), String.join(" (enforce)\n", profiles) + " (complain)\n");
    }

    private void ask(ProfileType type, String reference) {
        given.security()
                .setApparmor(SecurityProfile.newBuilder().setProfileType(type).setLocalhostRef(reference));
    }

    private String profile() throws IOException {
        return ApparmorProfile.of(given.request(), given.defaults.build(), given.host.build(), given.warnings);
    }

    @Test
    void aHostWithoutApparmorRunsWhatNamesNoProfile() throws IOException {
        assertEquals("", profile());
        ask(ProfileType.RuntimeDefault, "");
        assertEquals("", profile());
        ask(ProfileType.Localhost, "web");
        Refusals.refused(Invalid.class, FIELD, this::profile);
    }

    @Test
    void theDefaultProfileConfinesWhatNamesNoneAndItsAbsenceIsToldOnce() throws IOException {
        load("crio-default", "web");
        assertEquals("crio-default", profile());
        load("web");
        assertEquals("", profile());
        assertEquals("", profile());
        assertEquals(
                Set.of("AppArmor profile crio-default (apparmor_profile) is not loaded: containers go without it"),
                given.warnings.told());
    }

    @Test
    void aStatedDefaultThatIsNotLoadedIsRefused() throws IOException {
        load("web");
        ask(ProfileType.RuntimeDefault, "");
        Refusals.refused(Invalid.class, FIELD + ": profile crio-default", this::profile);
    }

    @Test
    void aLocalProfileIsTheLoadedOneOfThatVeryName() throws IOException {
        load("web-server", "other");
        ask(ProfileType.Localhost, "localhost/web-server");
        assertEquals("web-server", profile());
        ask(ProfileType.Localhost, "web");
        Refusals.refused(Invalid.class, FIELD + ": profile web", this::profile);
    }

    @Test
    void theTextOfOlderKubeletsMeansTheSame() throws IOException {
        load("web", "crio-default");
        given.security().setApparmorProfile("localhost/web");
        assertEquals("web", profile());
        given.security().setApparmorProfile("unconfined");
        assertEquals("", profile());
        given.security().setApparmorProfile("runtime/default");
        assertEquals("crio-default", profile());
        given.security().setApparmorProfile("nonsense");
        Refusals.refused(Invalid.class, "linux.security_context.apparmor_profile", this::profile);
    }

    @Test
    void aPrivilegedContainerHasNone() throws IOException {
        load("crio-default");
        given.bePrivileged();
        assertEquals("", profile());
    }
}
