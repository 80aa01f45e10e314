package dev.carafe.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigurationTemplateTest {
    private static final PodAddress IPV4 = PodAddress.of("10.85.1.0/24");
    private static final PodAddress IPV6 = PodAddress.of("fd00:1::/64");

    private static JsonObject render(String ipam, PodAddress... ranges) throws JsonException {
        return ConfigurationTemplate.parse("""
                {"cniVersion": "1.0.0", "name": "generated", "plugins": [{"type": "bridge", "ipam": %s}]}
                """.formatted(ipam)).render(List.of(ranges));
    }

    private static String expected(String ipam) throws JsonException {
        return JsonParser.parse("""
                {"cniVersion": "1.0.0", "name": "generated", "plugins": [{"type": "bridge", "ipam": %s}]}
                """.formatted(ipam)).toJson();
    }

    @Test
    void theFirstRangeStandsAlone() throws JsonException {
        assertEquals(
                expected("{\"subnet\": \"10.85.1.0/24\"}"),
                render("{\"subnet\": \"{{.PodCIDR}}\"}", IPV4, IPV6).toJson());
    }

    @Test
    void eachRangeAndEachFamilysRouteComeInALoop() throws JsonException {
        var ipam = """
                {"ranges": [{{range $i, $range := .PodCIDRRanges}}{{if $i}}, {{end}}[{"subnet": "{{$range}}"}]{{end}}],
                 "routes": [{{- range $n, $route := .Routes -}}{{ if $n }},{{ end }}{"dst": "{{ $route }}"}{{- end -}}]}
                """;
        assertEquals(
                expected("{\"ranges\": [[{\"subnet\": \"10.85.1.0/24\"}]], \"routes\": [{\"dst\": \"0.0.0.0/0\"}]}"),
                render(ipam, IPV4).toJson());
        assertEquals(expected("""
                {"ranges": [[{"subnet": "10.85.1.0/24"}], [{"subnet": "fd00:1:0:0:0:0:0:0/64"}]],
                 "routes": [{"dst": "0.0.0.0/0"}, {"dst": "::/0"}]}
                """), render(ipam, IPV4, IPV6).toJson());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{{.Other}}                                          | {{.Other}} is not known",
                "{{end}}                                             | {{end}} is not known",
                "{{if $i}}x{{end}}                                   | {{if $i}} is not known",
                "{{range $i, $r := .Other}}{{end}}                   | {{range $i, $r := .Other}} is not known",
                "{{range $i, $r := .Routes}}{{$x}}{{end}}            | {{$x}} is not known",
                "{{range $i, $r := .Routes}}x                        | has no {{end}}",
                "{{printf \"x\"}}                                    | is not known",
            })
    void whatIsNotKnownIsNamed(String template, String message) {
        var refusal = assertThrows(IllegalArgumentException.class, () -> ConfigurationTemplate.parse(template));
        assertTrue(String.valueOf(refusal.getMessage()).contains(message), refusal::getMessage);
    }

    @Test
    void aResultThatIsNoNetworkIsRefused() {
        for (var template : List.of("{{.PodCIDR}}", "[]", "{\"cniVersion\": \"9.0.0\", \"name\": \"x\"}")) {
            assertThrows(
                    JsonException.class,
                    () -> ConfigurationTemplate.parse(template).render(List.of(IPV4)),
                    template);
        }
    }
}
