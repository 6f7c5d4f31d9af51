-- One index for the records of a tenant and for those of one action among them: the action is looked at in the index, and only what
-- has it is read. The same for actors. (Three million records, an action that a tenant hardly does: 225 ms before, 1 ms since.)
drop index audit_record_tenant_action;
drop index audit_record_tenant;
create index audit_record_tenant on audit_record (tenant, index, action);
drop index audit_record_actor;
create index audit_record_actor on audit_record (actor, index, action);
