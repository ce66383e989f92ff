-- Rows of these tables stay as they were written. Statements end at the marker line.
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'rows of % are never changed', TG_TABLE_NAME; END $$
--;
CREATE TRIGGER dataset_no_change BEFORE UPDATE OR DELETE ON dataset
FOR EACH ROW EXECUTE FUNCTION refuse_change()
--;
CREATE TRIGGER dataset_no_truncate BEFORE TRUNCATE ON dataset
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
--;
CREATE TRIGGER parquet_no_change BEFORE UPDATE OR DELETE ON parquet
FOR EACH ROW EXECUTE FUNCTION refuse_change()
--;
CREATE TRIGGER parquet_no_truncate BEFORE TRUNCATE ON parquet
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
--;
CREATE TRIGGER dataset_table_no_change BEFORE UPDATE OR DELETE ON dataset_table
FOR EACH ROW EXECUTE FUNCTION refuse_change()
--;
CREATE TRIGGER dataset_table_no_truncate BEFORE TRUNCATE ON dataset_table
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
--;
CREATE TRIGGER import_log_no_change BEFORE UPDATE OR DELETE ON import_log
FOR EACH ROW EXECUTE FUNCTION refuse_change()
--;
CREATE TRIGGER import_log_no_truncate BEFORE TRUNCATE ON import_log
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
--;
CREATE TRIGGER mapping_no_change BEFORE UPDATE OR DELETE ON mapping
FOR EACH ROW EXECUTE FUNCTION refuse_change()
--;
CREATE TRIGGER mapping_no_truncate BEFORE TRUNCATE ON mapping
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
--;
CREATE TRIGGER scenario_no_change BEFORE UPDATE OR DELETE ON scenario
FOR EACH ROW EXECUTE FUNCTION refuse_change()
--;
CREATE TRIGGER scenario_no_truncate BEFORE TRUNCATE ON scenario
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
--;
CREATE TRIGGER audit_no_change BEFORE UPDATE OR DELETE ON audit
FOR EACH ROW EXECUTE FUNCTION refuse_change()
--;
CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON audit
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
