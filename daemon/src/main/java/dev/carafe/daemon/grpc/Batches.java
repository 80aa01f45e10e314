package dev.carafe.daemon.grpc;

import com.google.protobuf.MessageLite;
import java.util.ArrayList;
import java.util.List;

/// Lists in pieces that no client refuses: the kubelet takes 16 MiB a message.
final class Batches {
    private static final int BATCH_BYTES = 2 * 1024 * 1024;

    private Batches() {}

    /// In order, each as full as its bound allows and never empty; no batch for an empty list.
    static <M extends MessageLite> List<List<M>> of(List<M> items) {
        return of(items, BATCH_BYTES);
    }

    static <M extends MessageLite> List<List<M>> of(List<M> items, int batchBytes) {
        var batches = new ArrayList<List<M>>();
        var from = 0;
        var bytes = 0L;
        for (var i = 0; i < items.size(); i++) {
            var size = items.get(i).getSerializedSize();
            if (i > from && bytes + size > batchBytes) {
                batches.add(items.subList(from, i));
                from = i;
                bytes = 0;
            }
            bytes += size;
        }
        if (from < items.size()) {
            batches.add(items.subList(from, items.size()));
        }
        return batches;
    }
}
