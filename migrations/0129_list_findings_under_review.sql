-- A page of the findings that management may answer costs what it shows, not all that was frozen.

create table report_draft_finding (
  workspace_id uuid not null,
  draft_id uuid not null,
  finding_id uuid not null,
  rule text not null,
  verdict text not null,
  effect text not null,
  sentence text not null,
  person_id uuid,
  primary key (workspace_id, draft_id, finding_id),
  foreign key (workspace_id, draft_id) references report_draft (workspace_id, id)
);
comment on table report_draft_finding is 'Of what was frozen: the findings that want a word of management.';

insert into report_draft_finding (workspace_id, draft_id, finding_id, rule, verdict, effect, sentence, person_id)
select draft.workspace_id, draft.id, finding.id, finding.rule, finding.verdict, finding.effect, finding.sentence, (finding.person ->> 'id')::uuid
from report_draft as draft
cross join lateral jsonb_to_recordset(convert_from(draft.document, 'UTF8')::jsonb -> 'findings')
  as finding (id uuid, rule text, verdict text, effect text, sentence text, person jsonb)
where draft.document is not null and draft.ended_at is null and finding.effect in ('FAIL', 'INSUF', 'PEND', 'WARN');

-- It goes with what was frozen, as answers do.
create or replace function report_response_only_purges() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' and exists (
    select from report_draft as draft
     where draft.workspace_id = old.workspace_id and draft.id = old.draft_id and draft.purged_at is not null
  ) then
    return old;
  end if;
  raise exception '% is append-only', tg_table_name using errcode = '42501';
end
$$;
create trigger report_draft_finding_append_only before update or delete on report_draft_finding
  for each row execute function report_response_only_purges();
create trigger report_draft_finding_keep before truncate on report_draft_finding for each statement execute function ledger_refuse_change();

grant select, insert, delete on report_draft_finding to rollcall_server;
