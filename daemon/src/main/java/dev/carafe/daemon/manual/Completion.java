package dev.carafe.daemon.manual;

import dev.carafe.daemon.config.Flag;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Scripts that teach shells to complete `carafe` and `crio`.
public enum Completion {
    BASH {
        @Override
        public String script() {
            return """
                    # Completions of carafe for bash; source this, or put it into bash-completion's folder.
                    _carafe() {
                        local current=${COMP_WORDS[COMP_CWORD]} command= word i
                        for ((i = 1; i < COMP_CWORD; i++)); do
                            word=${COMP_WORDS[i]}
                            case $word in
                                %1$s) ((i++)) ;;
                                -*) ;;
                                *) command=$word; break ;;
                            esac
                        done
                        COMPREPLY=()
                        ((i <= COMP_CWORD)) || return # a flag's value: a file, as like as not
                        case $command in
                            '') word='%2$s' ;;
                    %3$s        *) return ;;
                        esac
                        COMPREPLY=($(compgen -W "$word" -- "$current"))
                    }
                    complete -o default -F _carafe carafe crio
                    """.formatted(
                            valued().collect(Collectors.joining("|")),
                            Stream.concat(spellings(), names()).collect(Collectors.joining(" ")),
                            cases("        %1$s) word='%2$s' ;;\n"));
        }
    },
    FISH {
        @Override
        public String script() {
            var script = new StringBuilder("# Completions of carafe for fish.\n");
            for (var program : PROGRAMS) {
                for (var flag : Flag.all()) {
                    script.append("complete -c ").append(program).append(" -n __fish_use_subcommand");
                    for (var spelling : flag.spellings()) {
                        script.append(spelling.startsWith("--") ? " -l " : " -s ")
                                .append(spelling.replaceAll("^-+", ""));
                    }
                    script.append(flag.takesValue() ? " -r" : "")
                            .append(" -d ")
                            .append(quoted(firstOf(flag.meaning())));
                    script.append('\n');
                }
                for (var command : Subcommand.ALL) {
                    script.append("complete -c ").append(program).append(" -f -n __fish_use_subcommand -a ");
                    script.append(quoted(String.join(" ", command.names().toList())));
                    script.append(" -d ")
                            .append(quoted(firstOf(command.meaning())))
                            .append('\n');
                    if (!command.words().isEmpty()) {
                        script.append("complete -c ").append(program).append(" -n '__fish_seen_subcommand_from ");
                        script.append(String.join(" ", command.names().toList()))
                                .append("' -a ");
                        script.append(quoted(String.join(" ", command.words()))).append('\n');
                    }
                }
            }
            return script.toString();
        }
    },
    ZSH {
        @Override
        public String script() {
            return """
                    #compdef carafe crio
                    # Completions of carafe for zsh; put this as _carafe into a folder of $fpath, or source it.
                    _carafe() {
                        local command= word
                        local -i i
                        for ((i = 2; i < CURRENT; i++)); do
                            word=$words[i]
                            case $word in
                                %1$s) ((i++)) ;;
                                -*) ;;
                                *) command=$word; break ;;
                            esac
                        done
                        if ((i > CURRENT)); then
                            _files
                            return
                        fi
                        case $command in
                            '') compadd -- %2$s ;;
                    %3$s        *) _files ;;
                        esac
                    }
                    if [[ $funcstack[1] = _carafe ]]; then
                        _carafe "$@"
                    else
                        compdef _carafe carafe crio
                    fi
                    """.formatted(
                            valued().collect(Collectors.joining("|")),
                            Stream.concat(spellings(), names()).collect(Collectors.joining(" ")),
                            cases("        %1$s) compadd -- %2$s; _files ;;\n"));
        }
    };

    private static final List<String> PROGRAMS = List.of("carafe", "crio");

    public abstract String script();

    /// @param shell its name
    public static Optional<Completion> of(String shell) {
        return Stream.of(values()).filter(c -> c.name().equalsIgnoreCase(shell)).findFirst();
    }

    private static Stream<String> spellings() {
        return Flag.all().stream().flatMap(flag -> flag.spellings().stream());
    }

    private static Stream<String> valued() {
        return Flag.all().stream().filter(Flag::takesValue).flatMap(flag -> flag.spellings().stream());
    }

    private static Stream<String> names() {
        return Subcommand.ALL.stream().flatMap(Subcommand::names);
    }

    /// A line for each subcommand after which something can be completed.
    ///
    /// @param line with places for its names and the words
    private static String cases(String line) {
        return Subcommand.ALL.stream()
                .filter(command -> !command.words().isEmpty())
                .map(command -> line.formatted(
                        command.names().collect(Collectors.joining("|")), String.join(" ", command.words())))
                .collect(Collectors.joining());
    }

    private static String firstOf(String meaning) {
        var end = meaning.indexOf(". ");
        return end < 0 ? meaning : meaning.substring(0, end);
    }

    private static String quoted(String text) {
        return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
    }
}
