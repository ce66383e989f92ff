-- Rows of this table stay as they were written. Statements end at the marker line.
CREATE TRIGGER meeting_place_no_change BEFORE UPDATE OR DELETE ON meeting_place
FOR EACH ROW EXECUTE FUNCTION refuse_change()
--;
CREATE TRIGGER meeting_place_no_truncate BEFORE TRUNCATE ON meeting_place
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
