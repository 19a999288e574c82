-- After an account was restored the first complete look tells what it became: found by when it began, however many looks there were.

create index directory_run_complete on directory_run (workspace_id, connection_id, look_from) where state = 'complete' and kind = 'full';
