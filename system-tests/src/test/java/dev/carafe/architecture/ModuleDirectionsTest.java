package dev.carafe.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;

/// The arrows between the modules, and who alone may use what. CONTRIBUTING.md draws them.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ModuleDirectionsTest {
    /// Half of what the tests' heap holds: gone with this test, lest those after it find no room.
    private final JavaClasses carafe = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages(
                    "dev.carafe.api",
                    "dev.carafe.cri",
                    "dev.carafe.oci",
                    "dev.carafe.linux",
                    "dev.carafe.registry",
                    "dev.carafe.trust",
                    "dev.carafe.storage",
                    "dev.carafe.network",
                    "dev.carafe.ttrpc",
                    "dev.carafe.nri",
                    "dev.carafe.runtime",
                    "dev.carafe.streaming",
                    "dev.carafe.engine",
                    "dev.carafe.daemon");

    /// Module → the modules that it may use besides itself.
    private static final Map<String, List<String>> ARROWS = Map.ofEntries(
            Map.entry("oci", List.of()),
            Map.entry("linux", List.of()),
            Map.entry("registry", List.of("oci")),
            Map.entry("trust", List.of("oci")),
            Map.entry("storage", List.of("oci", "linux")),
            Map.entry("network", List.of("linux")),
            Map.entry("ttrpc", List.of("api", "linux")),
            Map.entry("nri", List.of("api", "ttrpc", "linux")),
            Map.entry("runtime", List.of("api", "ttrpc", "oci", "linux")),
            Map.entry("streaming", List.of()),
            Map.entry(
                    "engine",
                    List.of("cri", "api", "registry", "trust", "storage", "network", "nri", "runtime", "oci", "linux")),
            // The daemon composes the modules' configuration records; what they do it asks of the engine alone.
            Map.entry(
                    "daemon",
                    List.of(
                            "engine",
                            "cri",
                            "api",
                            "registry",
                            "trust",
                            "storage",
                            "network",
                            "nri",
                            "runtime",
                            "streaming",
                            "oci",
                            "linux")));

    private static final String[] BELOW_THE_DAEMON = {
        "dev.carafe.engine..",
        "dev.carafe.oci..",
        "dev.carafe.linux..",
        "dev.carafe.registry..",
        "dev.carafe.trust..",
        "dev.carafe.storage..",
        "dev.carafe.network..",
        "dev.carafe.ttrpc..",
        "dev.carafe.nri..",
        "dev.carafe.runtime..",
        "dev.carafe.streaming.."
    };

    @TestFactory
    Stream<DynamicTest> aModuleUsesOnlyWhatItsArrowsAllow() {
        return ARROWS.entrySet().stream()
                .map(arrow -> DynamicTest.dynamicTest(arrow.getKey(), () -> check(arrow.getKey(), arrow.getValue())));
    }

    private void check(String module, List<String> allowed) {
        var forbidden = new ArrayList<>(List.of(
                "api",
                "cri",
                "oci",
                "linux",
                "registry",
                "trust",
                "storage",
                "network",
                "ttrpc",
                "nri",
                "runtime",
                "streaming",
                "engine",
                "daemon"));
        forbidden.removeAll(allowed);
        forbidden.remove(module);
        noClasses()
                .that()
                .resideInAPackage("dev.carafe." + module + "..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        forbidden.stream().map(m -> "dev.carafe." + m + "..").toArray(String[]::new))
                .check(carafe);
    }

    @Test
    void onlyLinuxTouchesForeignMemory() {
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.carafe.linux..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("java.lang.foreign..")
                .check(carafe);
    }

    @Test
    void onlyTheDaemonKnowsGrpcAndItsCommandLine() {
        noClasses()
                .that()
                .resideInAnyPackage(BELOW_THE_DAEMON)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.grpc..", "picocli..")
                .check(carafe);
    }

    @Test
    void configurationFilesAreTheDaemonsButForTheRegistriesOwn() {
        noClasses()
                .that()
                .resideInAnyPackage(BELOW_THE_DAEMON)
                .and()
                .resideOutsideOfPackage("dev.carafe.registry.conf..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.tomlj..")
                .check(carafe);
    }

    @Test
    void theNamesSayWhatThingsAre() {
        classes()
                .that()
                .resideInAnyPackage(ARROWS.keySet().stream()
                        .map(m -> "dev.carafe." + m + "..")
                        .toArray(String[]::new))
                .should()
                .haveNameNotMatching(".*(Impl|Manager|Helper|Utils?)")
                .orShould()
                .haveSimpleName("CgroupManager") // the term of crio.conf and of the CRI's neighbours
                .check(carafe);
    }
}
