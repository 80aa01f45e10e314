package dev.carafe.engine.spec;

import dev.carafe.cri.v1.Signal;
import dev.carafe.linux.Signals;

/// The signal that asks a container to end: the configuration's, or else the image's, or else TERM.
final class StopSignal {
    private StopSignal() {}

    static int of(SpecRequest request, Warnings warnings) {
        var asked = request.container().getStopSignal();
        if (asked != Signal.SIGNAL_RUNTIME_DEFAULT) {
            return Signals.parse(name(asked)).orElseThrow(() -> new IllegalStateException("no signal " + asked));
        }
        var ofImage = request.image().config().stopSignal();
        if (ofImage.isEmpty()) {
            return Signals.TERM;
        }
        var signal = Signals.parse(ofImage);
        if (signal.isEmpty()) {
            warnings.once("the image's stop signal " + ofImage + " is unknown: TERM instead");
        }
        return signal.orElse(Signals.TERM);
    }

    /// `SIGNAL_SIGRTMINPLUS3` is `SIGRTMIN+3`; three names are other names of a signal.
    private static String name(Signal signal) {
        return switch (signal) {
            case SIGNAL_SIGCLD -> "SIGCHLD";
            case SIGNAL_SIGIOT -> "SIGABRT";
            case SIGNAL_SIGPOLL -> "SIGIO";
            default ->
                signal.name().substring("SIGNAL_".length()).replace("PLUS", "+").replace("MINUS", "-");
        };
    }
}
