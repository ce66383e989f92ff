-- Rows of these tables stay as they were written. Statements end at the marker line.
CREATE TRIGGER sign_off_no_change BEFORE UPDATE OR DELETE ON sign_off
FOR EACH ROW EXECUTE FUNCTION refuse_change()
--;
CREATE TRIGGER sign_off_no_truncate BEFORE TRUNCATE ON sign_off
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
