-- Rows that could be read and do not fit others are marked on the stage: a file may be made of nothing else, and they need not pass through the server's memory.

grant update (employee_id, row) on roster_stage to rollcall_server;
