package dev.carafe.network;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;

/// A network's configuration with gaps for the node's ranges of addresses, in the form that containerd's templates
/// (`conf_template`) have: `{{.PodCIDR}}` is the first range, and what stands between `{{range $i, $range :=
/// .PodCIDRRanges}}` and `{{end}}` comes once for each, with `{{$range}}` for it and `{{if $i}}…{{end}}` for what the
/// first has not; `.Routes` likewise has a default route for each family. Nothing else of that language is known.
final class ConfigurationTemplate {
    private static final Pattern ACTION = Pattern.compile("\\{\\{-?\\s*(.*?)\\s*-?}}", Pattern.DOTALL);
    private static final Pattern RANGE = Pattern.compile("range\\s+(\\$\\w+)\\s*,\\s*(\\$\\w+)\\s*:=\\s*(\\.\\w+)");
    private static final Pattern UNLESS_FIRST = Pattern.compile("if\\s+(\\$\\w+)");
    private static final String FIRST_RANGE = ".PodCIDR";
    private static final String RANGES = ".PodCIDRRanges";
    private static final String ROUTES = ".Routes";

    /// Its text is put together while it is read, one action after the other.
    private final List<BiConsumer<Values, StringBuilder>> parts;

    private ConfigurationTemplate(List<BiConsumer<Values, StringBuilder>> parts) {
        this.parts = List.copyOf(parts);
    }

    /// @param lists by their names in the template
    /// @param loop of the block that is written, absent outside
    private record Values(Map<String, List<String>> lists, Optional<Loop> loop) {}

    private record Loop(int index, String value) {}

    /// A block that is not yet at its end.
    private record Open(String action, List<BiConsumer<Values, StringBuilder>> parts, Optional<Names> names) {}

    /// The variables of a loop.
    private record Names(String index, String value, String list) {}

    /// @throws IllegalArgumentException names the action that is not known, or that has no end
    static ConfigurationTemplate parse(String text) {
        Deque<Open> open = new ArrayDeque<>();
        open.push(new Open("", new ArrayList<>(), Optional.empty()));
        var actions = ACTION.matcher(text);
        var from = 0;
        while (actions.find()) {
            addText(open, text.substring(from, actions.start()));
            from = actions.end();
            act(open, actions.group(1));
        }
        addText(open, text.substring(from));
        if (open.size() > 1) {
            throw new IllegalArgumentException("{{" + open.getFirst().action + "}} has no {{end}}");
        }
        return new ConfigurationTemplate(open.getFirst().parts);
    }

    private static void addText(Deque<Open> open, String text) {
        open.getFirst().parts.add((_, out) -> out.append(text));
    }

    private static void act(Deque<Open> open, String action) {
        var block = open.getFirst();
        var range = RANGE.matcher(action);
        var unlessFirst = UNLESS_FIRST.matcher(action);
        if (action.equals("end") && open.size() > 1) {
            open.pop();
            close(block, open.getFirst().parts);
        } else if (action.equals(FIRST_RANGE)) {
            block.parts.add((values, out) -> out.append(list(values, RANGES).getFirst()));
        } else if (block.names.isEmpty() && range.matches() && isList(range.group(3))) {
            var names = new Names(range.group(1), range.group(2), range.group(3));
            open.push(new Open(action, new ArrayList<>(), Optional.of(names)));
        } else if (unlessFirst.matches() && isIndex(block, unlessFirst.group(1))) {
            open.push(new Open(action, new ArrayList<>(), block.names));
        } else if (block.names.filter(names -> names.value.equals(action)).isPresent()) {
            block.parts.add((values, out) -> values.loop.ifPresent(loop -> out.append(loop.value)));
        } else {
            throw new IllegalArgumentException("{{" + action + "}} is not known here");
        }
    }

    private static boolean isList(String name) {
        return name.equals(RANGES) || name.equals(ROUTES);
    }

    private static boolean isIndex(Open block, String name) {
        return block.names.filter(names -> names.index.equals(name)).isPresent();
    }

    private static List<String> list(Values values, String name) {
        return values.lists.getOrDefault(name, List.of());
    }

    private static void close(Open block, List<BiConsumer<Values, StringBuilder>> target) {
        var inner = List.copyOf(block.parts);
        if (block.action.startsWith("if")) {
            target.add((values, out) -> {
                if (values.loop.filter(loop -> loop.index > 0).isPresent()) {
                    inner.forEach(part -> part.accept(values, out));
                }
            });
            return;
        }
        var name = block.names.map(Names::list).orElse("");
        target.add((values, out) -> {
            var list = list(values, name);
            for (var i = 0; i < list.size(); i++) {
                var round = new Values(values.lists, Optional.of(new Loop(i, list.get(i))));
                inner.forEach(part -> part.accept(round, out));
            }
        });
    }

    /// @param ranges at least one
    /// @throws JsonException when what comes out is no network's configuration
    JsonObject render(List<PodAddress> ranges) throws JsonException {
        var routes = ranges.stream()
                .map(range -> range.isIpv4() ? "0.0.0.0/0" : "::/0")
                .distinct()
                .toList();
        var lists = Map.of(RANGES, ranges.stream().map(PodAddress::network).toList(), ROUTES, routes);
        var out = new StringBuilder();
        parts.forEach(part -> part.accept(new Values(lists, Optional.empty()), out));
        var network = JsonParser.parseObject(out.toString().getBytes(StandardCharsets.UTF_8));
        NetworkList.parse(network, GeneratedNetwork.FILE);
        return network;
    }
}
