-- Rows of these tables stay as they were written. Statements end at the marker line.
CREATE TRIGGER dataset_no_update BEFORE UPDATE ON dataset
BEGIN SELECT RAISE(ABORT, 'rows of dataset are never changed'); END
--;
CREATE TRIGGER dataset_no_delete BEFORE DELETE ON dataset
BEGIN SELECT RAISE(ABORT, 'rows of dataset are never changed'); END
--;
CREATE TRIGGER parquet_no_update BEFORE UPDATE ON parquet
BEGIN SELECT RAISE(ABORT, 'rows of parquet are never changed'); END
--;
CREATE TRIGGER parquet_no_delete BEFORE DELETE ON parquet
BEGIN SELECT RAISE(ABORT, 'rows of parquet are never changed'); END
--;
CREATE TRIGGER dataset_table_no_update BEFORE UPDATE ON dataset_table
BEGIN SELECT RAISE(ABORT, 'rows of dataset_table are never changed'); END
--;
CREATE TRIGGER dataset_table_no_delete BEFORE DELETE ON dataset_table
BEGIN SELECT RAISE(ABORT, 'rows of dataset_table are never changed'); END
--;
CREATE TRIGGER import_log_no_update BEFORE UPDATE ON import_log
BEGIN SELECT RAISE(ABORT, 'rows of import_log are never changed'); END
--;
CREATE TRIGGER import_log_no_delete BEFORE DELETE ON import_log
BEGIN SELECT RAISE(ABORT, 'rows of import_log are never changed'); END
--;
CREATE TRIGGER mapping_no_update BEFORE UPDATE ON mapping
BEGIN SELECT RAISE(ABORT, 'rows of mapping are never changed'); END
--;
CREATE TRIGGER mapping_no_delete BEFORE DELETE ON mapping
BEGIN SELECT RAISE(ABORT, 'rows of mapping are never changed'); END
--;
CREATE TRIGGER scenario_no_update BEFORE UPDATE ON scenario
BEGIN SELECT RAISE(ABORT, 'rows of scenario are never changed'); END
--;
CREATE TRIGGER scenario_no_delete BEFORE DELETE ON scenario
BEGIN SELECT RAISE(ABORT, 'rows of scenario are never changed'); END
--;
CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit
BEGIN SELECT RAISE(ABORT, 'rows of audit are never changed'); END
--;
CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit
BEGIN SELECT RAISE(ABORT, 'rows of audit are never changed'); END
