-- Rows of these tables stay as they were written. Statements end at the marker line.
CREATE TRIGGER agenda_no_change BEFORE UPDATE OR DELETE ON agenda
FOR EACH ROW EXECUTE FUNCTION refuse_change()
--;
CREATE TRIGGER agenda_no_truncate BEFORE TRUNCATE ON agenda
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
--;
CREATE TRIGGER decision_no_change BEFORE UPDATE OR DELETE ON decision
FOR EACH ROW EXECUTE FUNCTION refuse_change()
--;
CREATE TRIGGER decision_no_truncate BEFORE TRUNCATE ON decision
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
--;
CREATE TRIGGER proposal_no_change BEFORE UPDATE OR DELETE ON proposal
FOR EACH ROW EXECUTE FUNCTION refuse_change()
--;
CREATE TRIGGER proposal_no_truncate BEFORE TRUNCATE ON proposal
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
