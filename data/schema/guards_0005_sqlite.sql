-- Rows of this table stay as they were written. Statements end at the marker line.
CREATE TRIGGER meeting_place_no_update BEFORE UPDATE ON meeting_place
BEGIN SELECT RAISE(ABORT, 'rows of meeting_place are never changed'); END
--;
CREATE TRIGGER meeting_place_no_delete BEFORE DELETE ON meeting_place
BEGIN SELECT RAISE(ABORT, 'rows of meeting_place are never changed'); END
