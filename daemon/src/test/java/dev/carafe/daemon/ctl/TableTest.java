package dev.carafe.daemon.ctl;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class TableTest {
    @Test
    void columnsAreAsWideAsTheirWidestCellAndLinesHaveNoTrailingSpaces() {
        var table = new Table("NAME", "STATE", "ID");
        table.add("a-long-name", "Ready", "1");
        table.add("b", "", "22");
        assertEquals("""
                NAME          STATE   ID
                a-long-name   Ready   1
                b                     22""", table.toString());
    }

    @Test
    void aCellCantSteerTheTerminalNorAddRows() {
        var table = new Table("NAME");
        table.add("evil\u001b[2J\rname");
        assertEquals("NAME\nevil?[2J?name", table.toString());
    }
}
