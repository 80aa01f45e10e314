package dev.carafe.engine.state;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ShownTest {
    @TempDir
    Path folder;

    private Stores open() throws IOException {
        return Stores.open(folder, Clock.systemUTC());
    }

    private static Shown<PodRecord, Object[]> shown(Stores stores) {
        return Shown.of(stores.pods(), p -> p.id().value(), p -> new Object[] {p.state()});
    }

    private static PodRecord begun(Stores stores) throws IOException {
        var pod = StoreTest.pod(new PodState.Starting());
        stores.pods().begin(pod.id().value(), pod);
        return pod;
    }

    @Test
    void whatIsShownIsMadeOnceForEachChange() throws IOException {
        var stores = open();
        var shown = shown(stores);
        var id = begun(stores).id().value();
        for (var addresses : List.of(List.of("10.0.0.1"), List.of("10.0.0.2"))) {
            var ready = stores.pods().update(id, p -> p.ready(addresses, PodRecord.OwnProcess.NONE));
            assertEquals(ready.state(), shown.of(ready)[0]);
            assertSame(shown.of(ready), shown.of(stores.pods().require(id)));
        }
    }

    @Test
    void whatWasThereBeforeIsShownToo() throws IOException {
        var id = begun(open()).id().value();
        var stores = open();
        var shown = shown(stores);
        var pod = stores.pods().require(id);
        assertSame(shown.of(pod), shown.of(pod));
        assertEquals(pod.state(), shown.of(pod)[0]);
    }

    @Test
    void aRecordOfBeforeIsShownAsItWasAndKeepsNothing() throws IOException {
        var stores = open();
        var shown = shown(stores);
        var starting = begun(stores);
        var id = starting.id().value();
        var ready = stores.pods().update(id, p -> p.ready(List.of("10.0.0.1"), PodRecord.OwnProcess.NONE));
        assertEquals(starting.state(), shown.of(starting)[0]);
        assertEquals(ready.state(), shown.of(ready)[0]);
        stores.pods().forget(id);
        assertNotSame(shown.of(ready), shown.of(ready));
        assertEquals(ready.state(), shown.of(ready)[0]);
    }
}
