-- Rows of these tables stay as they were written. Statements end at the marker line.
CREATE TRIGGER sign_off_no_update BEFORE UPDATE ON sign_off
BEGIN SELECT RAISE(ABORT, 'rows of sign_off are never changed'); END
--;
CREATE TRIGGER sign_off_no_delete BEFORE DELETE ON sign_off
BEGIN SELECT RAISE(ABORT, 'rows of sign_off are never changed'); END
