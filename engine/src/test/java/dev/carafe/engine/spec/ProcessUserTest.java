package dev.carafe.engine.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.carafe.cri.v1.Int64Value;
import dev.carafe.cri.v1.LinuxContainerSecurityContext;
import dev.carafe.cri.v1.SupplementalGroupsPolicy;
import dev.carafe.engine.Invalid;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ProcessUserTest {
    private static final Accounts ACCOUNTS = Accounts.parse("""
            root:x:0:0:root:/root:/bin/sh
            a broken line
            web:x:1000:1000::/home/web:/bin/sh
            77:x:500:501::/:/bin/sh
            huge:x:99999999999:0::/:/bin/sh
            """, """
            root:x:0:
            wheel:x:10:root,web
            staff:x:50000:web
            web:x:1000:
            """);

    private static LinuxContainerSecurityContext.Builder security() {
        return LinuxContainerSecurityContext.newBuilder();
    }

    private static Int64Value id(long value) {
        return Int64Value.newBuilder().setValue(value).build();
    }

    private static ProcessUser of(LinuxContainerSecurityContext.Builder security, String imageUser) {
        return ProcessUser.of(security.build(), imageUser, ACCOUNTS);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            ''        | 0    | 0     | 0 10
            web       | 1000 | 1000  | 1000 10 50000
            1000      | 1000 | 1000  | 1000 10 50000
            web:wheel | 1000 | 10    | 10
            web:12    | 1000 | 12    | 12
            1234      | 1234 | 0     | 0
            1234:5678 | 1234 | 5678  | 5678
            77        | 500  | 501   | 501
            :wheel    | 0    | 10    | 10
            """)
    void theImagesUserIsReadAsNamesOrNumbers(String imageUser, int uid, int gid, String groups) {
        var user = of(security(), imageUser);
        assertEquals(uid, user.uid());
        assertEquals(gid, user.gid());
        assertEquals(
                groups,
                String.join(" ", user.groups().stream().map(String::valueOf).toList()));
    }

    @ParameterizedTest
    @CsvSource({"nobody", "web:nogroup", "-1", "4294967296"})
    void refusesAnImagesUserThatItDoesNotKnow(String imageUser) {
        assertThrows(Invalid.class, () -> of(security(), imageUser));
    }

    @Test
    void theRequestsUserWinsOverTheImages() {
        assertEquals(new ProcessUser(5, 0, List.of(0)), of(security().setRunAsUser(id(5)), "web"));
        assertEquals(
                new ProcessUser(1000, 1000, List.of(1000, 10, 50000)),
                of(security().setRunAsUsername("web"), "root"));
    }

    @Test
    void theRequestsGroupReplacesThePrimaryGroupOnly() {
        var user = of(security().setRunAsUser(id(1000)).setRunAsGroup(id(7)), "");
        assertEquals(new ProcessUser(1000, 7, List.of(7, 10, 50000)), user);
    }

    @Test
    void aUserNameThatTheImageDoesNotHaveIsRefused() {
        var refused = assertThrows(Invalid.class, () -> of(security().setRunAsUsername("1000"), ""));
        assertTrue(refused.getMessage().contains("run_as_username"), refused.getMessage());
    }

    @Test
    void mergedSupplementalGroupsComeAfterTheImages() {
        var user =
                of(security().setRunAsUser(id(1000)).addSupplementalGroups(1234).addSupplementalGroups(10), "");
        assertEquals(List.of(1000, 10, 50000, 1234), user.groups());
    }

    @Test
    void strictSupplementalGroupsLeaveOutTheImages() {
        var user = of(
                security()
                        .setRunAsUser(id(1000))
                        .addSupplementalGroups(1234)
                        .setSupplementalGroupsPolicy(SupplementalGroupsPolicy.Strict),
                "");
        assertEquals(List.of(1000, 1234), user.groups());
        assertEquals(List.of(1000L, 1234L), user.forStatus().getSupplementalGroupsList());
    }

    @Test
    void idsOutsideTheKernelsRangeAreRefusedWithTheField() {
        var user = assertThrows(Invalid.class, () -> of(security().setRunAsUser(id(-1)), ""));
        assertTrue(user.getMessage().contains("run_as_user"), user.getMessage());
        var group = assertThrows(Invalid.class, () -> of(security().addSupplementalGroups(1L << 40), ""));
        assertTrue(group.getMessage().contains("supplemental_groups"), group.getMessage());
    }
}
