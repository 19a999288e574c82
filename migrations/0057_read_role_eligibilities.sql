-- Who may activate a directory role is read beside who holds one.

alter table directory_access_look
  drop constraint directory_access_look_source_check,
  add constraint directory_access_look_source_check check (source in ('role-definitions', 'role-assignments', 'role-schedules', 'role-eligibilities',
    'service-principals', 'app-permissions', 'delegated-permissions', 'licences', 'security-defaults', 'policies'));
