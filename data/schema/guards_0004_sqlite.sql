-- Rows of these tables stay as they were written. Statements end at the marker line.
CREATE TRIGGER agenda_no_update BEFORE UPDATE ON agenda
BEGIN SELECT RAISE(ABORT, 'rows of agenda are never changed'); END
--;
CREATE TRIGGER agenda_no_delete BEFORE DELETE ON agenda
BEGIN SELECT RAISE(ABORT, 'rows of agenda are never changed'); END
--;
CREATE TRIGGER decision_no_update BEFORE UPDATE ON decision
BEGIN SELECT RAISE(ABORT, 'rows of decision are never changed'); END
--;
CREATE TRIGGER decision_no_delete BEFORE DELETE ON decision
BEGIN SELECT RAISE(ABORT, 'rows of decision are never changed'); END
--;
CREATE TRIGGER proposal_no_update BEFORE UPDATE ON proposal
BEGIN SELECT RAISE(ABORT, 'rows of proposal are never changed'); END
--;
CREATE TRIGGER proposal_no_delete BEFORE DELETE ON proposal
BEGIN SELECT RAISE(ABORT, 'rows of proposal are never changed'); END
