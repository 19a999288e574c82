-- A record takes its place from its transaction, and a ledger begins at its beginning: neither is for the server to say.

-- A record whose transaction was said to be an old one would stand below the watermark, and never get a leaf; one of a transaction to come would have
-- everybody who waits for the newest record wait. Whoever inserts names what a record is, and the database its transaction and order.
revoke insert on ledger_record from rollcall_server;
grant insert (workspace_id, id, recorded_at, type, subject_id, leaf) on ledger_record to rollcall_server;

-- A watermark ahead of all transactions would keep the records of a new workspace out of its tree.
revoke insert on ledger from rollcall_server;
grant insert (workspace_id, origin, cluster_id, created_at) on ledger to rollcall_server;
