table account_classification
  workspace_id uuid not null
  id uuid not null
  system text not null
  account_id uuid not null
  class text not null
  owner_person_id uuid not null
  reason text not null
  requested_at timestamp(3) with time zone not null
  requested_by text not null
  record_id uuid not null
  expires_at timestamp(3) with time zone not null
  approved_at timestamp(3) with time zone
  approved_by text
  approval_record_id uuid
  ended_at timestamp(3) with time zone
  ended_because text
  end_record_id uuid
  constraint account_classification_approved_whole CHECK ((((approved_at IS NULL) = (approved_by IS NULL)) AND ((approved_at IS NULL) = (approval_record_id IS NULL))))
  constraint account_classification_class_check CHECK ((class = ANY (ARRAY['service'::text, 'shared'::text, 'break-glass'::text])))
  constraint account_classification_ended_because_check CHECK ((ended_because = ANY (ARRAY['withdrawn'::text, 'expired'::text])))
  constraint account_classification_ended_whole CHECK ((((ended_at IS NULL) = (ended_because IS NULL)) AND ((ended_at IS NULL) = (end_record_id IS NULL))))
  constraint account_classification_ends CHECK ((expires_at > requested_at))
  constraint account_classification_four_eyes CHECK ((approved_by <> requested_by))
  constraint account_classification_pkey PRIMARY KEY (workspace_id, id)
  constraint account_classification_system_check CHECK ((system = ANY (ARRAY['directory'::text, 'scim'::text])))
  constraint account_classification_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspace(workspace_id)
  constraint account_classification_workspace_id_owner_person_id_fkey FOREIGN KEY (workspace_id, owner_person_id) REFERENCES person(workspace_id, id)
  CREATE INDEX account_classification_of_owner ON public.account_classification USING btree (workspace_id, owner_person_id)
  CREATE UNIQUE INDEX account_classification_present ON public.account_classification USING btree (workspace_id, system, account_id) WHERE (ended_at IS NULL)
  CREATE TRIGGER note_inserted_account AFTER INSERT ON public.account_classification REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION note_reconciliation_change('account', 'select workspace_id, account_id as id from changed')
  CREATE TRIGGER note_updated_account AFTER UPDATE ON public.account_classification REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION note_reconciliation_change('account', 'select workspace_id, account_id as id from changed')
  grant insert, select to rollcall_server

table account_link
  workspace_id uuid not null
  id uuid not null
  person_id uuid not null
  system text not null
  account_id uuid not null
  standing text not null
  rule text not null
  reason text
  linked_at timestamp(3) with time zone not null
  linked_by text not null
  record_id uuid not null
  ended_at timestamp(3) with time zone
  end_record_id uuid
  valid_from timestamp(3) with time zone
  valid_to timestamp(3) with time zone
  ended_because text
  ended_by uuid
  constraint account_link_barred_by_hand CHECK (((standing <> 'barred'::text) OR (rule = 'M0'::text)))
  constraint account_link_ended_because_check CHECK ((ended_because = ANY (ARRAY['barred'::text, 'moved'::text, 'classed'::text])))
  constraint account_link_ended_whole CHECK (((ended_at IS NULL) = (end_record_id IS NULL)))
  constraint account_link_pkey PRIMARY KEY (workspace_id, id)
  constraint account_link_reasoned CHECK (((rule = 'M0'::text) = (reason IS NOT NULL)))
  constraint account_link_rule_check CHECK ((rule = ANY (ARRAY['M0'::text, 'M1'::text, 'M2'::text, 'M3'::text, 'M4'::text, 'M5'::text])))
  constraint account_link_standing_check CHECK ((standing = ANY (ARRAY['linked'::text, 'ambiguous'::text, 'barred'::text])))
  constraint account_link_system_check CHECK ((system = ANY (ARRAY['directory'::text, 'scim'::text])))
  constraint account_link_taken_whole CHECK ((((ended_because IS NULL) = (ended_by IS NULL)) AND ((ended_because IS NULL) OR (ended_at IS NOT NULL))))
  CREATE INDEX account_link_barred ON public.account_link USING btree (workspace_id, id) WHERE (standing = 'barred'::text)
  CREATE INDEX account_link_ended ON public.account_link USING btree (workspace_id, system, account_id) WHERE (ended_at IS NOT NULL)
  CREATE INDEX account_link_in_doubt ON public.account_link USING btree (workspace_id, system, account_id) WHERE ((ended_at IS NULL) AND (standing = 'ambiguous'::text))
  CREATE INDEX account_link_of_person ON public.account_link USING btree (workspace_id, person_id)
  CREATE UNIQUE INDEX account_link_one_person ON public.account_link USING btree (workspace_id, system, account_id) WHERE ((ended_at IS NULL) AND (standing = 'linked'::text))
  CREATE UNIQUE INDEX account_link_pair ON public.account_link USING btree (workspace_id, system, account_id, person_id) WHERE (ended_at IS NULL)
  CREATE INDEX account_link_taken ON public.account_link USING btree (workspace_id, account_id) WHERE (ended_because IS NOT NULL)
  CREATE TRIGGER note_inserted_account AFTER INSERT ON public.account_link REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION note_reconciliation_change('account', 'select workspace_id, account_id as id from changed')
  CREATE TRIGGER note_inserted_person AFTER INSERT ON public.account_link REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION note_reconciliation_change('person', 'select workspace_id, person_id as id from changed')
  CREATE TRIGGER note_updated_account AFTER UPDATE ON public.account_link REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION note_reconciliation_change('account', 'select workspace_id, account_id as id from changed')
  CREATE TRIGGER note_updated_person AFTER UPDATE ON public.account_link REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION note_reconciliation_change('person', 'select workspace_id, person_id as id from changed')
  grant insert, select to rollcall_server

table account_link_request
  workspace_id uuid not null
  id uuid not null
  person_id uuid not null
  system text not null
  account_id uuid not null
  action text not null
  reason text not null
  requested_at timestamp(3) with time zone not null
  requested_by text not null
  record_id uuid not null
  approved_at timestamp(3) with time zone
  approved_by text
  approval_record_id uuid
  ended_at timestamp(3) with time zone
  end_record_id uuid
  constraint account_link_request_action_check CHECK ((action = ANY (ARRAY['link'::text, 'unlink'::text])))
  constraint account_link_request_approved_whole CHECK ((((approved_at IS NULL) = (approved_by IS NULL)) AND ((approved_at IS NULL) = (approval_record_id IS NULL))))
  constraint account_link_request_ended_whole CHECK (((ended_at IS NULL) = (end_record_id IS NULL)))
  constraint account_link_request_four_eyes CHECK ((approved_by <> requested_by))
  constraint account_link_request_one_way CHECK (((approved_at IS NULL) OR (ended_at IS NULL)))
  constraint account_link_request_pkey PRIMARY KEY (workspace_id, id)
  constraint account_link_request_system_check CHECK ((system = ANY (ARRAY['directory'::text, 'scim'::text])))
  constraint account_link_request_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspace(workspace_id)
  constraint account_link_request_workspace_id_person_id_fkey FOREIGN KEY (workspace_id, person_id) REFERENCES person(workspace_id, id)
  CREATE UNIQUE INDEX account_link_request_waiting ON public.account_link_request USING btree (workspace_id, system, account_id, person_id) WHERE ((approved_at IS NULL) AND (ended_at IS NULL))
  grant insert, select to rollcall_server

table activation_preview
  workspace_id uuid not null
  id uuid not null
  turn_to text not null
  digest bytea not null
  content jsonb not null
  created_at timestamp(3) with time zone not null
  created_by text not null
  constraint activation_preview_digest_check CHECK ((octet_length(digest) = 32))
  constraint activation_preview_pkey PRIMARY KEY (workspace_id, id)
  constraint activation_preview_turn_to_check CHECK ((turn_to = ANY (ARRAY['off'::text, 'on'::text])))
  constraint activation_preview_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspace(workspace_id)
  CREATE INDEX activation_preview_digest ON public.activation_preview USING btree (workspace_id, digest, created_at DESC)
  CREATE TRIGGER activation_preview_append_only BEFORE DELETE OR UPDATE ON public.activation_preview FOR EACH ROW EXECUTE FUNCTION authority_history_refuse_change()
  grant insert, select to rollcall_server

table activation_preview_account
  workspace_id uuid not null
  preview_id uuid not null
  ordinal integer not null
  change text not null
  connection_id uuid not null
  object_id uuid not null
  because text not null
  notes text[] not null
  app_roles text[] not null
  constraint activation_preview_account_change_check CHECK ((change = ANY (ARRAY['appears'::text, 'disappears'::text, 'stays'::text])))
  constraint activation_preview_account_ordinal_check CHECK ((ordinal > 0))
  constraint activation_preview_account_pkey PRIMARY KEY (workspace_id, preview_id, ordinal)
  constraint activation_preview_account_workspace_id_preview_id_fkey FOREIGN KEY (workspace_id, preview_id) REFERENCES activation_preview(workspace_id, id)
  CREATE TRIGGER activation_preview_account_append_only BEFORE DELETE OR UPDATE ON public.activation_preview_account FOR EACH ROW EXECUTE FUNCTION authority_history_refuse_change()
  grant insert, select to rollcall_server

table administrator
  workspace_id uuid not null
  id uuid not null
  email text not null
  email_key text not null
  role_id text not null
  invited_at timestamp(3) with time zone not null
  invited_by text not null
  invitation_hash bytea not null
  invitation_expires_at timestamp(3) with time zone not null
  invitation_revoked_at timestamp(3) with time zone
  tenant_id uuid
  object_id uuid
  bound_at timestamp(3) with time zone
  removed_at timestamp(3) with time zone
  removed_by text
  constraint administrator_bound_whole CHECK ((((tenant_id IS NULL) = (bound_at IS NULL)) AND ((object_id IS NULL) = (bound_at IS NULL)) AND ((bound_at IS NULL) OR (invitation_revoked_at IS NOT NULL))))
  constraint administrator_invitation_hash_check CHECK ((octet_length(invitation_hash) = 32))
  constraint administrator_invitation_unique UNIQUE (workspace_id, invitation_hash)
  constraint administrator_pkey PRIMARY KEY (workspace_id, id)
  constraint administrator_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspace(workspace_id)
  constraint administrator_workspace_id_role_id_fkey FOREIGN KEY (workspace_id, role_id) REFERENCES role(workspace_id, id)
  CREATE UNIQUE INDEX administrator_email_unique ON public.administrator USING btree (workspace_id, email_key) WHERE (removed_at IS NULL)
  CREATE UNIQUE INDEX administrator_identity_unique ON public.administrator USING btree (workspace_id, tenant_id, object_id) WHERE ((removed_at IS NULL) AND (bound_at IS NOT NULL))
  grant insert, select to rollcall_server

table api_token
  workspace_id uuid not null
  id uuid not null
  administrator_id uuid not null
  token_hash bytea not null
  scopes text[] not null
  created_at timestamp(3) with time zone not null
  created_by text not null
  expires_at timestamp(3) with time zone
  revoked_at timestamp(3) with time zone
  revoked_by text
  constraint api_token_hash_unique UNIQUE (workspace_id, token_hash)
  constraint api_token_pkey PRIMARY KEY (workspace_id, id)
  constraint api_token_scopes_check CHECK ((cardinality(scopes) > 0))
  constraint api_token_token_hash_check CHECK ((octet_length(token_hash) = 32))
  constraint api_token_workspace_id_administrator_id_fkey FOREIGN KEY (workspace_id, administrator_id) REFERENCES administrator(workspace_id, id)
  constraint api_token_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspace(workspace_id)
  CREATE INDEX api_token_administrator ON public.api_token USING btree (workspace_id, administrator_id)
  grant insert, select to rollcall_server

table auditor_link
  workspace_id uuid not null
  id uuid not null
  report_id uuid not null
  token_hash bytea not null
  created_at timestamp(3) with time zone not null
  created_by text not null
  expires_at timestamp(3) with time zone not null
  revoked_at timestamp(3) with time zone
  revoked_by text
  record_id uuid not null
  constraint auditor_link_ends CHECK (((EXTRACT(epoch FROM (expires_at - created_at)) >= (1)::numeric) AND (EXTRACT(epoch FROM (expires_at - created_at)) <= ((90 * 86400))::numeric)))
  constraint auditor_link_pkey PRIMARY KEY (workspace_id, id)
  constraint auditor_link_revoked CHECK (((revoked_at IS NULL) = (revoked_by IS NULL)))
  constraint auditor_link_token_hash_check CHECK ((octet_length(token_hash) = 32))
  constraint auditor_link_workspace_id_record_id_fkey FOREIGN KEY (workspace_id, record_id) REFERENCES ledger_record(workspace_id, id)
  constraint auditor_link_workspace_id_report_id_fkey FOREIGN KEY (workspace_id, report_id) REFERENCES report(workspace_id, id)
  CREATE INDEX auditor_link_report ON public.auditor_link USING btree (workspace_id, report_id, id)
  grant insert, select to rollcall_server

table auditor_session
  workspace_id uuid not null
  token_hash bytea not null
  link_id uuid not null
  opened_at timestamp(3) with time zone not null
  expires_at timestamp(3) with time zone not null
  ended_at timestamp(3) with time zone
  constraint auditor_session_check CHECK ((expires_at > opened_at))
  constraint auditor_session_pkey PRIMARY KEY (workspace_id, token_hash)
  constraint auditor_session_token_hash_check CHECK ((octet_length(token_hash) = 32))
  constraint auditor_session_workspace_id_link_id_fkey FOREIGN KEY (workspace_id, link_id) REFERENCES auditor_link(workspace_id, id)
  CREATE INDEX auditor_session_link ON public.auditor_session USING btree (workspace_id, link_id, opened_at)
  grant insert, select to rollcall_server

table authority_change
  workspace_id uuid not null
  id uuid not null
  authority text not null
  changed_at timestamp(3) with time zone not null
  changed_by text not null
  preview_id uuid not null
  preview_digest bytea not null
  reason text not null
  constraint authority_change_authority_check CHECK ((authority = ANY (ARRAY['scim'::text, 'scope'::text])))
  constraint authority_change_pkey PRIMARY KEY (workspace_id, id)
  constraint authority_change_preview_digest_check CHECK ((octet_length(preview_digest) = 32))
  constraint authority_change_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspace(workspace_id)
  constraint authority_change_workspace_id_preview_id_fkey FOREIGN KEY (workspace_id, preview_id) REFERENCES activation_preview(workspace_id, id)
  CREATE INDEX authority_change_time ON public.authority_change USING btree (workspace_id, changed_at DESC)
  CREATE TRIGGER authority_change_append_only BEFORE DELETE OR UPDATE ON public.authority_change FOR EACH ROW EXECUTE FUNCTION authority_history_refuse_change()
  grant insert, select to rollcall_server

table digest
  workspace_id uuid not null
  day date not null
  since timestamp(3) with time zone
  until timestamp(3) with time zone not null
  findings integer not null
  constraint digest_pkey PRIMARY KEY (workspace_id, day)
  constraint digest_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspace(workspace_id)
  grant insert, select to rollcall_server

table directory_access_fact
  workspace_id uuid not null
  connection_id uuid not null
  source text not null
  key text not null
  ordinal integer not null
  principal_id uuid
  body jsonb not null
  body_sha256 bytea not null
  not_before timestamp(3) with time zone
  observed_at timestamp(3) with time zone not null
  confirmed_until timestamp(3) with time zone
  run_id uuid not null
  ended_run_id uuid
  constraint directory_access_fact_check CHECK ((not_before <= observed_at))
  constraint directory_access_fact_check1 CHECK ((confirmed_until >= observed_at))
  constraint directory_access_fact_check2 CHECK (((confirmed_until IS NULL) = (ended_run_id IS NULL)))
  constraint directory_access_fact_ordinal_check CHECK ((ordinal > 0))
  constraint directory_access_fact_pkey PRIMARY KEY (workspace_id, connection_id, source, key, ordinal)
  constraint directory_access_fact_workspace_id_connection_id_fkey FOREIGN KEY (workspace_id, connection_id) REFERENCES directory_connection(workspace_id, id)
  CREATE INDEX directory_access_fact_by_principal ON public.directory_access_fact USING btree (workspace_id, connection_id, source, principal_id) WHERE (confirmed_until IS NULL)
  CREATE UNIQUE INDEX directory_access_fact_open ON public.directory_access_fact USING btree (workspace_id, connection_id, source, key) WHERE (confirmed_until IS NULL)
  grant insert, select to rollcall_server

table directory_access_look
  workspace_id uuid not null
  connection_id uuid not null
  source text not null
  run_id uuid not null
  looked_from timestamp(3) with time zone not null
  looked_to timestamp(3) with time zone not null
  facts integer
  facts_sha256 bytea
  reason text
  said text
  constraint directory_access_look_check CHECK ((looked_from <= looked_to))
  constraint directory_access_look_check1 CHECK ((((facts IS NULL) = (facts_sha256 IS NULL)) AND ((facts IS NULL) = (reason IS NOT NULL))))
  constraint directory_access_look_pkey PRIMARY KEY (workspace_id, connection_id, source, run_id)
  constraint directory_access_look_source_check CHECK ((source = ANY (ARRAY['role-definitions'::text, 'role-assignments'::text, 'role-schedules'::text, 'role-eligibilities'::text, 'service-principals'::text, 'app-permissions'::text, 'delegated-permissions'::text, 'licences'::text, 'security-defaults'::text, 'policies'::text])))
  constraint directory_access_look_workspace_id_connection_id_fkey FOREIGN KEY (workspace_id, connection_id) REFERENCES directory_connection(workspace_id, id)
  constraint directory_access_look_workspace_id_run_id_fkey FOREIGN KEY (workspace_id, run_id) REFERENCES directory_run(workspace_id, id)
  CREATE INDEX directory_access_look_by_time ON public.directory_access_look USING btree (workspace_id, connection_id, source, looked_to DESC)
  grant insert, select to rollcall_server

table directory_account
  workspace_id uuid not null
  connection_id uuid not null
  object_id uuid not null
  account_id uuid not null default gen_random_uuid()
  user_principal_name text not null
  mail text
  display_name text
  employee_id text
  address_keys text[] not null
  user_type text
  created_date_time timestamp(3) with time zone
  account_enabled boolean not null
  attributes jsonb not null
  row_hash bytea not null
  state text not null
  deleted_at timestamp(3) with time zone
  in_scope boolean not null
  scope_state text not null
  first_run_id uuid not null
  last_run_id uuid not null
  missing_since timestamp(3) with time zone
  guest_address text generated guest_address(address_keys)
  constraint directory_account_check CHECK ((in_scope = (scope_state = 'in_scope'::text)))
  constraint directory_account_id_unique UNIQUE (workspace_id, account_id)
  constraint directory_account_missing_check CHECK (((missing_since IS NULL) OR (state = 'vanished'::text)))
  constraint directory_account_pkey PRIMARY KEY (workspace_id, connection_id, object_id)
  constraint directory_account_scope_state_check CHECK ((scope_state = ANY (ARRAY['in_scope'::text, 'out_of_scope'::text, 'left_scope'::text])))
  constraint directory_account_state_check CHECK ((state = ANY (ARRAY['enabled'::text, 'disabled'::text, 'soft_deleted'::text, 'hard_deleted'::text, 'vanished'::text])))
  constraint directory_account_workspace_id_connection_id_fkey FOREIGN KEY (workspace_id, connection_id) REFERENCES directory_connection(workspace_id, id)
  CREATE INDEX directory_account_address_keys ON public.directory_account USING gin (address_keys)
  CREATE INDEX directory_account_by_state ON public.directory_account USING btree (workspace_id, state)
  CREATE INDEX directory_account_employee_id ON public.directory_account USING btree (workspace_id, btrim(employee_id)) WHERE (employee_id IS NOT NULL)
  CREATE INDEX directory_account_guest_address ON public.directory_account USING btree (workspace_id, guest_address) WHERE (guest_address IS NOT NULL)
  CREATE TRIGGER directory_account_aliases_added AFTER INSERT ON public.directory_account REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION directory_note_domain_aliases()
  CREATE TRIGGER directory_account_aliases_changed AFTER UPDATE ON public.directory_account REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION directory_note_domain_aliases()
  CREATE TRIGGER note_inserted_account AFTER INSERT ON public.directory_account REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION note_reconciliation_change('account', 'select workspace_id, account_id as id from changed')
  CREATE TRIGGER note_updated_account AFTER UPDATE ON public.directory_account REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION note_reconciliation_change('account', 'select workspace_id, account_id as id from changed')
  grant insert, select to rollcall_server

table directory_alias
  workspace_id uuid not null
  connection_id uuid not null
  object_id uuid not null
  address_key text not null
  ordinal integer not null
  not_before timestamp(3) with time zone
  observed_at timestamp(3) with time zone not null
  confirmed_until timestamp(3) with time zone
  constraint directory_alias_check CHECK ((not_before <= observed_at))
  constraint directory_alias_check1 CHECK ((confirmed_until >= observed_at))
  constraint directory_alias_ordinal_check CHECK ((ordinal > 0))
  constraint directory_alias_pkey PRIMARY KEY (workspace_id, connection_id, object_id, address_key, ordinal)
  constraint directory_alias_workspace_id_connection_id_object_id_fkey FOREIGN KEY (workspace_id, connection_id, object_id) REFERENCES directory_account(workspace_id, connection_id, object_id) DEFERRABLE INITIALLY DEFERRED
  CREATE INDEX directory_alias_by_address ON public.directory_alias USING btree (workspace_id, address_key)
  CREATE UNIQUE INDEX directory_alias_open ON public.directory_alias USING btree (workspace_id, connection_id, object_id, address_key) WHERE (confirmed_until IS NULL)
  CREATE TRIGGER note_inserted_account AFTER INSERT ON public.directory_alias REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION note_reconciliation_change('account', 'select account.workspace_id, account.account_id as id from changed join directory_account as account using (workspace_id, connection_id, object_id)')
  CREATE TRIGGER note_updated_account AFTER UPDATE ON public.directory_alias REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION note_reconciliation_change('account', 'select account.workspace_id, account.account_id as id from changed join directory_account as account using (workspace_id, connection_id, object_id)')
  grant insert, select to rollcall_server

table directory_answer
  workspace_id uuid not null
  run_id uuid not null
  ordinal integer not null
  requested_at timestamp(3) with time zone not null
  received_at timestamp(3) with time zone not null
  server_date timestamp(3) with time zone
  held_from timestamp(3) with time zone not null
  held_to timestamp(3) with time zone not null
  request_id text
  sha256 bytea not null
  constraint directory_answer_check CHECK (((held_from <= requested_at) AND (received_at <= held_to)))
  constraint directory_answer_pkey PRIMARY KEY (workspace_id, run_id, ordinal)
  constraint directory_answer_workspace_id_run_id_fkey FOREIGN KEY (workspace_id, run_id) REFERENCES directory_run(workspace_id, id)
  grant insert, select to rollcall_server

table directory_app_assignment
  workspace_id uuid not null
  connection_id uuid not null
  assignment_id text not null
  principal_id uuid not null
  principal_type text not null
  app_role_id uuid not null
  app_role_value text
  not_before timestamp(3) with time zone
  observed_at timestamp(3) with time zone
  constraint directory_app_assignment_pkey PRIMARY KEY (workspace_id, connection_id, assignment_id)
  constraint directory_app_assignment_workspace_id_connection_id_fkey FOREIGN KEY (workspace_id, connection_id) REFERENCES directory_connection(workspace_id, id)
  CREATE INDEX directory_app_assignment_by_principal ON public.directory_app_assignment USING btree (workspace_id, connection_id, principal_id)
  CREATE TRIGGER note_deleted_account AFTER DELETE ON public.directory_app_assignment REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION note_reconciliation_change('account', 'select account.workspace_id, account.account_id as id
         from changed
         join directory_account as account on account.workspace_id = changed.workspace_id and account.connection_id = changed.connection_id
           and account.object_id = changed.principal_id
         union all
         select account.workspace_id, account.account_id
         from changed
         join directory_group_member as member on member.workspace_id = changed.workspace_id and member.connection_id = changed.connection_id
           and member.group_id = changed.principal_id
         join directory_account as account on account.workspace_id = member.workspace_id and account.connection_id = member.connection_id
           and account.object_id = member.member_id')
  CREATE TRIGGER note_inserted_account AFTER INSERT ON public.directory_app_assignment REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION note_reconciliation_change('account', 'select account.workspace_id, account.account_id as id
         from changed
         join directory_account as account on account.workspace_id = changed.workspace_id and account.connection_id = changed.connection_id
           and account.object_id = changed.principal_id
         union all
         select account.workspace_id, account.account_id
         from changed
         join directory_group_member as member on member.workspace_id = changed.workspace_id and member.connection_id = changed.connection_id
           and member.group_id = changed.principal_id
         join directory_account as account on account.workspace_id = member.workspace_id and account.connection_id = member.connection_id
           and account.object_id = member.member_id')
  CREATE TRIGGER note_replaced_account AFTER UPDATE ON public.directory_app_assignment REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION note_reconciliation_change('account', 'select account.workspace_id, account.account_id as id
         from changed
         join directory_account as account on account.workspace_id = changed.workspace_id and account.connection_id = changed.connection_id
           and account.object_id = changed.principal_id
         union all
         select account.workspace_id, account.account_id
         from changed
         join directory_group_member as member on member.workspace_id = changed.workspace_id and member.connection_id = changed.connection_id
           and member.group_id = changed.principal_id
         join directory_account as account on account.workspace_id = member.workspace_id and account.connection_id = member.connection_id
           and account.object_id = member.member_id')
  CREATE TRIGGER note_updated_account AFTER UPDATE ON public.directory_app_assignment REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION note_reconciliation_change('account', 'select account.workspace_id, account.account_id as id
         from changed
         join directory_account as account on account.workspace_id = changed.workspace_id and account.connection_id = changed.connection_id
           and account.object_id = changed.principal_id
         union all
         select account.workspace_id, account.account_id
         from changed
         join directory_group_member as member on member.workspace_id = changed.workspace_id and member.connection_id = changed.connection_id
           and member.group_id = changed.principal_id
         join directory_account as account on account.workspace_id = member.workspace_id and account.connection_id = member.connection_id
           and account.object_id = member.member_id')
  grant delete, insert, select, update to rollcall_server

table directory_audit_event
  workspace_id uuid not null
  connection_id uuid not null
  id text not null
  object_id uuid not null
  led_to text not null
  at timestamp(3) with time zone not null
  raw_sha256 bytea not null
  run_id uuid not null
  record_id uuid
  constraint directory_audit_event_led_to_check CHECK ((led_to = ANY (ARRAY['enabled'::text, 'disabled'::text, 'soft_deleted'::text, 'hard_deleted'::text, 'restored'::text])))
  constraint directory_audit_event_pkey PRIMARY KEY (workspace_id, connection_id, id)
  constraint directory_audit_event_workspace_id_connection_id_fkey FOREIGN KEY (workspace_id, connection_id) REFERENCES directory_connection(workspace_id, id)
  CREATE INDEX directory_audit_event_by_object ON public.directory_audit_event USING btree (workspace_id, connection_id, object_id, at)
  CREATE INDEX directory_audit_event_unrecorded ON public.directory_audit_event USING btree (workspace_id, connection_id) WHERE (record_id IS NULL)
  CREATE TRIGGER note_inserted_account AFTER INSERT ON public.directory_audit_event REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION note_reconciliation_change('account', 'select account.workspace_id, account.account_id as id from changed join directory_account as account using (workspace_id, connection_id, object_id)')
  CREATE TRIGGER note_updated_account AFTER UPDATE ON public.directory_audit_event REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION note_reconciliation_change('account', 'select account.workspace_id, account.account_id as id from changed join directory_account as account using (workspace_id, connection_id, object_id)')
  grant insert, select to rollcall_server

table directory_audit_window
  workspace_id uuid not null
  connection_id uuid not null
  looked_from timestamp(3) with time zone not null
  looked_until timestamp(3) with time zone not null
  constraint directory_audit_window_check CHECK ((looked_from <= looked_until))
  constraint directory_audit_window_pkey PRIMARY KEY (workspace_id, connection_id, looked_from)
  constraint directory_audit_window_workspace_id_connection_id_fkey FOREIGN KEY (workspace_id, connection_id) REFERENCES directory_connection(workspace_id, id)
  CREATE TRIGGER note_read_anew AFTER INSERT ON public.directory_audit_window REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION note_reconciliation_change('account', 'select account.workspace_id, account.account_id as id
     from changed
     join directory_audit_event as event on event.workspace_id = changed.workspace_id and event.connection_id = changed.connection_id
       and event.at >= changed.looked_from
     join directory_account as account on account.workspace_id = event.workspace_id and account.connection_id = event.connection_id
       and account.object_id = event.object_id')
  CREATE TRIGGER note_read_on AFTER UPDATE ON public.directory_audit_window REFERENCING OLD TABLE AS before NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION note_reconciliation_change('account', 'select account.workspace_id, account.account_id as id
     from changed
     join before using (workspace_id, connection_id, looked_from)
     join directory_audit_event as event on event.workspace_id = changed.workspace_id and event.connection_id = changed.connection_id
     join directory_observation as stretch on stretch.workspace_id = event.workspace_id and stretch.connection_id = event.connection_id
       and stretch.object_id = event.object_id and stretch.observed_at > before.looked_until and stretch.observed_at <= changed.looked_until
     join directory_account as account on account.workspace_id = event.workspace_id and account.connection_id = event.connection_id
       and account.object_id = event.object_id')
  grant insert, select to rollcall_server

table directory_azure_role_assignment
  workspace_id uuid not null
  connection_id uuid not null
  assignment_id text not null
  id uuid not null default gen_random_uuid()
  subscription_id uuid not null
  principal_id uuid not null
  principal_type text not null
  role_definition_id uuid not null
  role_name text
  target text not null
  has_condition boolean not null
  created_on timestamp(3) with time zone
  first_seen_at timestamp(3) with time zone not null
  gone_at timestamp(3) with time zone
  constraint directory_azure_role_assignment_check CHECK ((gone_at >= first_seen_at))
  constraint directory_azure_role_assignment_pkey PRIMARY KEY (workspace_id, connection_id, assignment_id)
  constraint directory_azure_role_assignment_place UNIQUE (workspace_id, id)
  constraint directory_azure_role_assignment_workspace_id_connection_id_fkey FOREIGN KEY (workspace_id, connection_id) REFERENCES directory_connection(workspace_id, id)
  CREATE INDEX directory_azure_role_assignment_by_principal ON public.directory_azure_role_assignment USING btree (workspace_id, connection_id, principal_id, id)
  grant insert, select to rollcall_server

table directory_collection
  workspace_id uuid not null
  connection_id uuid not null
  facts text not null
  collected_at timestamp(3) with time zone
  tried_at timestamp(3) with time zone not null
  because text
  refusals integer not null
  collected_from timestamp(3) with time zone
  missed_since timestamp(3) with time zone
  constraint directory_collection_check CHECK (((because IS NULL) = (refusals = 0)))
  constraint directory_collection_check1 CHECK (((because IS NOT NULL) OR (collected_at IS NOT NULL)))
  constraint directory_collection_pkey PRIMARY KEY (workspace_id, connection_id, facts)
  constraint directory_collection_refusals_check CHECK ((refusals >= 0))
  constraint directory_collection_workspace_id_connection_id_fkey FOREIGN KEY (workspace_id, connection_id) REFERENCES directory_connection(workspace_id, id)
  grant insert, select to rollcall_server

table directory_connection
  workspace_id uuid not null
  id uuid not null
  cloud text not null
  tenant_id uuid not null
  client_id uuid not null
  scim_app_id uuid
  created_at timestamp(3) with time zone not null
  created_by text not null
  removed_at timestamp(3) with time zone
  last_checked_at timestamp(3) with time zone
  last_verdict text
  last_complete_run_id uuid
  last_complete_requested_at timestamp(3) with time zone
  sync_every_minutes integer not null default 60
  full_every_minutes integer not null default 720
  cloud_confirmed_at timestamp(3) with time zone
  confirmed_until timestamp(3) with time zone
  kind text not null default 'tenant'::text
  subscription_ids uuid[] not null default '{}'::uuid[]
  removed_by text
  assigned_app_id uuid
  constraint directory_connection_check CHECK (((last_complete_run_id IS NULL) = (last_complete_requested_at IS NULL)))
  constraint directory_connection_cloud_check CHECK ((cloud = ANY (ARRAY['commercial'::text, 'us-government-l4'::text, 'us-government-l5'::text])))
  constraint directory_connection_confirmed CHECK (((confirmed_until IS NULL) = (last_complete_requested_at IS NULL)))
  constraint directory_connection_full_every CHECK (((full_every_minutes >= sync_every_minutes) AND (full_every_minutes <= 1380)))
  constraint directory_connection_kind CHECK ((kind = ANY (ARRAY['tenant'::text, 'subscription'::text])))
  constraint directory_connection_pkey PRIMARY KEY (workspace_id, id)
  constraint directory_connection_removed CHECK (((removed_by IS NULL) OR (removed_at IS NOT NULL)))
  constraint directory_connection_subscriptions CHECK (((kind = 'subscription'::text) = (subscription_ids <> '{}'::uuid[])))
  constraint directory_connection_sync_every_minutes_check CHECK (((sync_every_minutes >= 5) AND (sync_every_minutes <= 1380)))
  constraint directory_connection_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspace(workspace_id)
  constraint directory_connection_workspace_id_last_complete_run_id_fkey FOREIGN KEY (workspace_id, last_complete_run_id) REFERENCES directory_run(workspace_id, id)
  CREATE UNIQUE INDEX directory_connection_tenant ON public.directory_connection USING btree (workspace_id, cloud, tenant_id) WHERE (removed_at IS NULL)
  CREATE INDEX directory_connection_tenant_anywhere ON public.directory_connection USING btree (tenant_id) WHERE (removed_at IS NULL)
  CREATE TRIGGER directory_connection_one_kind BEFORE INSERT OR UPDATE OF workspace_id, kind, removed_at ON public.directory_connection FOR EACH ROW EXECUTE FUNCTION directory_connection_of_one_kind()
  grant insert, select to rollcall_server

table directory_credential
  workspace_id uuid not null
  id uuid not null
  connection_id uuid not null
  kind text not null
  sealed bytea not null
  thumbprint text
  expires_at timestamp(3) with time zone not null
  expiry_source text not null
  expiry_warned_days smallint
  added_at timestamp(3) with time zone not null
  added_by text not null
  last_used_at timestamp(3) with time zone
  removed_at timestamp(3) with time zone
  removed_by text
  constraint directory_credential_check CHECK (((kind = 'certificate'::text) = (thumbprint IS NOT NULL)))
  constraint directory_credential_check1 CHECK (((removed_at IS NULL) = (removed_by IS NULL)))
  constraint directory_credential_expiry_source_check CHECK ((expiry_source = ANY (ARRAY['entra'::text, 'certificate'::text, 'entered'::text, 'assumed'::text])))
  constraint directory_credential_expiry_warned_days_check CHECK ((expiry_warned_days >= 0))
  constraint directory_credential_kind_check CHECK ((kind = ANY (ARRAY['secret'::text, 'certificate'::text])))
  constraint directory_credential_pkey PRIMARY KEY (workspace_id, id)
  constraint directory_credential_workspace_id_connection_id_fkey FOREIGN KEY (workspace_id, connection_id) REFERENCES directory_connection(workspace_id, id)
  CREATE INDEX directory_credential_in_use ON public.directory_credential USING btree (workspace_id, connection_id) WHERE (removed_at IS NULL)
  grant insert, select to rollcall_server

table directory_delta_link
  workspace_id uuid not null
  connection_id uuid not null
  resource text not null
  link text not null
  run_id uuid not null
  constraint directory_delta_link_pkey PRIMARY KEY (workspace_id, connection_id, resource)
  constraint directory_delta_link_resource_check CHECK ((resource = ANY (ARRAY['users'::text, 'groups'::text])))
  constraint directory_delta_link_workspace_id_connection_id_fkey FOREIGN KEY (workspace_id, connection_id) REFERENCES directory_connection(workspace_id, id)
  grant delete, insert, select, update to rollcall_server

table directory_domain_alias
  workspace_id uuid not null
  domain text not null
  alias text not null
  constraint directory_domain_alias_pkey PRIMARY KEY (workspace_id, domain, alias)
  constraint directory_domain_alias_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspace(workspace_id)
  grant insert, select to rollcall_server

table directory_exact_end
  workspace_id uuid
  connection_id uuid
  object_id uuid
  ordinal integer
  at timestamp with time zone
  record_id uuid
  grant select to rollcall_server

table directory_group
  workspace_id uuid not null
  connection_id uuid not null
  object_id uuid not null
  display_name text
  gone_at timestamp(3) with time zone
  first_run_id uuid not null
  last_run_id uuid not null
  members_known boolean not null default true
  constraint directory_group_pkey PRIMARY KEY (workspace_id, connection_id, object_id)
  constraint directory_group_workspace_id_connection_id_fkey FOREIGN KEY (workspace_id, connection_id) REFERENCES directory_connection(workspace_id, id)
  grant insert, select to rollcall_server

table directory_group_member
  workspace_id uuid not null
  connection_id uuid not null
  group_id uuid not null
  member_id uuid not null
  not_before timestamp(3) with time zone
  observed_at timestamp(3) with time zone
  constraint directory_group_member_pkey PRIMARY KEY (workspace_id, connection_id, group_id, member_id)
  constraint directory_group_member_workspace_id_connection_id_group_id_fkey FOREIGN KEY (workspace_id, connection_id, group_id) REFERENCES directory_group(workspace_id, connection_id, object_id)
  CREATE INDEX directory_group_member_by_member ON public.directory_group_member USING btree (workspace_id, connection_id, member_id)
  CREATE TRIGGER note_deleted_account AFTER DELETE ON public.directory_group_member REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION note_reconciliation_change('account', 'select account.workspace_id, account.account_id as id
         from changed
         join directory_app_assignment as assignment on assignment.workspace_id = changed.workspace_id
           and assignment.connection_id = changed.connection_id and assignment.principal_id = changed.group_id
         join directory_account as account on account.workspace_id = changed.workspace_id and account.connection_id = changed.connection_id
           and account.object_id = changed.member_id')
  CREATE TRIGGER note_inserted_account AFTER INSERT ON public.directory_group_member REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION note_reconciliation_change('account', 'select account.workspace_id, account.account_id as id
         from changed
         join directory_app_assignment as assignment on assignment.workspace_id = changed.workspace_id
           and assignment.connection_id = changed.connection_id and assignment.principal_id = changed.group_id
         join directory_account as account on account.workspace_id = changed.workspace_id and account.connection_id = changed.connection_id
           and account.object_id = changed.member_id')
  CREATE TRIGGER note_replaced_account AFTER UPDATE ON public.directory_group_member REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION note_reconciliation_change('account', 'select account.workspace_id, account.account_id as id
         from changed
         join directory_app_assignment as assignment on assignment.workspace_id = changed.workspace_id
           and assignment.connection_id = changed.connection_id and assignment.principal_id = changed.group_id
         join directory_account as account on account.workspace_id = changed.workspace_id and account.connection_id = changed.connection_id
           and account.object_id = changed.member_id')
  CREATE TRIGGER note_updated_account AFTER UPDATE ON public.directory_group_member REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION note_reconciliation_change('account', 'select account.workspace_id, account.account_id as id
         from changed
         join directory_app_assignment as assignment on assignment.workspace_id = changed.workspace_id
           and assignment.connection_id = changed.connection_id and assignment.principal_id = changed.group_id
         join directory_account as account on account.workspace_id = changed.workspace_id and account.connection_id = changed.connection_id
           and account.object_id = changed.member_id')
  grant delete, insert, select to rollcall_server

table directory_leave_date
  workspace_id uuid not null
  connection_id uuid not null
  object_id uuid not null
  ordinal integer not null
  leave_at timestamp(3) with time zone
  not_before timestamp(3) with time zone
  observed_at timestamp(3) with time zone not null
  run_id uuid not null
  record_id uuid
  constraint directory_leave_date_check CHECK ((not_before <= observed_at))
  constraint directory_leave_date_check1 CHECK (((ordinal > 1) OR (leave_at IS NOT NULL)))
  constraint directory_leave_date_ordinal_check CHECK ((ordinal > 0))
  constraint directory_leave_date_pkey PRIMARY KEY (workspace_id, connection_id, object_id, ordinal)
  constraint directory_leave_date_workspace_id_connection_id_fkey FOREIGN KEY (workspace_id, connection_id) REFERENCES directory_connection(workspace_id, id)
  CREATE INDEX directory_leave_date_unrecorded ON public.directory_leave_date USING btree (workspace_id, connection_id) WHERE (record_id IS NULL)
  grant insert, select to rollcall_server

table directory_listed_account
  workspace_id uuid not null
  connection_id uuid not null
  object_id uuid not null
  listed_as bytea not null
  row_hash bytea not null
  constraint directory_listed_account_listed_as_check CHECK ((octet_length(listed_as) = 33))
  constraint directory_listed_account_pkey PRIMARY KEY (workspace_id, connection_id, object_id)
  grant delete, insert, select, update to rollcall_server

table directory_observation
  workspace_id uuid not null
  connection_id uuid not null
  object_id uuid not null
  ordinal integer not null
  state text not null
  not_before timestamp(3) with time zone
  observed_at timestamp(3) with time zone not null
  confirmed_until timestamp(3) with time zone
  source text not null
  run_id uuid not null
  record_id uuid not null
  seen_from timestamp(3) with time zone not null
  answer integer
  constraint directory_observation_check CHECK ((not_before <= observed_at))
  constraint directory_observation_confirmed CHECK ((confirmed_until >= seen_from))
  constraint directory_observation_ordinal_check CHECK ((ordinal > 0))
  constraint directory_observation_pkey PRIMARY KEY (workspace_id, connection_id, object_id, ordinal)
  constraint directory_observation_seen CHECK ((seen_from <= observed_at))
  constraint directory_observation_source_check CHECK ((source = ANY (ARRAY['full'::text, 'deletedItems'::text, 'get'::text])))
  constraint directory_observation_state_check CHECK ((state = ANY (ARRAY['enabled'::text, 'disabled'::text, 'soft_deleted'::text, 'hard_deleted'::text, 'vanished'::text])))
  constraint directory_observation_workspace_id_connection_id_object_id_fkey FOREIGN KEY (workspace_id, connection_id, object_id) REFERENCES directory_account(workspace_id, connection_id, object_id) DEFERRABLE INITIALLY DEFERRED
  CREATE UNIQUE INDEX directory_observation_open ON public.directory_observation USING btree (workspace_id, connection_id, object_id) WHERE (confirmed_until IS NULL)
  CREATE TRIGGER note_inserted_account AFTER INSERT ON public.directory_observation REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION note_reconciliation_change('account', 'select account.workspace_id, account.account_id as id from changed join directory_account as account using (workspace_id, connection_id, object_id)')
  CREATE TRIGGER note_updated_account AFTER UPDATE ON public.directory_observation REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION note_reconciliation_change('account', 'select account.workspace_id, account.account_id as id from changed join directory_account as account using (workspace_id, connection_id, object_id)')
  grant insert, select to rollcall_server

table directory_past_role
  workspace_id uuid not null
  connection_id uuid not null
  object_id uuid not null
  assignment_id text not null
  app_role_value text not null
  not_before timestamp(3) with time zone
  observed_at timestamp(3) with time zone
  confirmed_until timestamp(3) with time zone not null
  gone_at timestamp(3) with time zone not null
  constraint directory_past_role_pkey PRIMARY KEY (workspace_id, connection_id, object_id, assignment_id, gone_at)
  constraint directory_past_role_workspace_id_connection_id_fkey FOREIGN KEY (workspace_id, connection_id) REFERENCES directory_connection(workspace_id, id)
  grant insert, select to rollcall_server

table directory_provisioning_event
  workspace_id uuid not null
  connection_id uuid not null
  id text not null
  at timestamp(3) with time zone not null
  action text not null
  status text not null
  object_id uuid
  target_id uuid
  error_code text
  raw_sha256 bytea not null
  run_id uuid not null
  contradiction text
  exchange_id uuid
  recorded text
  constraint directory_provisioning_event_contradiction_check CHECK ((contradiction = ANY (ARRAY['success-without-request'::text, 'request-despite-failure'::text])))
  constraint directory_provisioning_event_pkey PRIMARY KEY (workspace_id, connection_id, id)
  constraint directory_provisioning_event_workspace_id_connection_id_fkey FOREIGN KEY (workspace_id, connection_id) REFERENCES directory_connection(workspace_id, id)
  CREATE INDEX directory_provisioning_event_by_object ON public.directory_provisioning_event USING btree (workspace_id, object_id, at) WHERE (object_id IS NOT NULL)
  CREATE INDEX directory_provisioning_event_by_target ON public.directory_provisioning_event USING btree (workspace_id, target_id, at) WHERE (target_id IS NOT NULL)
  CREATE INDEX directory_provisioning_event_by_time ON public.directory_provisioning_event USING btree (workspace_id, connection_id, at, id)
  CREATE INDEX directory_provisioning_event_contradicted ON public.directory_provisioning_event USING btree (workspace_id, connection_id, at, id) WHERE (contradiction IS NOT NULL)
  CREATE INDEX directory_provisioning_event_unrecorded ON public.directory_provisioning_event USING btree (workspace_id, connection_id) WHERE (recorded IS DISTINCT FROM contradiction)
  grant insert, select to rollcall_server

table directory_query_list
  workspace_id uuid not null
  sha256 bytea not null
  queries text[] not null
  constraint directory_query_list_pkey PRIMARY KEY (workspace_id, sha256)
  constraint directory_query_list_sha256_check CHECK ((octet_length(sha256) = 32))
  grant insert, select to rollcall_server

table directory_run
  workspace_id uuid not null
  id uuid not null
  connection_id uuid not null
  state text not null
  requested_at timestamp(3) with time zone not null
  requested_by text not null
  started_at timestamp(3) with time zone
  beat_at timestamp(3) with time zone
  look_from timestamp(3) with time zone
  look_to timestamp(3) with time zone
  finished_at timestamp(3) with time zone
  counts jsonb
  error_code text
  error_detail text
  kind text not null default 'full'::text
  claimed_at timestamp(3) with time zone
  position jsonb
  resume_at timestamp(3) with time zone
  missing jsonb
  held_at timestamp(3) with time zone
  decision text
  decided_at timestamp(3) with time zone
  decided_by text
  decision_reason text
  clock_skew_ms bigint
  queries_sha256 bytea
  constraint directory_run_check CHECK (((state = ANY (ARRAY['complete'::text, 'failed'::text])) = (finished_at IS NOT NULL)))
  constraint directory_run_check1 CHECK (((state = 'failed'::text) = (error_code IS NOT NULL)))
  constraint directory_run_check2 CHECK (((state <> 'complete'::text) OR ((look_from IS NOT NULL) AND (look_to IS NOT NULL) AND (counts IS NOT NULL))))
  constraint directory_run_clock_skew_ms_check CHECK ((clock_skew_ms >= 0))
  constraint directory_run_decided CHECK ((((decision IS NULL) = (decided_at IS NULL)) AND ((decision IS NULL) = (decided_by IS NULL)) AND ((decision IS NULL) = (decision_reason IS NULL))))
  constraint directory_run_decision_check CHECK ((decision = ANY (ARRAY['accepted'::text, 'rejected'::text])))
  constraint directory_run_held CHECK (((state <> 'held'::text) OR (("position" IS NOT NULL) AND (missing IS NOT NULL) AND (held_at IS NOT NULL))))
  constraint directory_run_kind_check CHECK ((kind = ANY (ARRAY['full'::text, 'delta'::text])))
  constraint directory_run_parked CHECK (((state <> 'parked'::text) OR (("position" IS NOT NULL) AND (resume_at IS NOT NULL))))
  constraint directory_run_pkey PRIMARY KEY (workspace_id, id)
  constraint directory_run_queries FOREIGN KEY (workspace_id, queries_sha256) REFERENCES directory_query_list(workspace_id, sha256)
  constraint directory_run_state_check CHECK ((state = ANY (ARRAY['queued'::text, 'running'::text, 'parked'::text, 'held'::text, 'complete'::text, 'failed'::text])))
  constraint directory_run_workspace_id_connection_id_fkey FOREIGN KEY (workspace_id, connection_id) REFERENCES directory_connection(workspace_id, id)
  CREATE INDEX directory_run_by_time ON public.directory_run USING btree (workspace_id, connection_id, requested_at DESC)
  CREATE INDEX directory_run_complete ON public.directory_run USING btree (workspace_id, connection_id, look_from) WHERE ((state = 'complete'::text) AND (kind = 'full'::text))
  CREATE UNIQUE INDEX directory_run_queued ON public.directory_run USING btree (workspace_id, connection_id) WHERE (state = 'queued'::text)
  CREATE UNIQUE INDEX directory_run_under_way ON public.directory_run USING btree (workspace_id, connection_id) WHERE (state = ANY (ARRAY['running'::text, 'parked'::text, 'held'::text]))
  grant insert, select to rollcall_server

table directory_scope
  workspace_id uuid not null
  connection_id uuid not null
  include_groups uuid[] not null
  include_users uuid[] not null
  version integer not null
  set_at timestamp(3) with time zone not null
  set_by text not null
  exclude_groups uuid[] not null default '{}'::uuid[]
  exclude_users uuid[] not null default '{}'::uuid[]
  exclude_names text[] not null default '{}'::text[]
  constraint directory_scope_pkey PRIMARY KEY (workspace_id, connection_id)
  constraint directory_scope_workspace_id_connection_id_fkey FOREIGN KEY (workspace_id, connection_id) REFERENCES directory_connection(workspace_id, id)
  grant insert, select, update to rollcall_server

table directory_sign_in
  workspace_id uuid not null
  connection_id uuid not null
  object_id uuid not null
  last_successful_at timestamp(3) with time zone not null
  observed_at timestamp(3) with time zone not null
  run_id uuid not null
  constraint directory_sign_in_pkey PRIMARY KEY (workspace_id, connection_id, object_id)
  constraint directory_sign_in_workspace_id_connection_id_fkey FOREIGN KEY (workspace_id, connection_id) REFERENCES directory_connection(workspace_id, id)
  grant insert, select to rollcall_server

table directory_stage_access
  workspace_id uuid not null
  run_id uuid not null
  key text not null
  seq integer not null
  source text not null
  principal_id uuid
  body jsonb not null
  body_sha256 bytea not null
  constraint directory_stage_access_pkey PRIMARY KEY (workspace_id, run_id, source, key, seq)
  grant delete, insert, select to rollcall_server

table directory_stage_account
  workspace_id uuid not null
  run_id uuid not null
  object_id uuid not null
  seq integer not null
  state text not null
  source text not null
  deleted_date_time timestamp(3) with time zone
  user_principal_name text
  mail text
  display_name text
  employee_id text
  address_keys text[]
  user_type text
  created_date_time timestamp(3) with time zone
  account_enabled boolean
  attributes jsonb
  row_hash bytea
  answer integer not null
  account_id uuid not null default gen_random_uuid()
  listed_as bytea
  missing_since timestamp(3) with time zone
  proof text
  constraint directory_stage_account_pkey PRIMARY KEY (workspace_id, run_id, object_id, seq)
  grant delete, insert, select to rollcall_server

table directory_stage_answer
  workspace_id uuid not null
  run_id uuid not null
  seq integer not null
  requested_at timestamp(3) with time zone not null
  received_at timestamp(3) with time zone not null
  server_date timestamp(3) with time zone
  held_from timestamp(3) with time zone not null
  held_to timestamp(3) with time zone not null
  request_id text
  sha256 bytea not null
  constraint directory_stage_answer_pkey PRIMARY KEY (workspace_id, run_id, seq)
  grant delete, insert, select to rollcall_server

table directory_stage_assignment
  workspace_id uuid not null
  run_id uuid not null
  assignment_id text not null
  seq integer not null
  principal_id uuid not null
  principal_type text not null
  app_role_id uuid not null
  app_role_value text
  constraint directory_stage_assignment_pkey PRIMARY KEY (workspace_id, run_id, assignment_id, seq)
  grant delete, insert, select to rollcall_server

table directory_stage_audit
  workspace_id uuid not null
  run_id uuid not null
  id text not null
  seq integer not null
  object_id uuid not null
  led_to text not null
  at timestamp(3) with time zone not null
  raw_sha256 bytea not null
  constraint directory_stage_audit_pkey PRIMARY KEY (workspace_id, run_id, id, seq)
  grant delete, insert, select to rollcall_server

table directory_stage_azure_role
  workspace_id uuid not null
  run_id uuid not null
  assignment_id text not null
  seq integer not null
  subscription_id uuid not null
  principal_id uuid not null
  principal_type text not null
  role_definition_id uuid not null
  role_name text
  target text not null
  has_condition boolean not null
  created_on timestamp(3) with time zone
  constraint directory_stage_azure_role_pkey PRIMARY KEY (workspace_id, run_id, assignment_id, seq)
  grant delete, insert, select to rollcall_server

table directory_stage_group
  workspace_id uuid not null
  run_id uuid not null
  object_id uuid not null
  seq integer not null
  display_name text
  members_known boolean not null
  is_gone boolean not null default false
  constraint directory_stage_group_pkey PRIMARY KEY (workspace_id, run_id, object_id, seq)
  grant delete, insert, select to rollcall_server

table directory_stage_leave_date
  workspace_id uuid not null
  run_id uuid not null
  object_id uuid not null
  seq integer not null
  leave_at timestamp(3) with time zone
  constraint directory_stage_leave_date_pkey PRIMARY KEY (workspace_id, run_id, object_id, seq)
  grant delete, insert, select to rollcall_server

table directory_stage_member
  workspace_id uuid not null
  run_id uuid not null
  group_id uuid not null
  member_id uuid not null
  seq integer not null
  constraint directory_stage_member_pkey PRIMARY KEY (workspace_id, run_id, group_id, member_id, seq)
  grant delete, insert, select to rollcall_server

table directory_stage_mention
  workspace_id uuid not null
  run_id uuid not null
  object_id uuid not null
  seq integer not null
  resource text not null
  constraint directory_stage_mention_pkey PRIMARY KEY (workspace_id, run_id, object_id, seq)
  grant delete, insert, select to rollcall_server

table directory_stage_provisioning
  workspace_id uuid not null
  run_id uuid not null
  id text not null
  seq integer not null
  at timestamp(3) with time zone not null
  action text not null
  status text not null
  object_id uuid
  target_id uuid
  error_code text
  raw_sha256 bytea not null
  constraint directory_stage_provisioning_pkey PRIMARY KEY (workspace_id, run_id, id, seq)
  grant delete, insert, select to rollcall_server

table directory_stage_sign_in
  workspace_id uuid not null
  run_id uuid not null
  object_id uuid not null
  seq integer not null
  last_successful_at timestamp(3) with time zone not null
  constraint directory_stage_sign_in_pkey PRIMARY KEY (workspace_id, run_id, object_id, seq)
  grant delete, insert, select to rollcall_server

table directory_stage_unchanged
  workspace_id uuid not null
  run_id uuid not null
  seq integer not null
  object_ids uuid[] not null
  constraint directory_stage_unchanged_pkey PRIMARY KEY (workspace_id, run_id, seq)
  grant delete, insert, select to rollcall_server

table directory_watched_object
  workspace_id uuid not null
  connection_id uuid not null
  object_id uuid not null
  watch_id uuid not null default gen_random_uuid()
  answer text not null
  since timestamp(3) with time zone not null
  asked_at timestamp(3) with time zone not null
  run_id uuid not null
  record_id uuid
  constraint directory_watched_object_answer_check CHECK ((answer = ANY (ARRAY['not_found'::text, 'refused'::text])))
  constraint directory_watched_object_check CHECK ((asked_at >= since))
  constraint directory_watched_object_pkey PRIMARY KEY (workspace_id, connection_id, object_id)
  constraint directory_watched_object_watch UNIQUE (workspace_id, watch_id)
  constraint directory_watched_object_workspace_id_connection_id_fkey FOREIGN KEY (workspace_id, connection_id) REFERENCES directory_connection(workspace_id, id)
  CREATE INDEX directory_watched_object_unrecorded ON public.directory_watched_object USING btree (workspace_id, connection_id, object_id) WHERE (record_id IS NULL)
  grant insert, select to rollcall_server

table disposition
  workspace_id uuid not null
  id uuid not null
  finding_id uuid
  kind text not null
  reason text not null
  ticket text
  requested_at timestamp(3) with time zone not null
  requested_by text not null
  record_id uuid not null
  expires_at timestamp(3) with time zone
  approved_at timestamp(3) with time zone
  approved_by text
  approval_record_id uuid
  ended_at timestamp(3) with time zone
  ended_because text
  end_record_id uuid
  test text
  account_id uuid
  owner_person_id uuid
  constraint disposition_about_one CHECK ((num_nonnulls(finding_id, test) = 1))
  constraint disposition_approved_whole CHECK ((((approved_at IS NULL) = (approved_by IS NULL)) AND ((approved_at IS NULL) = (approval_record_id IS NULL))))
  constraint disposition_ended_because_check CHECK ((ended_because = ANY (ARRAY['withdrawn'::text, 'expired'::text])))
  constraint disposition_ended_whole CHECK ((((ended_at IS NULL) = (ended_because IS NULL)) AND ((ended_at IS NULL) = (end_record_id IS NULL))))
  constraint disposition_exception_approved CHECK (((kind = 'exception'::text) OR (approved_at IS NULL)))
  constraint disposition_exception_ends CHECK (((kind = 'exception'::text) = (expires_at IS NOT NULL)))
  constraint disposition_four_eyes CHECK ((approved_by <> requested_by))
  constraint disposition_kind_check CHECK ((kind = ANY (ARRAY['remediate'::text, 'exception'::text, 'dispute'::text])))
  constraint disposition_of_test_excepts CHECK (((test IS NULL) OR (kind = 'exception'::text)))
  constraint disposition_of_test_whole CHECK ((((test IS NULL) = (account_id IS NULL)) AND ((test IS NULL) = (owner_person_id IS NULL))))
  constraint disposition_pkey PRIMARY KEY (workspace_id, id)
  constraint disposition_test_check CHECK ((test = 'mfa-on-azure'::text))
  constraint disposition_workspace_id_account_id_fkey FOREIGN KEY (workspace_id, account_id) REFERENCES directory_account(workspace_id, account_id)
  constraint disposition_workspace_id_finding_id_fkey FOREIGN KEY (workspace_id, finding_id) REFERENCES finding(workspace_id, id)
  constraint disposition_workspace_id_owner_person_id_fkey FOREIGN KEY (workspace_id, owner_person_id) REFERENCES person(workspace_id, id)
  CREATE INDEX disposition_of_finding ON public.disposition USING btree (workspace_id, finding_id)
  CREATE UNIQUE INDEX disposition_present ON public.disposition USING btree (workspace_id, finding_id) WHERE (ended_at IS NULL)
  CREATE UNIQUE INDEX disposition_present_of_test ON public.disposition USING btree (workspace_id, test, account_id) WHERE ((ended_at IS NULL) AND (test IS NOT NULL))
  grant insert, select to rollcall_server

table employment_period
  workspace_id uuid not null
  id uuid not null
  person_id uuid not null
  start_date date not null
  end_date date
  last_day date
  time_zone text
  status text not null
  worker_type text not null
  hr_recorded_at timestamp(3) with time zone
  cancelled_at timestamp(3) with time zone
  import_id uuid not null
  row_number integer not null
  record_id uuid not null
  ended_from timestamp(3) with time zone
  ended_to timestamp(3) with time zone
  site text
  constraint employment_period_end_known CHECK ((((COALESCE(last_day, end_date) IS NULL) AND (ended_to IS NULL)) = (hr_recorded_at IS NULL)))
  constraint employment_period_ended_when CHECK (((ended_from IS NULL) = (ended_to IS NULL)))
  constraint employment_period_ends_after_start CHECK (((end_date >= start_date) AND (last_day >= start_date)))
  constraint employment_period_pkey PRIMARY KEY (workspace_id, id)
  constraint employment_period_start_key UNIQUE (workspace_id, person_id, start_date)
  constraint employment_period_status CHECK ((status = ANY (ARRAY['prehire'::text, 'active'::text, 'leave'::text, 'notice'::text, 'garden_leave'::text, 'terminated'::text])))
  constraint employment_period_worker_type_check CHECK ((worker_type = ANY (ARRAY['employee'::text, 'contractor'::text, 'intern'::text, 'guest'::text])))
  CREATE INDEX employment_period_site ON public.employment_period USING btree (workspace_id, site) WHERE (site IS NOT NULL)
  CREATE TRIGGER employment_period_added_by_import AFTER INSERT ON public.employment_period REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION refer_to_roster_imports()
  CREATE TRIGGER employment_period_changed_by_import AFTER UPDATE ON public.employment_period REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION refer_to_roster_imports()
  CREATE TRIGGER employment_period_of_person AFTER INSERT ON public.employment_period REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION require_person_of_periods()
  CREATE CONSTRAINT TRIGGER keep_period AFTER UPDATE ON public.employment_period DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN ((((((((old.start_date IS DISTINCT FROM new.start_date) OR (old.end_date IS DISTINCT FROM new.end_date)) OR (old.last_day IS DISTINCT FROM new.last_day)) OR (old.time_zone IS DISTINCT FROM new.time_zone)) OR (old.site IS DISTINCT FROM new.site)) OR (old.worker_type IS DISTINCT FROM new.worker_type)) OR (old.hr_recorded_at IS DISTINCT FROM new.hr_recorded_at))) EXECUTE FUNCTION keep_employment_period()
  CREATE TRIGGER note_inserted_person AFTER INSERT ON public.employment_period REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION note_reconciliation_change('person', 'select workspace_id, person_id as id from changed')
  CREATE TRIGGER note_updated_person AFTER UPDATE ON public.employment_period REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION note_reconciliation_change('person', 'select workspace_id, person_id as id from changed')
  grant insert, select to rollcall_server

table employment_period_version
  workspace_id uuid not null
  id uuid not null
  until_run integer not null
  start_date date not null
  end_date date
  last_day date
  time_zone text
  worker_type text not null
  hr_recorded_at timestamp(3) with time zone
  site text
  record_id uuid not null
  constraint employment_period_version_pkey PRIMARY KEY (workspace_id, id, until_run, record_id)
  constraint employment_period_version_workspace_id_id_fkey FOREIGN KEY (workspace_id, id) REFERENCES employment_period(workspace_id, id)
  grant insert, select to rollcall_server

table finding
  workspace_id uuid not null
  id uuid not null
  unit_kind text not null
  unit_id uuid not null
  person_id uuid
  rule text not null
  verdict text not null
  effect text not null
  all_rules jsonb not null
  vector jsonb not null
  systems jsonb not null
  end_earliest timestamp(3) with time zone
  end_latest timestamp(3) with time zone
  deadline_earliest timestamp(3) with time zone
  deadline_latest timestamp(3) with time zone
  policy_id uuid
  sentence text not null
  evidence uuid[] not null
  own_records uuid[] not null
  digest bytea not null
  opened_at timestamp(3) with time zone not null
  changed_at timestamp(3) with time zone not null
  closed_at timestamp(3) with time zone
  last_run_id uuid not null
  content_hash bytea
  effects text[] not null default '{}'::text[]
  due_at timestamp(3) with time zone
  is_growing boolean not null default false
  role_effect text
  since_run integer not null default 1
  constraint finding_effect_check CHECK ((effect = ANY (ARRAY['PASS'::text, 'FAIL'::text, 'INSUF'::text, 'PEND'::text, 'WARN'::text, 'INFO'::text, 'OK'::text, 'N/A'::text])))
  constraint finding_pkey PRIMARY KEY (workspace_id, id)
  constraint finding_unit_kind_check CHECK ((unit_kind = ANY (ARRAY['employment_period'::text, 'account'::text])))
  CREATE INDEX finding_alike ON public.finding USING btree (workspace_id, jsonb_hash_extended(vector, (0)::bigint), id) WHERE (closed_at IS NULL)
  CREATE INDEX finding_closed_listed ON public.finding USING btree (workspace_id, (
CASE
    WHEN (effect = ANY (ARRAY['OK'::text, 'INFO'::text])) THEN 2
    ELSE 1
END), COALESCE(end_earliest, 'infinity'::timestamp with time zone), id) WHERE (closed_at IS NOT NULL)
  CREATE INDEX finding_due ON public.finding USING btree (workspace_id, due_at) WHERE ((closed_at IS NULL) AND (due_at IS NOT NULL))
  CREATE INDEX finding_growing ON public.finding USING btree (workspace_id) WHERE ((closed_at IS NULL) AND is_growing)
  CREATE INDEX finding_leaver ON public.finding USING btree (workspace_id, end_earliest, id) WHERE ((closed_at IS NULL) AND (end_earliest IS NOT NULL))
  CREATE INDEX finding_listed ON public.finding USING btree (workspace_id, effect, COALESCE(end_earliest, 'infinity'::timestamp with time zone), id) INCLUDE (end_earliest, since_run) WHERE (closed_at IS NULL)
  CREATE INDEX finding_listed_by_role ON public.finding USING btree (workspace_id, role_effect, (
CASE
    WHEN (effect = ANY (ARRAY['OK'::text, 'INFO'::text])) THEN 2
    ELSE 1
END), COALESCE(end_earliest, 'infinity'::timestamp with time zone), id) INCLUDE (effect, end_earliest, since_run) WHERE ((closed_at IS NULL) AND (role_effect IS NOT NULL))
  CREATE UNIQUE INDEX finding_open_unit ON public.finding USING btree (workspace_id, unit_kind, unit_id) WHERE (closed_at IS NULL)
  CREATE INDEX finding_overdue ON public.finding USING btree (workspace_id, changed_at) WHERE ((closed_at IS NULL) AND (rule = ANY (ARRAY['L01'::text, 'L02'::text, 'L03'::text, 'L04'::text, 'L06'::text, 'L07'::text])))
  CREATE INDEX finding_person ON public.finding USING btree (workspace_id, person_id)
  CREATE INDEX finding_present ON public.finding USING btree (workspace_id, id) WHERE (closed_at IS NULL)
  grant insert, select to rollcall_server

table finding_version
  workspace_id uuid not null
  id uuid not null
  since_run integer not null
  until_run integer not null
  unit_kind text not null
  unit_id uuid not null
  person_id uuid
  rule text not null
  verdict text not null
  effect text not null
  role_effect text
  all_rules jsonb not null
  vector jsonb not null
  systems jsonb not null
  end_earliest timestamp(3) with time zone
  end_latest timestamp(3) with time zone
  deadline_earliest timestamp(3) with time zone
  deadline_latest timestamp(3) with time zone
  policy_id uuid
  sentence text not null
  evidence uuid[] not null
  own_records uuid[] not null
  opened_at timestamp(3) with time zone not null
  is_end_withdrawn boolean not null default false
  constraint finding_version_lasted CHECK ((until_run > since_run))
  constraint finding_version_pkey PRIMARY KEY (workspace_id, id, since_run)
  CREATE INDEX finding_version_listed ON public.finding_version USING btree (workspace_id, effect, COALESCE(end_earliest, 'infinity'::timestamp with time zone), id) INCLUDE (end_earliest, since_run, until_run)
  CREATE INDEX finding_version_listed_by_role ON public.finding_version USING btree (workspace_id, role_effect, (
CASE
    WHEN (effect = ANY (ARRAY['OK'::text, 'INFO'::text])) THEN 2
    ELSE 1
END), COALESCE(end_earliest, 'infinity'::timestamp with time zone), id) INCLUDE (effect, end_earliest, since_run, until_run) WHERE (role_effect IS NOT NULL)
  CREATE INDEX finding_version_withdrawn ON public.finding_version USING btree (workspace_id, person_id) WHERE is_end_withdrawn
  grant insert, select to rollcall_server

table idempotency_key
  workspace_id uuid not null
  actor text not null
  key_sha256 bytea not null
  request_sha256 bytea not null
  scopes text[] not null
  claim uuid not null
  claimed_at timestamp(3) with time zone not null
  alive_at timestamp(3) with time zone not null
  effected_at timestamp(3) with time zone
  status smallint
  answer text
  showed_secret boolean not null default false
  constraint idempotency_key_key_sha256_check CHECK ((octet_length(key_sha256) = 32))
  constraint idempotency_key_pkey PRIMARY KEY (workspace_id, actor, key_sha256)
  constraint idempotency_key_request_sha256_check CHECK ((octet_length(request_sha256) = 32))
  constraint idempotency_key_status_check CHECK (((status >= 200) AND (status <= 299)))
  constraint idempotency_key_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspace(workspace_id)
  CREATE INDEX idempotency_key_age ON public.idempotency_key USING btree (workspace_id, claimed_at)
  grant delete, insert, select to rollcall_server

table identity_link
  workspace_id uuid not null
  tenant_id uuid not null
  object_id uuid not null
  scim_user_id uuid not null
  linked_by text not null
  linked_at timestamp(3) with time zone not null
  constraint identity_link_linked_by_check CHECK ((linked_by = ANY (ARRAY['externalId'::text, 'userName'::text])))
  constraint identity_link_pkey PRIMARY KEY (workspace_id, tenant_id, object_id)
  constraint identity_link_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspace(workspace_id)
  CREATE INDEX identity_link_scim_user ON public.identity_link USING btree (workspace_id, scim_user_id)
  CREATE TRIGGER note_inserted_account AFTER INSERT ON public.identity_link REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION note_reconciliation_change('account', 'select workspace_id, scim_user_id as id from changed')
  CREATE TRIGGER note_updated_account AFTER UPDATE ON public.identity_link REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION note_reconciliation_change('account', 'select workspace_id, scim_user_id as id from changed')
  grant insert, select to rollcall_server

table installation
  singleton boolean not null default true
  kind text not null
  marked_at timestamp(3) with time zone not null
  constraint installation_kind_check CHECK ((kind = ANY (ARRAY['production'::text, 'demo'::text, 'sandbox'::text])))
  constraint installation_pkey PRIMARY KEY (singleton)
  constraint installation_singleton_check CHECK (singleton)
  grant insert, select to rollcall_server

table ledger
  workspace_id uuid not null
  origin text not null
  size bigint not null default 0
  frontier bytea[] not null default '{}'::bytea[]
  watermark xid8 not null default '0'::xid8
  cluster_id text not null
  created_at timestamp(3) with time zone not null
  generation smallint not null default 1
  constraint ledger_generation_check CHECK ((generation > 0))
  constraint ledger_named_by_generation CHECK ((origin = (('rollcall/workspaces/'::text || workspace_id) ||
CASE
    WHEN (generation = 1) THEN ''::text
    ELSE ('/'::text || generation)
END)))
  constraint ledger_origin_check CHECK ((origin <> ''::text))
  constraint ledger_pkey PRIMARY KEY (workspace_id)
  constraint ledger_size_check CHECK ((size >= 0))
  CREATE TRIGGER ledger_grow BEFORE UPDATE ON public.ledger FOR EACH ROW EXECUTE FUNCTION ledger_only_grows()
  CREATE TRIGGER ledger_keep BEFORE DELETE ON public.ledger FOR EACH ROW EXECUTE FUNCTION ledger_refuse_change()
  CREATE TRIGGER ledger_keep_all BEFORE TRUNCATE ON public.ledger FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change()
  grant select to rollcall_server

table ledger_anchor
  workspace_id uuid not null
  id uuid not null
  kind text not null
  size bigint not null
  place text not null
  anchored_at timestamp(3) with time zone not null
  attested_at timestamp(3) with time zone
  token bytea
  record_id uuid not null
  is_verified boolean not null default false
  object_key text
  version_id text
  retain_until timestamp(3) with time zone
  constraint ledger_anchor_kind_check CHECK ((kind = ANY (ARRAY['rfc3161'::text, 'file'::text, 'webhook'::text, 'witness'::text, 'bucket'::text])))
  constraint ledger_anchor_object_is_bucket CHECK ((((kind = 'bucket'::text) = (object_key IS NOT NULL)) AND ((kind = 'bucket'::text) = (version_id IS NOT NULL)) AND ((kind = 'bucket'::text) = (retain_until IS NOT NULL))))
  constraint ledger_anchor_pkey PRIMARY KEY (workspace_id, id)
  constraint ledger_anchor_size_check CHECK ((size > 0))
  constraint ledger_anchor_token_is_attested CHECK ((((kind = ANY (ARRAY['rfc3161'::text, 'witness'::text])) = (token IS NOT NULL)) AND ((kind = ANY (ARRAY['rfc3161'::text, 'witness'::text])) = (attested_at IS NOT NULL))))
  constraint ledger_anchor_verified_is_signed CHECK (
CASE kind
    WHEN 'rfc3161'::text THEN true
    WHEN 'witness'::text THEN is_verified
    ELSE (NOT is_verified)
END)
  constraint ledger_anchor_workspace_id_size_fkey FOREIGN KEY (workspace_id, size) REFERENCES ledger_checkpoint(workspace_id, size)
  CREATE TRIGGER ledger_anchor_append_only BEFORE DELETE OR UPDATE ON public.ledger_anchor FOR EACH ROW EXECUTE FUNCTION ledger_refuse_change()
  CREATE TRIGGER ledger_anchor_keep BEFORE TRUNCATE ON public.ledger_anchor FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change()
  grant insert, select to rollcall_server

table ledger_anchor_schedule
  workspace_id uuid not null
  kind text not null
  since timestamp(3) with time zone not null
  next_at timestamp(3) with time zone not null
  last_tried_at timestamp(3) with time zone
  last_succeeded_at timestamp(3) with time zone
  last_size bigint
  last_problem text
  place text not null default ''::text
  constraint ledger_anchor_schedule_check CHECK (((kind = 'witness'::text) = (place <> ''::text)))
  constraint ledger_anchor_schedule_kind_check CHECK ((kind = ANY (ARRAY['rfc3161'::text, 'file'::text, 'webhook'::text, 'witness'::text, 'bucket'::text])))
  constraint ledger_anchor_schedule_pkey PRIMARY KEY (workspace_id, kind, place)
  constraint ledger_anchor_schedule_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES ledger(workspace_id)
  grant delete, insert, select to rollcall_server

table ledger_checkpoint
  workspace_id uuid not null
  size bigint not null
  root bytea not null
  note text not null
  created_at timestamp(3) with time zone not null
  constraint ledger_checkpoint_pkey PRIMARY KEY (workspace_id, size)
  constraint ledger_checkpoint_root_check CHECK ((octet_length(root) = 32))
  constraint ledger_checkpoint_size_check CHECK ((size > 0))
  CREATE TRIGGER ledger_checkpoint_append_only BEFORE DELETE OR UPDATE ON public.ledger_checkpoint FOR EACH ROW EXECUTE FUNCTION ledger_refuse_change()
  CREATE TRIGGER ledger_checkpoint_keep BEFORE TRUNCATE ON public.ledger_checkpoint FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change()
  grant insert, select to rollcall_server

table ledger_disclosure
  workspace_id uuid not null
  digest bytea not null
  record_id uuid not null
  path text not null
  salt bytea not null
  value jsonb
  erased_at timestamp(3) with time zone
  constraint ledger_disclosure_check CHECK (((erased_at IS NULL) OR (value IS NULL)))
  constraint ledger_disclosure_digest_check CHECK ((octet_length(digest) = 32))
  constraint ledger_disclosure_pkey PRIMARY KEY (workspace_id, record_id, path)
  CREATE TRIGGER ledger_disclosure_erase BEFORE UPDATE ON public.ledger_disclosure FOR EACH ROW EXECUTE FUNCTION ledger_disclosure_only_erases()
  CREATE TRIGGER ledger_disclosure_keep BEFORE DELETE ON public.ledger_disclosure FOR EACH ROW EXECUTE FUNCTION ledger_refuse_change()
  CREATE TRIGGER ledger_disclosure_keep_all BEFORE TRUNCATE ON public.ledger_disclosure FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change()
  grant insert, select to rollcall_server

table ledger_key
  workspace_id uuid not null
  vkey text not null
  added_at timestamp(3) with time zone not null
  constraint ledger_key_pkey PRIMARY KEY (workspace_id, vkey)
  CREATE TRIGGER ledger_key_append_only BEFORE DELETE OR UPDATE ON public.ledger_key FOR EACH ROW EXECUTE FUNCTION ledger_refuse_change()
  CREATE TRIGGER ledger_key_keep BEFORE TRUNCATE ON public.ledger_key FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change()
  grant insert, select to rollcall_server

table ledger_key_retirement
  workspace_id uuid not null
  vkey text not null
  because text not null
  compromised_from timestamp(3) with time zone
  retired_at timestamp(3) with time zone not null
  record_id uuid not null
  constraint ledger_key_retirement_because_check CHECK ((because = ANY (ARRAY['rotated'::text, 'compromised'::text])))
  constraint ledger_key_retirement_pkey PRIMARY KEY (workspace_id, vkey)
  constraint ledger_key_retirement_whole CHECK (((because = 'compromised'::text) = (compromised_from IS NOT NULL)))
  constraint ledger_key_retirement_workspace_id_vkey_fkey FOREIGN KEY (workspace_id, vkey) REFERENCES ledger_key(workspace_id, vkey)
  CREATE TRIGGER ledger_key_retirement_append_only BEFORE DELETE OR UPDATE ON public.ledger_key_retirement FOR EACH ROW EXECUTE FUNCTION ledger_refuse_change()
  CREATE TRIGGER ledger_key_retirement_keep BEFORE TRUNCATE ON public.ledger_key_retirement FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change()
  grant insert, select to rollcall_server

table ledger_leaf
  workspace_id uuid not null
  leaf_index bigint not null
  record_id uuid not null
  leaf_hash bytea not null
  constraint ledger_leaf_leaf_hash_check CHECK ((octet_length(leaf_hash) = 32))
  constraint ledger_leaf_leaf_index_check CHECK ((leaf_index >= 0))
  constraint ledger_leaf_pkey PRIMARY KEY (workspace_id, leaf_index)
  constraint ledger_leaf_workspace_id_record_id_key UNIQUE (workspace_id, record_id)
  CREATE TRIGGER ledger_leaf_append_only BEFORE DELETE OR UPDATE ON public.ledger_leaf FOR EACH ROW EXECUTE FUNCTION ledger_refuse_change()
  CREATE TRIGGER ledger_leaf_follow AFTER INSERT ON public.ledger_leaf REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION ledger_leaf_only_follows()
  CREATE TRIGGER ledger_leaf_keep BEFORE TRUNCATE ON public.ledger_leaf FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change()
  grant insert, select to rollcall_server

table ledger_meta_entry
  workspace_id uuid not null
  id uuid not null
  size bigint not null
  place text not null
  anchored_at timestamp(3) with time zone not null
  record_id uuid not null
  meta_record_id uuid not null
  constraint ledger_meta_entry_pkey PRIMARY KEY (workspace_id, id)
  constraint ledger_meta_entry_size_check CHECK ((size > 0))
  constraint ledger_meta_entry_workspace_id_size_fkey FOREIGN KEY (workspace_id, size) REFERENCES ledger_checkpoint(workspace_id, size)
  CREATE TRIGGER ledger_meta_entry_append_only BEFORE DELETE OR UPDATE ON public.ledger_meta_entry FOR EACH ROW EXECUTE FUNCTION ledger_refuse_change()
  CREATE TRIGGER ledger_meta_entry_keep BEFORE TRUNCATE ON public.ledger_meta_entry FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change()
  grant insert, select to rollcall_server

table ledger_meta_log
  singleton boolean not null default true
  ledger_id uuid not null
  constraint ledger_meta_log_pkey PRIMARY KEY (singleton)
  constraint ledger_meta_log_singleton_check CHECK (singleton)
  grant insert, select to rollcall_server

table ledger_meta_schedule
  workspace_id uuid not null
  kind text not null
  place text not null default ''::text
  since timestamp(3) with time zone not null
  next_at timestamp(3) with time zone not null
  last_tried_at timestamp(3) with time zone
  last_succeeded_at timestamp(3) with time zone
  last_size bigint
  last_problem text
  constraint ledger_meta_schedule_kind_check CHECK ((kind = 'meta'::text))
  constraint ledger_meta_schedule_pkey PRIMARY KEY (workspace_id)
  constraint ledger_meta_schedule_place_check CHECK ((place = ''::text))
  constraint ledger_meta_schedule_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES ledger(workspace_id)
  grant delete, insert, select to rollcall_server

table ledger_record
  workspace_id uuid not null
  id uuid not null
  ord bigint not null identity
  txid xid8 not null default pg_current_xact_id()
  recorded_at timestamp(3) with time zone not null
  type text not null
  subject_id uuid
  leaf bytea not null
  constraint ledger_record_leaf_check CHECK (((octet_length(leaf) >= 2) AND (octet_length(leaf) <= 65535)))
  constraint ledger_record_pkey PRIMARY KEY (workspace_id, id)
  CREATE INDEX ledger_record_owner_attempt ON public.ledger_record USING btree (workspace_id, id) WHERE (type = 'owner.attempted'::text)
  CREATE INDEX ledger_record_report ON public.ledger_record USING btree (workspace_id, id) WHERE (type = ANY (ARRAY['report.discarded'::text, 'report.frozen'::text, 'report.sealed'::text]))
  CREATE INDEX ledger_record_subject ON public.ledger_record USING btree (workspace_id, subject_id, recorded_at) WHERE (subject_id IS NOT NULL)
  CREATE INDEX ledger_record_unsequenced ON public.ledger_record USING btree (workspace_id, txid, ord)
  CREATE TRIGGER ledger_record_append_only BEFORE DELETE OR UPDATE ON public.ledger_record FOR EACH ROW EXECUTE FUNCTION ledger_refuse_change()
  CREATE TRIGGER ledger_record_keep BEFORE TRUNCATE ON public.ledger_record FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change()
  grant select to rollcall_server

table ledger_retention
  workspace_id uuid not null
  months smallint not null default 84
  set_at timestamp(3) with time zone
  set_by text
  purged_leaves bigint not null default 0
  last_purged_at timestamp(3) with time zone
  report_months smallint
  constraint ledger_retention_months_check CHECK (((months >= 18) AND (months <= 1200)))
  constraint ledger_retention_pkey PRIMARY KEY (workspace_id)
  constraint ledger_retention_purged_leaves_check CHECK ((purged_leaves >= 0))
  constraint ledger_retention_report_months_check CHECK (((report_months >= 18) AND (report_months <= 1200)))
  constraint ledger_retention_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES ledger(workspace_id)
  grant insert, select to rollcall_server

table ledger_tile
  workspace_id uuid not null
  level smallint not null
  n bigint not null
  hashes bytea not null
  constraint ledger_tile_hashes_check CHECK ((((octet_length(hashes) >= 32) AND (octet_length(hashes) <= 8192)) AND ((octet_length(hashes) % 32) = 0)))
  constraint ledger_tile_level_check CHECK ((level >= 0))
  constraint ledger_tile_n_check CHECK ((n >= 0))
  constraint ledger_tile_pkey PRIMARY KEY (workspace_id, level, n)
  CREATE TRIGGER ledger_tile_grow BEFORE UPDATE ON public.ledger_tile FOR EACH ROW EXECUTE FUNCTION ledger_tile_only_grows()
  CREATE TRIGGER ledger_tile_keep BEFORE DELETE ON public.ledger_tile FOR EACH ROW EXECUTE FUNCTION ledger_refuse_change()
  CREATE TRIGGER ledger_tile_keep_all BEFORE TRUNCATE ON public.ledger_tile FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change()
  grant insert, select to rollcall_server

table ledger_tile_token
  workspace_id uuid not null
  token_hash bytea not null
  issued_at timestamp(3) with time zone not null
  issued_by text not null
  constraint ledger_tile_token_pkey PRIMARY KEY (workspace_id)
  constraint ledger_tile_token_token_hash_check CHECK ((octet_length(token_hash) = 32))
  constraint ledger_tile_token_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES ledger(workspace_id)
  grant delete, insert, select to rollcall_server

table ledger_webhook
  workspace_id uuid not null
  address text not null
  sealed bytea not null
  set_at timestamp(3) with time zone not null
  set_by text not null
  constraint ledger_webhook_address_check CHECK ((address ~ '^https?://'::text))
  constraint ledger_webhook_pkey PRIMARY KEY (workspace_id)
  constraint ledger_webhook_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES ledger(workspace_id)
  grant delete, insert, select to rollcall_server

table notification_event
  workspace_id uuid not null
  id uuid not null
  type text not null
  at timestamp(3) with time zone not null
  finding_id uuid
  rule text
  body text not null
  constraint notification_event_about CHECK ((((type = 'finding.overdue'::text) = (finding_id IS NOT NULL)) AND ((finding_id IS NULL) = (rule IS NULL))))
  constraint notification_event_pkey PRIMARY KEY (workspace_id, id)
  constraint notification_event_type_check CHECK ((type = ANY (ARRAY['finding.overdue'::text, 'test'::text])))
  constraint notification_event_workspace_id_finding_id_fkey FOREIGN KEY (workspace_id, finding_id) REFERENCES finding(workspace_id, id)
  constraint notification_event_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspace(workspace_id)
  CREATE UNIQUE INDEX notification_event_finding ON public.notification_event USING btree (workspace_id, finding_id, rule) WHERE (finding_id IS NOT NULL)
  grant insert, select to rollcall_server

table owner
  workspace_id uuid not null
  id uuid not null
  name text not null
  credential_hash bytea not null
  created_at timestamp(3) with time zone not null
  created_by text not null
  credential_proven_at timestamp(3) with time zone
  last_used_at timestamp(3) with time zone
  ended_at timestamp(3) with time zone
  ended_by text
  constraint owner_credential_hash_check CHECK ((octet_length(credential_hash) = 32))
  constraint owner_credential_unique UNIQUE (workspace_id, credential_hash)
  constraint owner_pkey PRIMARY KEY (workspace_id, id)
  constraint owner_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspace(workspace_id)
  CREATE TRIGGER owner_last_kept_on_delete BEFORE DELETE ON public.owner FOR EACH ROW WHEN ((old.ended_at IS NULL)) EXECUTE FUNCTION keep_an_owner()
  CREATE TRIGGER owner_last_kept_on_end BEFORE UPDATE OF ended_at, workspace_id ON public.owner FOR EACH ROW WHEN (((old.ended_at IS NULL) AND ((new.ended_at IS NOT NULL) OR (new.workspace_id <> old.workspace_id)))) EXECUTE FUNCTION keep_an_owner()
  grant insert, select to rollcall_server

table owner_finding
  workspace_id uuid not null
  id uuid not null
  kind text not null
  unit text not null
  owner_id uuid
  facts jsonb not null
  sentence text not null
  evidence uuid[] not null
  own_records uuid[] not null
  through_leaf bigint
  opened_at timestamp(3) with time zone not null
  changed_at timestamp(3) with time zone not null
  closed_at timestamp(3) with time zone
  closed_because text
  acknowledged_by text
  acknowledgement text
  constraint owner_finding_acknowledged_whole CHECK ((((acknowledged_by IS NULL) = (acknowledgement IS NULL)) AND ((acknowledged_by IS NOT NULL) = (NOT (closed_because IS DISTINCT FROM 'acknowledged'::text)))))
  constraint owner_finding_attempts_counted CHECK (((kind = 'attempt'::text) = (through_leaf IS NOT NULL)))
  constraint owner_finding_closed_because_check CHECK ((closed_because = ANY (ARRAY['present'::text, 'owner-ended'::text, 'acknowledged'::text])))
  constraint owner_finding_closed_whole CHECK (((closed_at IS NULL) = (closed_because IS NULL)))
  constraint owner_finding_kind_check CHECK ((kind = ANY (ARRAY['person-left'::text, 'attempt'::text])))
  constraint owner_finding_pkey PRIMARY KEY (workspace_id, id)
  constraint owner_finding_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspace(workspace_id)
  constraint owner_finding_workspace_id_owner_id_fkey FOREIGN KEY (workspace_id, owner_id) REFERENCES owner(workspace_id, id)
  CREATE INDEX owner_finding_by_time ON public.owner_finding USING btree (workspace_id, opened_at)
  CREATE UNIQUE INDEX owner_finding_open ON public.owner_finding USING btree (workspace_id, kind, unit) WHERE (closed_at IS NULL)
  grant insert, select to rollcall_server

table owner_person
  workspace_id uuid not null
  id uuid not null
  owner_id uuid not null
  tenant_id uuid
  object_id uuid
  person_id uuid
  reason text
  named_at timestamp(3) with time zone not null
  named_by text not null
  record_id uuid not null
  ended_at timestamp(3) with time zone
  constraint owner_person_names_somebody CHECK ((((tenant_id IS NULL) = (object_id IS NULL)) AND ((object_id IS NOT NULL) OR (person_id IS NOT NULL))))
  constraint owner_person_on_roster FOREIGN KEY (workspace_id, person_id) REFERENCES person(workspace_id, id)
  constraint owner_person_pkey PRIMARY KEY (workspace_id, id)
  constraint owner_person_workspace_id_owner_id_fkey FOREIGN KEY (workspace_id, owner_id) REFERENCES owner(workspace_id, id)
  CREATE UNIQUE INDEX owner_person_present ON public.owner_person USING btree (workspace_id, owner_id) WHERE (ended_at IS NULL)
  grant insert, select to rollcall_server

table person
  workspace_id uuid not null
  id uuid not null
  employee_id text not null
  display_name text
  work_email text not null
  email_key text not null
  created_at timestamp(3) with time zone not null
  changed_at timestamp(3) with time zone not null
  listing text not null default 'listed'::text
  unlisted_from timestamp(3) with time zone
  unlisted_to timestamp(3) with time zone
  manager_employee_id text
  unlisted_record_id uuid
  kept_at timestamp(3) with time zone
  constraint person_employee_id_check CHECK ((employee_id <> ''::text))
  constraint person_employee_id_key UNIQUE (workspace_id, employee_id)
  constraint person_listing CHECK ((listing = ANY (ARRAY['listed'::text, 'dropped'::text, 'kept'::text])))
  constraint person_pkey PRIMARY KEY (workspace_id, id)
  constraint person_unlisted_when CHECK ((((listing = 'listed'::text) = (unlisted_to IS NULL)) AND ((unlisted_from IS NULL) OR (unlisted_to IS NOT NULL))))
  CREATE INDEX person_email_key ON public.person USING btree (workspace_id, email_key)
  CREATE INDEX person_loose_address ON public.person USING btree (workspace_id, loose_local_part(email_key))
  CREATE INDEX person_name_key ON public.person USING btree (workspace_id, name_key(display_name))
  CREATE INDEX person_unlisted ON public.person USING btree (workspace_id, listing, employee_id) WHERE (listing <> 'listed'::text)
  CREATE TRIGGER note_inserted_person AFTER INSERT ON public.person REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION note_reconciliation_change('person', 'select workspace_id, id from changed')
  CREATE TRIGGER note_updated_person AFTER UPDATE ON public.person REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION note_reconciliation_change('person', 'select workspace_id, id from changed')
  CREATE TRIGGER person_of_workspace AFTER INSERT ON public.person REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION require_workspace_of_people()
  grant insert, select to rollcall_server

table policy
  workspace_id uuid not null
  id uuid not null
  version integer not null
  sla_hours integer
  effective_from timestamp(3) with time zone not null
  created_by text not null
  superseded_at timestamp(3) with time zone
  record_id uuid not null
  business_days integer
  preset text
  privileged_sla_hours integer
  privileged_roles text[] not null default '{}'::text[]
  holidays date[] not null default '{}'::date[]
  sites jsonb not null default '[]'::jsonb
  constraint policy_business_days_check CHECK ((business_days > 0))
  constraint policy_holidays_of_days CHECK (((cardinality(holidays) = 0) OR (business_days IS NOT NULL)))
  constraint policy_one_clock CHECK ((num_nonnulls(sla_hours, business_days) = 1))
  constraint policy_pkey PRIMARY KEY (workspace_id, id)
  constraint policy_privileged_sla_hours_check CHECK ((privileged_sla_hours >= 0))
  constraint policy_privileged_whole CHECK (((privileged_sla_hours IS NULL) = (cardinality(privileged_roles) = 0)))
  constraint policy_sites_listed CHECK ((jsonb_typeof(sites) = 'array'::text))
  constraint policy_sla_hours_check CHECK ((sla_hours >= 0))
  constraint policy_version_check CHECK ((version > 0))
  constraint policy_version_key UNIQUE (workspace_id, version)
  constraint policy_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspace(workspace_id)
  CREATE UNIQUE INDEX policy_in_force ON public.policy USING btree (workspace_id) WHERE (superseded_at IS NULL)
  grant insert, select to rollcall_server

table reconciliation_change
  workspace_id uuid not null
  txid xid8 not null default pg_current_xact_id()
  kind text not null
  id uuid not null
  constraint reconciliation_change_kind_check CHECK ((kind = ANY (ARRAY['person'::text, 'account'::text])))
  constraint reconciliation_change_pkey PRIMARY KEY (workspace_id, txid, kind, id)
  grant delete, insert, select to rollcall_server

table reconciliation_horizon
  workspace_id uuid not null
  txid xid8 not null
  common_digest text not null
  constraint reconciliation_horizon_pkey PRIMARY KEY (workspace_id)
  constraint reconciliation_horizon_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspace(workspace_id)
  grant insert, select, update to rollcall_server

table reconciliation_run
  workspace_id uuid not null
  id uuid not null
  as_of timestamp(3) with time zone not null
  started_by text not null
  counts jsonb not null
  population jsonb not null
  opened integer not null
  changed integer not null
  closed integer not null
  ord integer
  recorded_at timestamp(3) with time zone
  time_zone text
  rules integer
  constraint reconciliation_run_counted CHECK (((ord IS NULL) = (recorded_at IS NULL)))
  constraint reconciliation_run_pkey PRIMARY KEY (workspace_id, id)
  constraint reconciliation_run_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspace(workspace_id)
  CREATE UNIQUE INDEX reconciliation_run_ord ON public.reconciliation_run USING btree (workspace_id, ord) WHERE (ord IS NOT NULL)
  CREATE INDEX reconciliation_run_recorded ON public.reconciliation_run USING btree (workspace_id, recorded_at, ord) WHERE (ord IS NOT NULL)
  CREATE INDEX reconciliation_run_time ON public.reconciliation_run USING btree (workspace_id, as_of)
  grant insert, select to rollcall_server

table report
  workspace_id uuid not null
  id uuid not null
  kind text not null
  period_start timestamp(3) with time zone not null
  period_end timestamp(3) with time zone not null
  as_of timestamp(3) with time zone not null
  conclusion text not null
  totals jsonb not null
  effects jsonb not null
  manifest_sha256 bytea not null
  seal_record_id uuid not null
  checkpoint_size bigint
  created_at timestamp(3) with time zone not null
  created_by text not null
  version integer not null default 1
  supersedes uuid
  purged_at timestamp(3) with time zone
  purged_months smallint
  purge_record_id uuid
  constraint report_check CHECK ((period_end > period_start))
  constraint report_checkpoint_size_check CHECK ((checkpoint_size > 0))
  constraint report_conclusion_check CHECK (((conclusion = ANY (ARRAY['FAIL'::text, 'INSUFFICIENT'::text])) OR (conclusion =
CASE kind
    WHEN 'FINAL'::text THEN 'PASS'::text
    ELSE 'PENDING'::text
END)))
  constraint report_kind_check CHECK ((kind = ANY (ARRAY['INTERIM'::text, 'FINAL'::text])))
  constraint report_manifest_sha256_check CHECK ((octet_length(manifest_sha256) = 32))
  constraint report_pkey PRIMARY KEY (workspace_id, id)
  constraint report_purged_record FOREIGN KEY (workspace_id, purge_record_id) REFERENCES ledger_record(workspace_id, id)
  constraint report_purged_whole CHECK ((num_nonnulls(purged_at, purged_months, purge_record_id) = ANY (ARRAY[0, 3])))
  constraint report_supersedes CHECK (((supersedes IS NULL) = (version = 1)))
  constraint report_supersedes_fkey FOREIGN KEY (workspace_id, supersedes) REFERENCES report(workspace_id, id)
  constraint report_version_check CHECK ((version > 0))
  constraint report_workspace_id_seal_record_id_fkey FOREIGN KEY (workspace_id, seal_record_id) REFERENCES ledger_record(workspace_id, id)
  CREATE UNIQUE INDEX report_final_period ON public.report USING btree (workspace_id, period_start, period_end, version) WHERE (kind = 'FINAL'::text)
  CREATE UNIQUE INDEX report_superseded ON public.report USING btree (workspace_id, supersedes) WHERE (supersedes IS NOT NULL)
  CREATE INDEX report_time ON public.report USING btree (workspace_id, created_at DESC)
  CREATE TRIGGER report_keep BEFORE DELETE ON public.report FOR EACH ROW EXECUTE FUNCTION ledger_refuse_change()
  CREATE TRIGGER report_keep_all BEFORE TRUNCATE ON public.report FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change()
  CREATE TRIGGER report_seal BEFORE UPDATE ON public.report FOR EACH ROW EXECUTE FUNCTION report_only_seals()
  grant insert, select to rollcall_server

table report_deposit
  workspace_id uuid not null
  report_id uuid not null
  place text not null
  object_key text not null
  version_id text not null
  retain_until timestamp(3) with time zone not null
  sha256 bytea not null
  bytes bigint not null
  deposited_at timestamp(3) with time zone not null
  record_id uuid not null
  constraint report_deposit_bytes_check CHECK ((bytes > 0))
  constraint report_deposit_pkey PRIMARY KEY (workspace_id, report_id, place)
  constraint report_deposit_sha256_check CHECK ((octet_length(sha256) = 32))
  constraint report_deposit_workspace_id_report_id_fkey FOREIGN KEY (workspace_id, report_id) REFERENCES report(workspace_id, id)
  CREATE TRIGGER report_deposit_append_only BEFORE DELETE OR UPDATE ON public.report_deposit FOR EACH ROW EXECUTE FUNCTION ledger_refuse_change()
  CREATE TRIGGER report_deposit_keep BEFORE TRUNCATE ON public.report_deposit FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change()
  grant insert, select to rollcall_server

table report_deposit_attempt
  workspace_id uuid not null
  report_id uuid not null
  place text not null
  tried_at timestamp(3) with time zone not null
  problem text
  constraint report_deposit_attempt_pkey PRIMARY KEY (workspace_id, report_id, place)
  constraint report_deposit_attempt_workspace_id_report_id_fkey FOREIGN KEY (workspace_id, report_id) REFERENCES report(workspace_id, id)
  grant insert, select to rollcall_server

table report_draft
  workspace_id uuid not null
  id uuid not null
  period_start timestamp(3) with time zone not null
  period_end timestamp(3) with time zone not null
  version integer not null
  supersedes uuid
  created_at timestamp(3) with time zone not null
  created_by text not null
  record_id uuid not null
  document bytea
  summary jsonb
  document_sha256 bytea
  frozen_at timestamp(3) with time zone
  frozen_by text
  freeze_record_id uuid
  ended_at timestamp(3) with time zone
  ended_because text
  end_record_id uuid
  purged_at timestamp(3) with time zone
  constraint report_draft_check CHECK ((period_end > period_start))
  constraint report_draft_document_sha256_check CHECK ((octet_length(document_sha256) = 32))
  constraint report_draft_ended_because_check CHECK ((ended_because = ANY (ARRAY['sealed'::text, 'discarded'::text])))
  constraint report_draft_ended_whole CHECK ((((ended_at IS NULL) = (ended_because IS NULL)) AND ((ended_at IS NULL) = (end_record_id IS NULL))))
  constraint report_draft_frozen_whole CHECK ((((frozen_at IS NULL) = (frozen_by IS NULL)) AND ((frozen_at IS NULL) = (freeze_record_id IS NULL)) AND (((frozen_at IS NULL) OR (purged_at IS NOT NULL)) = (document IS NULL)) AND ((frozen_at IS NULL) = (summary IS NULL)) AND ((frozen_at IS NULL) = (document_sha256 IS NULL))))
  constraint report_draft_pkey PRIMARY KEY (workspace_id, id)
  constraint report_draft_sealed_frozen CHECK (((ended_because <> 'sealed'::text) OR (frozen_at IS NOT NULL)))
  constraint report_draft_version_check CHECK ((version > 0))
  constraint report_draft_workspace_id_supersedes_fkey FOREIGN KEY (workspace_id, supersedes) REFERENCES report(workspace_id, id)
  CREATE UNIQUE INDEX report_draft_open ON public.report_draft USING btree (workspace_id, period_start, period_end) WHERE (ended_at IS NULL)
  CREATE TRIGGER report_draft_frozen BEFORE UPDATE ON public.report_draft FOR EACH ROW EXECUTE FUNCTION report_draft_only_goes_on()
  CREATE TRIGGER report_draft_keep BEFORE DELETE ON public.report_draft FOR EACH ROW EXECUTE FUNCTION ledger_refuse_change()
  CREATE TRIGGER report_draft_keep_all BEFORE TRUNCATE ON public.report_draft FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change()
  grant insert, select to rollcall_server

table report_draft_finding
  workspace_id uuid not null
  draft_id uuid not null
  finding_id uuid not null
  rule text not null
  verdict text not null
  effect text not null
  sentence text not null
  person_id uuid
  constraint report_draft_finding_pkey PRIMARY KEY (workspace_id, draft_id, finding_id)
  constraint report_draft_finding_workspace_id_draft_id_fkey FOREIGN KEY (workspace_id, draft_id) REFERENCES report_draft(workspace_id, id)
  CREATE TRIGGER report_draft_finding_append_only BEFORE DELETE OR UPDATE ON public.report_draft_finding FOR EACH ROW EXECUTE FUNCTION report_response_only_purges()
  CREATE TRIGGER report_draft_finding_keep BEFORE TRUNCATE ON public.report_draft_finding FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change()
  grant delete, insert, select to rollcall_server

table report_file
  workspace_id uuid not null
  report_id uuid not null
  path text not null
  content bytea not null
  constraint report_file_pkey PRIMARY KEY (workspace_id, report_id, path)
  constraint report_file_workspace_id_report_id_fkey FOREIGN KEY (workspace_id, report_id) REFERENCES report(workspace_id, id)
  CREATE TRIGGER report_file_append_only BEFORE DELETE OR UPDATE ON public.report_file FOR EACH ROW EXECUTE FUNCTION report_file_only_purges()
  CREATE TRIGGER report_file_keep BEFORE TRUNCATE ON public.report_file FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change()
  grant delete, insert, select to rollcall_server

table report_response
  workspace_id uuid not null
  draft_id uuid not null
  finding_id uuid not null
  ord bigint not null identity
  response text not null
  responded_at timestamp(3) with time zone not null
  responded_by text not null
  record_id uuid not null
  constraint report_response_pkey PRIMARY KEY (workspace_id, draft_id, finding_id, ord)
  constraint report_response_workspace_id_draft_id_fkey FOREIGN KEY (workspace_id, draft_id) REFERENCES report_draft(workspace_id, id)
  CREATE TRIGGER report_response_append_only BEFORE DELETE OR UPDATE ON public.report_response FOR EACH ROW EXECUTE FUNCTION report_response_only_purges()
  CREATE TRIGGER report_response_keep BEFORE TRUNCATE ON public.report_response FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change()
  grant delete, insert, select to rollcall_server

table report_sample
  workspace_id uuid not null
  id uuid not null
  report_id uuid not null
  seed text not null
  size integer not null
  population_sha256 bytea not null
  drawn uuid[] not null
  drawn_at timestamp(3) with time zone not null
  drawn_by text not null
  record_id uuid not null
  constraint report_sample_pkey PRIMARY KEY (workspace_id, id)
  constraint report_sample_population_sha256_check CHECK ((octet_length(population_sha256) = 32))
  constraint report_sample_size_check CHECK ((size > 0))
  constraint report_sample_workspace_id_report_id_fkey FOREIGN KEY (workspace_id, report_id) REFERENCES report(workspace_id, id)
  CREATE INDEX report_sample_of ON public.report_sample USING btree (workspace_id, report_id, id)
  CREATE TRIGGER report_sample_append_only BEFORE DELETE OR UPDATE ON public.report_sample FOR EACH ROW EXECUTE FUNCTION ledger_refuse_change()
  CREATE TRIGGER report_sample_keep BEFORE TRUNCATE ON public.report_sample FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change()
  grant insert, select to rollcall_server

table role
  workspace_id uuid not null
  id text not null
  name text not null
  rank integer not null
  created_at timestamp(3) with time zone not null
  retired_at timestamp(3) with time zone
  directory_may_grant boolean not null default true
  constraint role_id_check CHECK ((id <> ''::text))
  constraint role_owner_out_of_reach CHECK (((lower(id) <> 'owner'::text) OR (NOT directory_may_grant)))
  constraint role_pkey PRIMARY KEY (workspace_id, id)
  constraint role_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspace(workspace_id)
  grant insert, select to rollcall_server

table role_drift
  workspace_id uuid not null
  person_id uuid not null
  since timestamp(3) with time zone not null
  scim_user_id uuid not null
  constraint role_drift_pkey PRIMARY KEY (workspace_id, person_id, scim_user_id)
  constraint role_drift_workspace_id_person_id_fkey FOREIGN KEY (workspace_id, person_id) REFERENCES person(workspace_id, id)
  constraint role_drift_workspace_id_scim_user_id_fkey FOREIGN KEY (workspace_id, scim_user_id) REFERENCES scim_user(workspace_id, id)
  grant delete, insert, select to rollcall_server

table roster_held_end
  workspace_id uuid not null
  import_id uuid not null
  person_id uuid not null
  because text not null
  end_date date
  last_day date
  line integer
  constraint roster_held_end_because_check CHECK ((because = ANY (ARRAY['stated'::text, 'omitted'::text])))
  constraint roster_held_end_pkey PRIMARY KEY (workspace_id, import_id, person_id)
  constraint roster_held_end_stated CHECK ((((because = 'stated'::text) = (line IS NOT NULL)) AND ((because = 'stated'::text) = (COALESCE(last_day, end_date) IS NOT NULL))))
  constraint roster_held_end_workspace_id_import_id_fkey FOREIGN KEY (workspace_id, import_id) REFERENCES roster_held_import(workspace_id, id) DEFERRABLE INITIALLY DEFERRED
  constraint roster_held_end_workspace_id_person_id_fkey FOREIGN KEY (workspace_id, person_id) REFERENCES person(workspace_id, id)
  grant insert, select to rollcall_server

table roster_held_import
  workspace_id uuid not null
  id uuid not null
  held_at timestamp(3) with time zone not null
  imported_by text not null
  requested_by text not null
  source text not null
  full_roster boolean not null
  partial boolean not null
  allow_rejected boolean not null
  mapping jsonb not null
  file_sha256 bytea not null
  file_bytes integer not null
  sealed_file bytea
  counts jsonb not null
  ends integer not null
  employed integer not null
  most integer not null
  expires_at timestamp(3) with time zone not null
  record_id uuid not null
  state text not null default 'held'::text
  decided_at timestamp(3) with time zone
  decided_by text
  decision_record_id uuid
  else_unchanged boolean not null default false
  file_erased_at timestamp(3) with time zone
  mapping_record_id uuid
  constraint roster_held_import_decided_whole CHECK ((((state = 'held'::text) = (decided_at IS NULL)) AND ((decided_at IS NULL) = (decided_by IS NULL)) AND ((decided_at IS NULL) = (decision_record_id IS NULL))))
  constraint roster_held_import_expires CHECK ((expires_at > held_at))
  constraint roster_held_import_file_sha256_check CHECK ((octet_length(file_sha256) = 32))
  constraint roster_held_import_four_eyes CHECK (((state <> 'released'::text) OR (ends <= most) OR (decided_by <> requested_by)))
  constraint roster_held_import_pkey PRIMARY KEY (workspace_id, id)
  constraint roster_held_import_sealed CHECK ((((sealed_file IS NULL) = ((state = 'released'::text) OR (file_erased_at IS NOT NULL))) AND ((file_erased_at IS NULL) OR (state <> ALL (ARRAY['held'::text, 'released'::text])))))
  constraint roster_held_import_source_check CHECK ((source = ANY (ARRAY['file'::text, 'push'::text, 'pull'::text])))
  constraint roster_held_import_state_check CHECK ((state = ANY (ARRAY['held'::text, 'released'::text, 'rejected'::text, 'superseded'::text, 'expired'::text])))
  constraint roster_held_import_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspace(workspace_id)
  CREATE UNIQUE INDEX roster_held_import_present ON public.roster_held_import USING btree (workspace_id) WHERE (state = 'held'::text)
  grant insert, select to rollcall_server

table roster_held_rejected_row
  workspace_id uuid not null
  import_id uuid not null
  ordinal integer not null
  line integer not null
  column_name text not null
  reason text not null
  employee_id text
  constraint roster_held_rejected_row_pkey PRIMARY KEY (workspace_id, import_id, ordinal)
  constraint roster_held_rejected_row_workspace_id_import_id_fkey FOREIGN KEY (workspace_id, import_id) REFERENCES roster_held_import(workspace_id, id) DEFERRABLE INITIALLY DEFERRED
  grant insert, select to rollcall_server

table roster_import
  workspace_id uuid not null
  id uuid not null
  imported_at timestamp(3) with time zone not null
  imported_by text not null
  file_sha256 bytea not null
  file_bytes integer not null
  sealed_file bytea
  full_roster boolean not null
  row_count integer not null
  added integer not null
  changed integer not null
  ended integer not null
  rehired integer not null
  unchanged integer not null
  rejected integer not null
  record_id uuid not null
  mapping jsonb not null default '{}'::jsonb
  source text not null default 'file'::text
  partial boolean not null default false
  dropped integer not null default 0
  received_at timestamp(3) with time zone
  file_erased_at timestamp(3) with time zone
  else_unchanged boolean not null default false
  mapping_record_id uuid
  file_format jsonb
  constraint roster_import_else_unchanged CHECK ((partial OR (NOT else_unchanged)))
  constraint roster_import_file_erased CHECK (((sealed_file IS NULL) = (file_erased_at IS NOT NULL)))
  constraint roster_import_file_sha256_check CHECK ((octet_length(file_sha256) = 32))
  constraint roster_import_pkey PRIMARY KEY (workspace_id, id)
  constraint roster_import_source CHECK ((source = ANY (ARRAY['file'::text, 'push'::text, 'pull'::text])))
  constraint roster_import_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspace(workspace_id)
  CREATE INDEX roster_import_time ON public.roster_import USING btree (workspace_id, imported_at)
  grant insert, select to rollcall_server

table roster_import_reference
  workspace_id uuid not null
  import_id uuid not null
  constraint roster_import_reference_pkey PRIMARY KEY (workspace_id, import_id)
  constraint roster_import_reference_workspace_id_import_id_fkey FOREIGN KEY (workspace_id, import_id) REFERENCES roster_import(workspace_id, id) DEFERRABLE INITIALLY DEFERRED
  grant insert, select to rollcall_server

table roster_mapping
  workspace_id uuid not null
  id uuid not null
  set_at timestamp(3) with time zone not null
  set_by text not null
  mapping jsonb not null
  record_id uuid not null
  constraint roster_mapping_pkey PRIMARY KEY (workspace_id, id)
  constraint roster_mapping_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspace(workspace_id)
  grant insert, select to rollcall_server

table roster_rejected_row
  workspace_id uuid not null
  import_id uuid not null
  ordinal integer not null
  line integer
  column_name text
  reason text not null
  employee_id text
  taken_at timestamp(3) with time zone
  taken_by uuid
  address_sha256 bytea
  start_date date
  constraint roster_rejected_row_pkey PRIMARY KEY (workspace_id, import_id, ordinal)
  constraint roster_rejected_row_taken CHECK (((taken_at IS NULL) = (taken_by IS NULL)))
  constraint roster_rejected_row_workspace_id_import_id_fkey FOREIGN KEY (workspace_id, import_id) REFERENCES roster_import(workspace_id, id) DEFERRABLE INITIALLY DEFERRED
  constraint roster_rejected_row_workspace_id_taken_by_fkey FOREIGN KEY (workspace_id, taken_by) REFERENCES roster_import(workspace_id, id) DEFERRABLE INITIALLY DEFERRED
  CREATE INDEX roster_rejected_row_open ON public.roster_rejected_row USING btree (workspace_id, employee_id) WHERE (taken_at IS NULL)
  grant insert, select to rollcall_server

table roster_source
  workspace_id uuid not null
  address text not null
  sealed bytea not null
  every_hours smallint not null
  full_roster boolean not null
  set_at timestamp(3) with time zone not null
  set_by text not null
  next_at timestamp(3) with time zone not null
  last_tried_at timestamp(3) with time zone
  last_succeeded_at timestamp(3) with time zone
  last_problem text
  allow_rejected boolean not null default false
  last_import_id uuid
  constraint roster_source_address_check CHECK ((address ~ '^https?://'::text))
  constraint roster_source_every_hours_check CHECK (((every_hours >= 1) AND (every_hours <= 168)))
  constraint roster_source_pkey PRIMARY KEY (workspace_id)
  constraint roster_source_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspace(workspace_id)
  CREATE INDEX roster_source_due ON public.roster_source USING btree (workspace_id, next_at)
  grant delete, insert, select to rollcall_server

table roster_stage
  workspace_id uuid not null
  import_id uuid not null
  employee_id text not null
  line integer not null
  row jsonb not null
  constraint roster_stage_pkey PRIMARY KEY (workspace_id, import_id, employee_id, line)
  grant delete, insert, select to rollcall_server

table roster_stage_file
  workspace_id uuid not null
  import_id uuid not null
  piece integer not null
  bytes bytea not null
  constraint roster_stage_file_pkey PRIMARY KEY (workspace_id, import_id, piece)
  grant delete, insert, select to rollcall_server

table roster_stage_omission
  workspace_id uuid not null
  import_id uuid not null
  person_id uuid not null
  period_id uuid not null
  start_date date not null
  end_date date
  last_day date
  named_until timestamp(3) with time zone
  is_withdrawn boolean not null
  listing text
  constraint roster_stage_omission_pkey PRIMARY KEY (workspace_id, import_id, person_id, period_id)
  grant delete, insert, select to rollcall_server

table schema_migration
  name text not null
  sha256 text not null
  applied_at timestamp with time zone not null default clock_timestamp()
  constraint schema_migration_pkey PRIMARY KEY (name)
  grant select to rollcall_server

table scim_access_token
  workspace_id uuid not null
  token_hash bytea not null
  credential_id uuid not null
  issued_at timestamp(3) with time zone not null
  expires_at timestamp(3) with time zone not null
  constraint scim_access_token_pkey PRIMARY KEY (workspace_id, token_hash)
  constraint scim_access_token_token_hash_check CHECK ((octet_length(token_hash) = 32))
  constraint scim_access_token_workspace_id_credential_id_fkey FOREIGN KEY (workspace_id, credential_id) REFERENCES scim_credential(workspace_id, id)
  CREATE INDEX scim_access_token_credential ON public.scim_access_token USING btree (workspace_id, credential_id, issued_at)
  grant delete, insert, select to rollcall_server

table scim_assertion
  workspace_id uuid not null
  credential_id uuid not null
  assertion_hash bytea not null
  used_at timestamp(3) with time zone not null
  expires_at timestamp(3) with time zone not null
  constraint scim_assertion_assertion_hash_check CHECK ((octet_length(assertion_hash) = 32))
  constraint scim_assertion_pkey PRIMARY KEY (workspace_id, credential_id, assertion_hash)
  constraint scim_assertion_workspace_id_credential_id_fkey FOREIGN KEY (workspace_id, credential_id) REFERENCES scim_credential(workspace_id, id)
  CREATE INDEX scim_assertion_expiry ON public.scim_assertion USING btree (workspace_id, credential_id, expires_at)
  grant delete, insert, select to rollcall_server

table scim_credential
  workspace_id uuid not null
  id uuid not null
  label text not null
  token_hash bytea
  created_at timestamp(3) with time zone not null
  created_by text not null
  expires_at timestamp(3) with time zone
  revoked_at timestamp(3) with time zone
  kind text not null default 'bearer'::text
  mode text not null default 'entra'::text
  hint text
  client_id uuid
  token_life_s integer
  cloud text
  tenant_id uuid
  issuer text
  subject text
  audiences text[]
  caller_app_id uuid
  caller_object_id uuid
  seen_app_id uuid
  seen_object_id uuid
  seen_at timestamp(3) with time zone
  last_used_at timestamp(3) with time zone
  expiry_warned_at timestamp(3) with time zone
  constraint scim_credential_audiences_check CHECK ((cardinality(audiences) > 0))
  constraint scim_credential_caller CHECK ((((caller_app_id IS NULL) = (caller_object_id IS NULL)) AND ((caller_app_id IS NULL) OR (kind = 'entra-jwt'::text))))
  constraint scim_credential_client CHECK (((kind = ANY (ARRAY['oauth-client'::text, 'workload-identity'::text])) = ((client_id IS NOT NULL) AND (token_life_s IS NOT NULL))))
  constraint scim_credential_cloud_check CHECK ((cloud = ANY (ARRAY['commercial'::text, 'us-government-l4'::text, 'us-government-l5'::text])))
  constraint scim_credential_kind_check CHECK ((kind = ANY (ARRAY['bearer'::text, 'oauth-client'::text, 'workload-identity'::text, 'entra-jwt'::text])))
  constraint scim_credential_mode_check CHECK ((mode = ANY (ARRAY['entra'::text, 'strict'::text])))
  constraint scim_credential_pkey PRIMARY KEY (workspace_id, id)
  constraint scim_credential_secret CHECK (((kind = ANY (ARRAY['bearer'::text, 'oauth-client'::text])) = (token_hash IS NOT NULL)))
  constraint scim_credential_seen CHECK ((((seen_app_id IS NULL) = (seen_at IS NULL)) AND ((seen_object_id IS NULL) = (seen_at IS NULL)) AND ((seen_at IS NULL) OR (kind = 'entra-jwt'::text))))
  constraint scim_credential_subject CHECK (((kind = 'workload-identity'::text) = (subject IS NOT NULL)))
  constraint scim_credential_tenant CHECK (((kind = ANY (ARRAY['workload-identity'::text, 'entra-jwt'::text])) = ((cloud IS NOT NULL) AND (tenant_id IS NOT NULL) AND (issuer IS NOT NULL) AND (audiences IS NOT NULL))))
  constraint scim_credential_token_key UNIQUE (workspace_id, token_hash)
  constraint scim_credential_token_life_s_check CHECK (((token_life_s >= 3600) AND (token_life_s <= 21600)))
  constraint scim_credential_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspace(workspace_id)
  CREATE INDEX scim_credential_client_secrets ON public.scim_credential USING btree (workspace_id, client_id) WHERE (client_id IS NOT NULL)
  CREATE UNIQUE INDEX scim_credential_enrolment ON public.scim_credential USING btree (workspace_id, tenant_id) WHERE ((kind = 'entra-jwt'::text) AND (revoked_at IS NULL))
  CREATE INDEX scim_credential_tenant_anywhere ON public.scim_credential USING btree (tenant_id) WHERE ((kind = 'entra-jwt'::text) AND (revoked_at IS NULL))
  grant insert, select to rollcall_server

table scim_exchange
  workspace_id uuid not null
  id uuid not null
  at timestamp(3) with time zone not null
  credential_id uuid not null
  request_id uuid not null
  method text not null
  path text not null
  status integer not null
  scim_type text
  detail text
  tolerated jsonb not null
  ignored jsonb not null
  user_id uuid
  body_sha256 bytea
  group_id uuid
  canonical jsonb not null default '[]'::jsonb
  effect jsonb
  constraint scim_exchange_pkey PRIMARY KEY (workspace_id, id)
  CREATE INDEX scim_exchange_group ON public.scim_exchange USING btree (workspace_id, group_id, id) WHERE (group_id IS NOT NULL)
  CREATE INDEX scim_exchange_odd ON public.scim_exchange USING btree (workspace_id, id) WHERE ((status >= 400) OR (tolerated <> '[]'::jsonb) OR (ignored <> '[]'::jsonb))
  CREATE INDEX scim_exchange_refused ON public.scim_exchange USING btree (workspace_id, ((status / 100)), id) WHERE (status >= 400)
  CREATE INDEX scim_exchange_user ON public.scim_exchange USING btree (workspace_id, user_id, id) WHERE (user_id IS NOT NULL)
  grant delete, insert, select to rollcall_server

table scim_exchange_minute
  workspace_id uuid not null
  minute timestamp(3) with time zone not null
  method text not null
  resource_type text not null
  status_class text not null
  count bigint not null
  credential_id uuid not null
  is_probe boolean not null
  constraint scim_exchange_minute_pkey PRIMARY KEY (workspace_id, minute, credential_id, method, resource_type, status_class, is_probe)
  grant delete, insert, select, update to rollcall_server

table scim_group
  workspace_id uuid not null
  id uuid not null
  display_name text not null
  display_name_key text not null
  external_id text
  version bigint not null
  created_at timestamp(3) with time zone not null
  last_modified timestamp(3) with time zone not null
  deleted_at timestamp(3) with time zone
  constraint scim_group_pkey PRIMARY KEY (workspace_id, id)
  CREATE INDEX scim_group_display_name ON public.scim_group USING btree (workspace_id, display_name_key)
  CREATE INDEX scim_group_external_id ON public.scim_group USING btree (workspace_id, external_id)
  CREATE INDEX scim_group_last_modified ON public.scim_group USING brin (last_modified)
  grant insert, select, update to rollcall_server

table scim_group_member
  workspace_id uuid not null
  group_id uuid not null
  member_id uuid not null
  added_at timestamp(3) with time zone not null
  constraint scim_group_member_pkey PRIMARY KEY (workspace_id, group_id, member_id)
  CREATE INDEX scim_group_member_of ON public.scim_group_member USING btree (workspace_id, member_id)
  grant delete, insert, select to rollcall_server

table scim_object_id
  workspace_id uuid
  scim_user_id uuid
  tenant_id uuid
  object_id uuid
  grant select to rollcall_server

table scim_past_role
  workspace_id uuid not null
  scim_user_id uuid not null
  version bigint not null
  role_claims jsonb not null
  until timestamp(3) with time zone not null
  constraint scim_past_role_pkey PRIMARY KEY (workspace_id, scim_user_id, version)
  grant insert, select to rollcall_server

table scim_switch
  workspace_id uuid not null
  state text not null default 'off'::text
  sso_connection_id uuid
  changed_at timestamp(3) with time zone not null
  changed_by text not null
  preview_digest bytea
  constraint scim_switch_on_names_its_sso CHECK (((state = 'off'::text) OR (sso_connection_id IS NOT NULL)))
  constraint scim_switch_pkey PRIMARY KEY (workspace_id)
  constraint scim_switch_sso_connection FOREIGN KEY (workspace_id, sso_connection_id) REFERENCES sso_connection(workspace_id, id)
  constraint scim_switch_state_check CHECK ((state = ANY (ARRAY['off'::text, 'on'::text])))
  constraint scim_switch_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspace(workspace_id)
  CREATE CONSTRAINT TRIGGER scim_switch_gate AFTER INSERT OR UPDATE ON public.scim_switch NOT DEFERRABLE INITIALLY IMMEDIATE FOR EACH ROW WHEN ((new.state = 'on'::text)) EXECUTE FUNCTION guard_scim_switch()
  grant insert, select to rollcall_server

table scim_user
  workspace_id uuid not null
  id uuid not null
  user_name text not null
  user_name_key text not null
  external_id text
  display_name text
  email_keys text[] not null
  employee_number text
  active boolean not null
  version bigint not null
  created_at timestamp(3) with time zone not null
  last_modified timestamp(3) with time zone not null
  deleted_at timestamp(3) with time zone
  resource jsonb not null
  role_claims jsonb not null default '[]'::jsonb
  constraint scim_user_pkey PRIMARY KEY (workspace_id, id) INCLUDE (deleted_at)
  CREATE INDEX scim_user_deleted_external_id ON public.scim_user USING btree (workspace_id, external_id) WHERE (deleted_at IS NOT NULL)
  CREATE INDEX scim_user_deleted_name ON public.scim_user USING btree (workspace_id, user_name_key) WHERE (deleted_at IS NOT NULL)
  CREATE INDEX scim_user_display_name ON public.scim_user USING btree (workspace_id, lower(display_name))
  CREATE INDEX scim_user_email_keys ON public.scim_user USING gin (email_keys) WITH (fastupdate=off)
  CREATE INDEX scim_user_employee_number ON public.scim_user USING btree (workspace_id, btrim(employee_number)) WHERE (employee_number IS NOT NULL)
  CREATE INDEX scim_user_external_id ON public.scim_user USING btree (workspace_id, external_id)
  CREATE INDEX scim_user_last_modified ON public.scim_user USING brin (last_modified)
  CREATE UNIQUE INDEX scim_user_name_key ON public.scim_user USING btree (workspace_id, user_name_key) WHERE (deleted_at IS NULL)
  CREATE INDEX scim_user_unfolded_external_id ON public.scim_user USING btree (workspace_id, lower(external_id)) WHERE (external_id <> lower(external_id))
  grant insert, select, update to rollcall_server

table scim_user_state
  workspace_id uuid not null
  scim_user_id uuid not null
  version bigint not null
  active boolean not null
  deleted boolean not null
  at timestamp(3) with time zone not null
  record_id uuid
  constraint scim_user_state_pkey PRIMARY KEY (workspace_id, scim_user_id, version)
  grant insert, select to rollcall_server

table scim_user_tally
  workspace_id uuid not null
  id uuid not null
  kind smallint not null
  n integer not null
  constraint scim_user_tally_kind_check CHECK (((kind >= 0) AND (kind <= 2)))
  constraint scim_user_tally_pkey PRIMARY KEY (workspace_id, id, kind)
  grant delete, insert, select, update to rollcall_server

table session
  workspace_id uuid not null
  id uuid not null
  administrator_id uuid
  token_hash bytea not null
  created_at timestamp(3) with time zone not null
  expires_at timestamp(3) with time zone not null
  ended_at timestamp(3) with time zone
  tenant_id uuid
  object_id uuid
  constraint session_has_one_holder CHECK ((((administrator_id IS NULL) = (object_id IS NOT NULL)) AND ((tenant_id IS NULL) = (object_id IS NULL))))
  constraint session_pkey PRIMARY KEY (workspace_id, id)
  constraint session_token_hash_check CHECK ((octet_length(token_hash) = 32))
  constraint session_token_unique UNIQUE (workspace_id, token_hash)
  constraint session_workspace_id_administrator_id_fkey FOREIGN KEY (workspace_id, administrator_id) REFERENCES administrator(workspace_id, id)
  constraint session_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspace(workspace_id)
  CREATE INDEX session_administrator ON public.session USING btree (workspace_id, administrator_id)
  CREATE INDEX session_person ON public.session USING btree (workspace_id, object_id) WHERE (object_id IS NOT NULL)
  grant insert, select to rollcall_server

table sso_assertion
  workspace_id uuid not null
  assertion_hash bytea not null
  used_at timestamp(3) with time zone not null
  expires_at timestamp(3) with time zone not null
  constraint sso_assertion_assertion_hash_check CHECK ((octet_length(assertion_hash) = 32))
  constraint sso_assertion_pkey PRIMARY KEY (workspace_id, assertion_hash)
  CREATE INDEX sso_assertion_expiry ON public.sso_assertion USING btree (workspace_id, expires_at)
  grant delete, insert, select to rollcall_server

table sso_attempt
  workspace_id uuid not null
  state_hash bytea not null
  used_at timestamp(3) with time zone not null
  expires_at timestamp(3) with time zone not null
  constraint sso_attempt_pkey PRIMARY KEY (workspace_id, state_hash)
  constraint sso_attempt_state_hash_check CHECK ((octet_length(state_hash) = 32))
  CREATE INDEX sso_attempt_expiry ON public.sso_attempt USING btree (workspace_id, expires_at)
  grant delete, insert, select to rollcall_server

table sso_certificate
  workspace_id uuid not null
  connection_id uuid not null
  position smallint not null
  der bytea not null
  expires_at timestamp(3) with time zone not null
  expiry_warned_days smallint
  constraint sso_certificate_expiry_warned_days_check CHECK ((expiry_warned_days >= 0))
  constraint sso_certificate_pkey PRIMARY KEY (workspace_id, connection_id, "position")
  constraint sso_certificate_position_check CHECK (("position" > 0))
  constraint sso_certificate_workspace_id_connection_id_fkey FOREIGN KEY (workspace_id, connection_id) REFERENCES sso_connection(workspace_id, id)
  grant insert, select to rollcall_server

table sso_connection
  workspace_id uuid not null
  id uuid not null
  protocol text not null
  tenant_id uuid not null
  client_id text not null
  issuer text not null
  client_secret_sealed bytea
  fingerprint bytea not null
  state text not null default 'candidate'::text
  created_at timestamp(3) with time zone not null
  created_by text not null
  verification_open_until timestamp(3) with time zone
  activated_at timestamp(3) with time zone
  retired_at timestamp(3) with time zone
  client_secret_expires_at timestamp(3) with time zone
  expiry_warned_days smallint
  sso_url text
  constraint sso_connection_expiry_warned_days_check CHECK ((expiry_warned_days >= 0))
  constraint sso_connection_fingerprint_check CHECK ((octet_length(fingerprint) = 32))
  constraint sso_connection_oidc_has_secret CHECK (((protocol = 'oidc'::text) = (client_secret_sealed IS NOT NULL)))
  constraint sso_connection_oidc_secret_ends CHECK (((protocol = 'oidc'::text) OR (client_secret_expires_at IS NULL)))
  constraint sso_connection_pkey PRIMARY KEY (workspace_id, id)
  constraint sso_connection_protocol CHECK ((protocol = ANY (ARRAY['oidc'::text, 'saml'::text])))
  constraint sso_connection_saml_has_address CHECK (((protocol = 'saml'::text) = (sso_url IS NOT NULL)))
  constraint sso_connection_state_check CHECK ((state = ANY (ARRAY['candidate'::text, 'active'::text, 'retired'::text])))
  constraint sso_connection_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspace(workspace_id)
  CREATE UNIQUE INDEX sso_connection_one_active ON public.sso_connection USING btree (workspace_id) WHERE (state = 'active'::text)
  CREATE INDEX sso_connection_tenant_anywhere ON public.sso_connection USING btree (tenant_id) WHERE (state = 'active'::text)
  CREATE TRIGGER sso_connection_immutable BEFORE UPDATE ON public.sso_connection FOR EACH ROW EXECUTE FUNCTION sso_connection_keep_configuration()
  CREATE CONSTRAINT TRIGGER sso_connection_in_use AFTER DELETE OR UPDATE OF state ON public.sso_connection DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN ((old.state = 'active'::text)) EXECUTE FUNCTION guard_sso_in_use()
  grant select to rollcall_server

table sso_verification
  workspace_id uuid not null
  id uuid not null
  connection_id uuid not null
  fingerprint bytea not null
  administrator_id uuid not null
  tenant_id uuid not null
  object_id uuid not null
  issuer text not null
  verified_at timestamp(3) with time zone not null
  constraint sso_verification_fingerprint_check CHECK ((octet_length(fingerprint) = 32))
  constraint sso_verification_pkey PRIMARY KEY (workspace_id, id)
  constraint sso_verification_workspace_id_administrator_id_fkey FOREIGN KEY (workspace_id, administrator_id) REFERENCES administrator(workspace_id, id)
  constraint sso_verification_workspace_id_connection_id_fkey FOREIGN KEY (workspace_id, connection_id) REFERENCES sso_connection(workspace_id, id)
  CREATE INDEX sso_verification_connection ON public.sso_verification USING btree (workspace_id, connection_id, fingerprint, verified_at DESC)
  CREATE TRIGGER sso_verification_append_only BEFORE DELETE OR UPDATE ON public.sso_verification FOR EACH ROW EXECUTE FUNCTION sso_verification_refuse_change()
  CREATE CONSTRAINT TRIGGER sso_verification_fits AFTER INSERT ON public.sso_verification DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION guard_sso_verification()
  grant insert, select to rollcall_server

table unmatched_account
  workspace_id uuid not null
  account_id uuid not null
  system text not null
  constraint unmatched_account_pkey PRIMARY KEY (workspace_id, account_id)
  constraint unmatched_account_system_check CHECK ((system = ANY (ARRAY['directory'::text, 'scim'::text])))
  constraint unmatched_account_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspace(workspace_id)
  grant delete, insert, select to rollcall_server

table webhook
  workspace_id uuid not null
  id uuid not null
  origin text not null
  sealed_url bytea not null
  state text not null default 'active'::text
  created_at timestamp(3) with time zone not null
  created_by text not null
  failing_since timestamp(3) with time zone
  last_success_at timestamp(3) with time zone
  ended_at timestamp(3) with time zone
  told_after timestamp(3) with time zone
  constraint webhook_ended CHECK (((state = 'active'::text) = (ended_at IS NULL)))
  constraint webhook_origin_check CHECK ((origin ~ '^https?://[^/]+$'::text))
  constraint webhook_pkey PRIMARY KEY (workspace_id, id)
  constraint webhook_state_check CHECK ((state = ANY (ARRAY['active'::text, 'disabled'::text, 'removed'::text])))
  constraint webhook_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspace(workspace_id)
  CREATE INDEX webhook_active ON public.webhook USING btree (workspace_id) WHERE (state = 'active'::text)
  grant insert, select to rollcall_server

table webhook_delivery
  workspace_id uuid not null
  id uuid not null
  webhook_id uuid not null
  event_id uuid not null
  state text not null default 'pending'::text
  attempts integer not null default 0
  created_at timestamp(3) with time zone not null
  next_at timestamp(3) with time zone not null
  last_at timestamp(3) with time zone
  last_status integer
  last_problem text
  last_detail text
  constraint webhook_delivery_last_problem_check CHECK ((last_problem = ANY (ARRAY['answered'::text, 'timeout'::text, 'unreachable'::text, 'refused'::text])))
  constraint webhook_delivery_pkey PRIMARY KEY (workspace_id, id)
  constraint webhook_delivery_state_check CHECK ((state = ANY (ARRAY['pending'::text, 'delivered'::text, 'failed'::text])))
  constraint webhook_delivery_workspace_id_event_id_fkey FOREIGN KEY (workspace_id, event_id) REFERENCES notification_event(workspace_id, id)
  constraint webhook_delivery_workspace_id_webhook_id_fkey FOREIGN KEY (workspace_id, webhook_id) REFERENCES webhook(workspace_id, id)
  CREATE INDEX webhook_delivery_due ON public.webhook_delivery USING btree (workspace_id, webhook_id, next_at) WHERE (state = 'pending'::text)
  CREATE UNIQUE INDEX webhook_delivery_once ON public.webhook_delivery USING btree (workspace_id, webhook_id, event_id)
  grant insert, select to rollcall_server

table webhook_secret
  workspace_id uuid not null
  id uuid not null
  webhook_id uuid not null
  sealed_secret bytea not null
  created_at timestamp(3) with time zone not null
  ended_at timestamp(3) with time zone
  constraint webhook_secret_pkey PRIMARY KEY (workspace_id, id)
  constraint webhook_secret_workspace_id_webhook_id_fkey FOREIGN KEY (workspace_id, webhook_id) REFERENCES webhook(workspace_id, id)
  CREATE INDEX webhook_secret_present ON public.webhook_secret USING btree (workspace_id, webhook_id) WHERE (ended_at IS NULL)
  grant insert, select to rollcall_server

table workspace
  workspace_id uuid not null
  slug text not null
  name text not null
  time_zone text not null default 'UTC'::text
  created_at timestamp(3) with time zone not null
  role_sources text[] not null default ARRAY['extension'::text, 'userType'::text, 'roles'::text, 'core'::text]
  grace_days smallint not null default 7
  sso_verification_days smallint not null default 90
  owner_drill_days smallint not null default 90
  constraint workspace_grace_days CHECK (((grace_days >= 0) AND (grace_days <= 30)))
  constraint workspace_name_check CHECK ((name <> ''::text))
  constraint workspace_owner_drill_days CHECK (((owner_drill_days >= 1) AND (owner_drill_days <= 365)))
  constraint workspace_pkey PRIMARY KEY (workspace_id)
  constraint workspace_role_sources_known CHECK (((cardinality(role_sources) > 0) AND (cardinality(role_sources) = (((((role_sources @> ARRAY['extension'::text]))::integer + ((role_sources @> ARRAY['userType'::text]))::integer) + ((role_sources @> ARRAY['roles'::text]))::integer) + ((role_sources @> ARRAY['core'::text]))::integer))))
  constraint workspace_slug_check CHECK ((slug ~ '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$'::text))
  constraint workspace_slug_unique UNIQUE (slug)
  constraint workspace_sso_verification_days CHECK (((sso_verification_days >= 1) AND (sso_verification_days <= 365)))
  grant insert, select to rollcall_server

CREATE OR REPLACE FUNCTION public.ascii_domain(address text)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE STRICT
AS $function$
  select case
    when strpos(address, '@') = 0 or octet_length(spelled.domain) = length(spelled.domain)
      or spelled.domain ~ '[\u0001-\u002c\u002f\u003a-\u0060\u007b-\u00a0\u00ad\u200b-\u206f\u3002\ufe00-\ufe0f\ufeff\uff0e\uff61]' then address
    else left(address, length(address) - length(spelled.domain)) || (
      select string_agg(case when octet_length(part.label) = length(part.label) then part.label else public.ascii_label(part.label) end, '.' order by part.place)
      from unnest(string_to_array(normalize(spelled.domain, NFKC), '.')) with ordinality as part (label, place)
    )
  end
  from (select substring(address from '[^@]*$') as domain) as spelled
$function$

CREATE OR REPLACE FUNCTION public.ascii_label(label text)
 RETURNS text
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE STRICT
AS $function$
declare
  -- RFC 3492 §6.3, with its names.
  codes integer[] := array(select ascii(letter) from unnest(string_to_array(label, null)) with ordinality as spelled (letter, place) order by place);
  basic text := coalesce((select string_agg(chr(code), '' order by place) from unnest(codes) with ordinality as spelled (code, place) where code < 128), '');
  output text := basic || case when basic = '' then '' else '-' end;
  n integer := 128;
  delta integer := 0;
  bias integer := 72;
  h integer := length(basic);
  m integer;
  c integer;
  q integer;
  k integer;
  t integer;
  digit integer;
begin
  while h < cardinality(codes) loop
    select min(code) into m from unnest(codes) as spelled (code) where code >= n;
    delta := delta + (m - n) * (h + 1);
    n := m;
    foreach c in array codes loop
      if c < n then
        delta := delta + 1;
      elsif c = n then
        q := delta;
        k := 36;
        loop
          t := case when k <= bias then 1 when k >= bias + 26 then 26 else k - bias end;
          digit := case when q < t then q else t + (q - t) % (36 - t) end;
          output := output || chr(case when digit < 26 then 97 + digit else 22 + digit end);
          exit when q < t;
          q := (q - t) / (36 - t);
          k := k + 36;
        end loop;
        delta := case when h = length(basic) then delta / 700 else delta / 2 end;
        delta := delta + delta / (h + 1);
        k := 0;
        while delta > 455 loop
          delta := delta / 35;
          k := k + 36;
        end loop;
        bias := k + 36 * delta / (delta + 38);
        delta := 0;
        h := h + 1;
      end if;
    end loop;
    delta := delta + 1;
    n := n + 1;
  end loop;
  return 'xn--' || output;
end
$function$

CREATE OR REPLACE FUNCTION public.authority_history_refuse_change()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  raise exception '% is append-only', tg_table_name using errcode = '42501';
end
$function$

CREATE OR REPLACE FUNCTION public.decide_role(uuid, jsonb)
 RETURNS TABLE(role_id text, because text, source text, value text, raw text)
 LANGUAGE sql
 STABLE
AS $function$
  select case when claim.because = 'granted' then claim.value when lowest.directory_may_grant then lowest.id end,
    coalesce(claim.because, 'no-role'), claim.source, claim.value, claim.raw
  from workspace
  left join lateral (
    select said.source, said.value, coalesce(said.raw, said.value) as raw,
      case when role.id is null then 'unknown-role' when role.directory_may_grant then 'granted' else 'not-grantable' end as because
    from jsonb_to_recordset($2) as said (source text, value text, raw text)
    left join role on role.workspace_id = workspace.workspace_id and role.id = said.value and role.retired_at is null
    where said.source = any(workspace.role_sources)
      and (role.id is not null or said.source <> 'userType' or workspace.role_sources[1] = 'userType')
    order by role.id is null, array_position(workspace.role_sources, said.source)
    limit 1
  ) as claim on true
  left join lateral (
    select role.id, role.directory_may_grant from role
    where role.workspace_id = workspace.workspace_id and role.retired_at is null
    order by role.rank, role.id
    limit 1
  ) as lowest on claim.because is distinct from 'granted'
  where workspace.workspace_id = $1
$function$

CREATE OR REPLACE FUNCTION public.directory_connection_of_one_kind()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if new.removed_at is not null then
    return new;
  end if;
  perform pg_advisory_xact_lock(hashtextextended('directory_connection_kind ' || new.workspace_id, 0));
  if exists (
    select 1
    from directory_connection as other
    where other.workspace_id = new.workspace_id and other.removed_at is null and other.id <> new.id and other.kind <> new.kind
  ) then
    raise exception 'a workspace has connections of one kind' using errcode = 'exclusion_violation', constraint = 'directory_connection_one_kind';
  end if;
  return new;
end
$function$

CREATE OR REPLACE FUNCTION public.directory_note_domain_aliases()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  insert into directory_domain_alias (workspace_id, domain, alias)
  select distinct written.workspace_id, split_part(one.address, '@', 2), split_part(other.address, '@', 2)
  from written
  cross join lateral unnest(written.address_keys) as one (address)
  join lateral unnest(written.address_keys) as other (address)
    on other.address <> one.address and split_part(other.address, '@', 1) = split_part(one.address, '@', 1)
  where cardinality(written.address_keys) > 1
  order by 1, 2, 3
  on conflict do nothing;
  return null;
end
$function$

CREATE OR REPLACE FUNCTION public.directory_refresh_statistics()
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
begin
  analyze directory_account, directory_observation, directory_group, directory_group_member, directory_app_assignment, directory_listed_account;
end
$function$

CREATE OR REPLACE FUNCTION public.guard_scim_switch()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'public', 'pg_temp'
AS $function$
begin
  perform 1 from sso_connection
    where sso_connection.workspace_id = new.workspace_id
      and sso_connection.id = new.sso_connection_id
      and sso_connection.state = 'active'
    for share;
  if not found then
    raise exception 'the switch cannot be on: its single sign-on connection is not active'
      using errcode = '23514', constraint = 'scim_switch_needs_active_sso', table = 'scim_switch';
  end if;
  perform 1 from sso_verification
    join sso_connection on sso_connection.workspace_id = sso_verification.workspace_id
      and sso_connection.id = sso_verification.connection_id
      and sso_connection.fingerprint = sso_verification.fingerprint
    where sso_verification.workspace_id = new.workspace_id and sso_verification.connection_id = new.sso_connection_id;
  if not found then
    raise exception 'the switch cannot be on: no sign-in has verified the present configuration of single sign-on'
      using errcode = '23514', constraint = 'scim_switch_needs_verified_sso', table = 'scim_switch';
  end if;
  if tg_op = 'UPDATE' and old.state = 'on' then
    return null; -- what follows opens the gate; it need not stay so while the switch is on
  end if;
  perform 1 from scim_credential
    where scim_credential.workspace_id = new.workspace_id and scim_credential.revoked_at is null
      and (scim_credential.expires_at is null or scim_credential.expires_at > new.changed_at)
      and (scim_credential.kind <> 'entra-jwt' or scim_credential.caller_app_id is not null);
  if not found then
    raise exception 'the switch cannot be turned on: there is no live SCIM credential'
      using errcode = '23514', constraint = 'scim_switch_needs_credential', table = 'scim_switch';
  end if;
  perform 1 from owner
    where owner.workspace_id = new.workspace_id and owner.ended_at is null and owner.credential_proven_at is not null;
  if not found then
    raise exception 'the switch cannot be turned on: no owner has proven their credential'
      using errcode = '23514', constraint = 'scim_switch_needs_proven_owner', table = 'scim_switch';
  end if;
  return null;
end
$function$

CREATE OR REPLACE FUNCTION public.guard_sso_in_use()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'public', 'pg_temp'
AS $function$
declare
  switch_state text;
begin
  select scim_switch.state into switch_state from scim_switch where scim_switch.workspace_id = old.workspace_id for share;
  if switch_state is distinct from 'on' then
    return null;
  end if;
  perform 1 from sso_connection
    join sso_verification on sso_verification.workspace_id = sso_connection.workspace_id
      and sso_verification.connection_id = sso_connection.id
      and sso_verification.fingerprint = sso_connection.fingerprint
    where sso_connection.workspace_id = old.workspace_id and sso_connection.state = 'active';
  if not found then
    raise exception 'single sign-on is in use while the switch is on: it can be replaced by a verified connection, not removed'
      using errcode = '23514', constraint = 'sso_connection_in_use', table = 'sso_connection';
  end if;
  return null;
end
$function$

CREATE OR REPLACE FUNCTION public.guard_sso_verification()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'public', 'pg_temp'
AS $function$
begin
  perform 1 from sso_connection
    join administrator on administrator.workspace_id = sso_connection.workspace_id
      and administrator.id = new.administrator_id and administrator.removed_at is null
      and administrator.tenant_id = new.tenant_id and administrator.object_id = new.object_id
    where sso_connection.workspace_id = new.workspace_id and sso_connection.id = new.connection_id
      and sso_connection.state <> 'retired' and sso_connection.fingerprint = new.fingerprint
      and sso_connection.tenant_id = new.tenant_id and sso_connection.issuer = new.issuer;
  if not found then
    raise exception 'a verification is of the present configuration, by a bound administrator of its tenant'
      using errcode = '23514', constraint = 'sso_verification_fits', table = 'sso_verification';
  end if;
  perform 1 from ledger_record
    where ledger_record.workspace_id = new.workspace_id and ledger_record.subject_id = new.connection_id
      and ledger_record.type = 'sso.verified' and ledger_record.txid = pg_current_xact_id();
  if not found then
    raise exception 'a verification is recorded in the ledger by the same transaction'
      using errcode = '23514', constraint = 'sso_verification_recorded', table = 'sso_verification';
  end if;
  return null;
end
$function$

CREATE OR REPLACE FUNCTION public.guest_address(text[])
 RETURNS text
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
AS $function$
  select public.ascii_domain(regexp_replace(split_part(held.key, '#ext#@', 1), '_([^_]+)$', '@\1'))
  from unnest($1) as held (key)
  where strpos(held.key, '#ext#@') > 0
  order by held.key collate "C"
  limit 1
$function$

CREATE OR REPLACE FUNCTION public.keep_an_owner()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'public', 'pg_temp'
AS $function$
begin
  perform 1 from owner
    where owner.workspace_id = old.workspace_id and owner.id <> old.id and owner.ended_at is null
    order by owner.id
    for update;
  if not found then
    raise exception 'a workspace keeps at least one owner'
      using errcode = '23514', constraint = 'owner_last_kept', table = 'owner';
  end if;
  if tg_op = 'DELETE' then
    return old;
  end if;
  return new;
end
$function$

CREATE OR REPLACE FUNCTION public.keep_employment_period()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'public', 'pg_temp'
AS $function$
begin
  -- The lock under which a run is recorded (lockRecording). It is held from here to the end of the commit alone, however long the import takes.
  perform pg_advisory_xact_lock_shared(hashtextextended('findings:' || old.workspace_id::text, 0));
  insert into employment_period_version (workspace_id, id, until_run, record_id, start_date, end_date, last_day, time_zone, site, worker_type,
                                         hr_recorded_at)
  select old.workspace_id, old.id, max(run.ord), old.record_id, old.start_date, old.end_date, old.last_day, old.time_zone, old.site, old.worker_type,
         old.hr_recorded_at
  from reconciliation_run as run
  where run.workspace_id = old.workspace_id and run.ord is not null
  having max(run.ord) is not null
  -- Each word is kept, since a run that is under way may have judged by any of them. Of several under one record the first counts.
  on conflict do nothing;
  return null;
end
$function$

CREATE OR REPLACE FUNCTION public.ledger_disclosure_only_erases()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if old.erased_at is not null or new.erased_at is null or new.value is not null
     or (new.workspace_id, new.digest, new.record_id, new.path, new.salt)
        is distinct from (old.workspace_id, old.digest, old.record_id, old.path, old.salt) then
    raise exception 'ledger_disclosure can only be erased' using errcode = '42501';
  end if;
  return new;
end
$function$

CREATE OR REPLACE FUNCTION public.ledger_leaf_only_follows()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'public', 'pg_temp'
AS $function$
begin
  if exists (select from added
              group by added.workspace_id
             having min(added.leaf_index) is distinct from
                      (select ledger.size from ledger where ledger.workspace_id = added.workspace_id)
                 or max(added.leaf_index) - min(added.leaf_index) + 1 <> count(*)) then
    raise exception 'ledger_leaf only follows' using errcode = '42501';
  end if;
  return null;
end
$function$

CREATE OR REPLACE FUNCTION public.ledger_only_grows()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'public', 'pg_temp'
AS $function$
begin
  if new.size < old.size or new.workspace_id <> old.workspace_id
     or new.generation < old.generation or (new.generation = old.generation and new.origin <> old.origin) then
    raise exception 'ledger only grows' using errcode = '42501';
  end if;
  if new.watermark <> old.watermark
     and (new.watermark > pg_snapshot_xmin(pg_current_snapshot())
          or exists (select from ledger_record as record
                      where record.workspace_id = new.workspace_id
                        and record.txid >= case when new.cluster_id = old.cluster_id then old.watermark else '0'::xid8 end
                        and record.txid < new.watermark
                        and (select leaf.leaf_index
                               from ledger_leaf as leaf
                              where leaf.workspace_id = record.workspace_id and leaf.record_id = record.id) is null)) then
    raise exception 'ledger leaves no record out' using errcode = '42501';
  end if;
  return new;
end
$function$

CREATE OR REPLACE FUNCTION public.ledger_refuse_change()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  raise exception '% is append-only', tg_table_name using errcode = '42501';
end
$function$

CREATE OR REPLACE FUNCTION public.ledger_tile_only_grows()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if substring(new.hashes from 1 for octet_length(old.hashes)) <> old.hashes then
    raise exception 'ledger_tile only grows' using errcode = '42501';
  end if;
  return new;
end
$function$

CREATE OR REPLACE FUNCTION public.loose_local_part(text)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
AS $function$
  select replace(split_part(split_part($1, '@', 1), '+', 1), '.', '')
$function$

CREATE OR REPLACE FUNCTION public.name_key(text)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
AS $function$
  select lower(case when strpos($1, ',') = 0 then btrim($1) else regexp_replace(btrim($1), '^([^,]+?)\s*,\s*([^,]+)$', '\2 \1') end)
$function$

CREATE OR REPLACE FUNCTION public.note_reconciliation_change()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'public', 'pg_temp'
AS $function$
begin
  execute format(
    'insert into reconciliation_change (workspace_id, kind, id) select distinct one.workspace_id, %L, one.id from (%s) as one on conflict do nothing',
    tg_argv[0], tg_argv[1]);
  return null;
end
$function$

CREATE OR REPLACE FUNCTION public.refer_to_roster_imports()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'public', 'pg_temp'
AS $function$
begin
  insert into roster_import_reference select distinct written.workspace_id, written.import_id from written on conflict do nothing;
  return null;
end
$function$

CREATE OR REPLACE FUNCTION public.report_draft_only_goes_on()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
declare
  ending constant text[] := array['ended_at', 'ended_because', 'end_record_id'];
  purging constant text[] := array['document', 'purged_at'];
begin
  if old.ended_at is not null and old.purged_at is null and new.purged_at is not null and new.document is null
     and to_jsonb(new) - purging = to_jsonb(old) - purging
     and (case old.ended_because
           when 'sealed' then exists (
             select from report where report.workspace_id = new.workspace_id and report.id = new.id and report.purged_at is not null)
           else exists (
             select from ledger_retention as retention
              where retention.workspace_id = new.workspace_id
                and new.ended_at <= new.purged_at - make_interval(months => retention.report_months))
         end) then
    return new;
  end if;
  if old.ended_at is not null or new.purged_at is not null
     or (old.frozen_at is not null and to_jsonb(new) - ending <> to_jsonb(old) - ending) then
    raise exception 'what was frozen cannot be changed' using errcode = '42501';
  end if;
  return new;
end
$function$

CREATE OR REPLACE FUNCTION public.report_file_only_purges()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if tg_op = 'DELETE' and old.path <> 'manifest.json' and exists (
    select from report where report.workspace_id = old.workspace_id and report.id = old.report_id and report.purged_at is not null
  ) then
    return old;
  end if;
  raise exception 'report_file is append-only' using errcode = '42501';
end
$function$

CREATE OR REPLACE FUNCTION public.report_only_seals()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
declare
  changing constant text[] := array['checkpoint_size', 'purged_at', 'purged_months', 'purge_record_id'];
begin
  if to_jsonb(new) - changing <> to_jsonb(old) - changing or old.purged_at is not null
     or (old.checkpoint_size is not null and new.checkpoint_size is distinct from old.checkpoint_size) then
    raise exception 'a sealed report cannot be changed' using errcode = '42501';
  end if;
  if new.purged_at is not null and (
    old.checkpoint_size is null
    or not exists (select from ledger_retention as retention
                    where retention.workspace_id = new.workspace_id and retention.report_months = new.purged_months
                      and new.created_at <= new.purged_at - make_interval(months => retention.report_months))
    or exists (select from auditor_link as link
                where link.workspace_id = new.workspace_id and link.report_id = new.id
                  and link.revoked_at is null and link.expires_at > new.purged_at)
  ) then
    raise exception 'a report that is to be kept cannot be purged' using errcode = '42501';
  end if;
  return new;
end
$function$

CREATE OR REPLACE FUNCTION public.report_response_only_purges()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if tg_op = 'DELETE' and exists (
    select from report_draft as draft
     where draft.workspace_id = old.workspace_id and draft.id = old.draft_id and draft.purged_at is not null
  ) then
    return old;
  end if;
  raise exception '% is append-only', tg_table_name using errcode = '42501';
end
$function$

CREATE OR REPLACE FUNCTION public.require_person_of_periods()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'public', 'pg_temp'
AS $function$
begin
  if exists (
    select from added
    where not exists (select from person where person.workspace_id = added.workspace_id and person.id = added.person_id)
  ) then
    raise exception using errcode = 'foreign_key_violation', message = 'an employment period belongs to a person', constraint = tg_name, table = tg_table_name;
  end if;
  return null;
end
$function$

CREATE OR REPLACE FUNCTION public.require_workspace_of_people()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'public', 'pg_temp'
AS $function$
begin
  if exists (
    select from (select distinct added.workspace_id from added) as named
    where not exists (select from workspace where workspace.workspace_id = named.workspace_id)
  ) then
    raise exception using errcode = 'foreign_key_violation', message = 'a person belongs to a workspace', constraint = tg_name, table = tg_table_name;
  end if;
  return null;
end
$function$

CREATE OR REPLACE FUNCTION public.role_notes(uuid, jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
AS $function$
begin
  return (
    select coalesce(jsonb_agg(jsonb_build_object(
      'quirk', case decided.because when 'not-grantable' then 'role-not-grantable' else decided.because end,
      'path', case decided.source when 'extension' then 'rbac_role_id' when 'core' then 'role' else decided.source end)), '[]'::jsonb)
    from decide_role($1, $2) as decided
    where decided.because in ('unknown-role', 'not-grantable')
  );
end
$function$

CREATE OR REPLACE FUNCTION public.roster_refresh_statistics()
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
begin
  analyze person, employment_period;
end
$function$

CREATE OR REPLACE FUNCTION public.scim_user_of(uuid, uuid, uuid, text)
 RETURNS TABLE(id uuid, standing text, linked_by text)
 LANGUAGE sql
 STABLE
AS $function$
  select found.id, found.standing, found.linked_by
  from (
    select scim_user.id, case when scim_user.active then 'active' else 'inactive' end as standing, null as linked_by, 1 as rank
    from identity_link
    join scim_user on scim_user.workspace_id = identity_link.workspace_id and scim_user.id = identity_link.scim_user_id
    where identity_link.workspace_id = $1 and identity_link.tenant_id = $2 and identity_link.object_id = $3 and scim_user.deleted_at is null
    union all
    select scim_user.id, case when scim_user.active then 'active' else 'inactive' end, 'externalId', case when scim_user.active then 2 else 3 end
    from scim_user
    where scim_user.workspace_id = $1 and scim_user.external_id in ($3::text, upper($3::text)) and scim_user.deleted_at is null
    union all
    select scim_user.id, case when scim_user.active then 'active' else 'inactive' end, 'userName', 4
    from scim_user
    where scim_user.workspace_id = $1 and scim_user.user_name_key = $4 and scim_user.deleted_at is null
      and scim_user.external_id !~* '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' is not false
    union all
    select scim_user.id, 'deleted', null, 5
    from identity_link
    join scim_user on scim_user.workspace_id = identity_link.workspace_id and scim_user.id = identity_link.scim_user_id
    where identity_link.workspace_id = $1 and identity_link.tenant_id = $2 and identity_link.object_id = $3 and scim_user.deleted_at is not null
    union all
    select scim_user.id, 'deleted', null, 6
    from scim_user
    where scim_user.workspace_id = $1 and scim_user.external_id in ($3::text, upper($3::text)) and scim_user.deleted_at is not null
    union all
    select scim_user.id, 'deleted', null, 7
    from scim_user
    where scim_user.workspace_id = $1 and scim_user.user_name_key = $4 and scim_user.deleted_at is not null
      and scim_user.external_id !~* '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' is not false
  ) as found
  order by found.rank
  limit 1
$function$

CREATE OR REPLACE FUNCTION public.sso_connection_keep_configuration()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if (new.workspace_id, new.id, new.protocol, new.tenant_id, new.client_id, new.issuer, new.sso_url, new.client_secret_sealed, new.fingerprint)
     is distinct from
     (old.workspace_id, old.id, old.protocol, old.tenant_id, old.client_id, old.issuer, old.sso_url, old.client_secret_sealed, old.fingerprint) then
    raise exception 'a configuration is never edited: add a new candidate'
      using errcode = '23514', constraint = 'sso_connection_immutable', table = 'sso_connection';
  end if;
  if old.state = 'retired' and new.state <> 'retired' or old.state = 'active' and new.state = 'candidate' then
    raise exception 'a connection goes from candidate to active to retired, and never back'
      using errcode = '23514', constraint = 'sso_connection_forward', table = 'sso_connection';
  end if;
  return new;
end
$function$

CREATE OR REPLACE FUNCTION public.sso_verification_refuse_change()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  raise exception 'sso_verification is append-only' using errcode = '42501';
end
$function$
