package dev.carafe.engine.state;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/// What lists show of a store's records: made when a record changes, not for each list, since a kubelet asks for all of
/// them every second. Safe for all threads.
///
/// @param <R> the record's type
/// @param <V> what is shown of one
public final class Shown<R, V> {
    private final Map<String, Made<R, V>> made = new ConcurrentHashMap<>();
    private final Function<R, String> id;
    private final Function<R, V> view;

    private Shown(Function<R, String> id, Function<R, V> view) {
        this.id = id;
        this.view = view;
    }

    private record Made<R, V>(R record, V view) {}

    /// To be called before anything changes the store.
    ///
    /// @param view depends on the record alone
    public static <R, V> Shown<R, V> of(Store<R> store, Function<R, String> id, Function<R, V> view) {
        var shown = new Shown<>(id, view);
        store.all().forEach(shown::make);
        store.observe(new Store.Observer<>() {
            @Override
            public void changed(R before, R after) {
                shown.make(after);
            }

            @Override
            public void forgotten(R last) {
                shown.made.remove(id.apply(last));
            }
        });
        return shown;
    }

    private void make(R record) {
        made.put(id.apply(record), new Made<>(record, view.apply(record)));
    }

    /// Of a record that was in the store, now or before.
    public V of(R record) {
        var known = made.get(id.apply(record));
        return known != null && known.record.equals(record) ? known.view : view.apply(record);
    }
}
