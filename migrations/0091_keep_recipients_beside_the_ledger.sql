-- Whom an auditor's link is made out to is personal data: it stands beside the record of its issuing alone, where retention and erasure take it.

alter table auditor_link drop column recipient;
