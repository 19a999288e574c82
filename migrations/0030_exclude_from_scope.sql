-- Whom the scope leaves out although it names them otherwise: service accounts in a group of people, test users of a naming scheme.

alter table directory_scope
  add column exclude_groups uuid[] not null default '{}',
  add column exclude_users  uuid[] not null default '{}',
  add column exclude_names  text[] not null default '{}';
comment on column directory_scope.exclude_names is 'Patterns of userPrincipalName in which * stands for anything, in any case.';
