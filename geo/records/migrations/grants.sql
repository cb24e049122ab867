-- What the application's role may do (DATA 8). Run after every migration, by the owner.
grant usage on schema public to {application};
grant select, insert, update, delete on all tables in schema public to {application};
grant usage, select on all sequences in schema public to {application};
grant execute on all functions in schema public to {application};
-- written once, by anybody; changed by nobody
revoke update, delete, truncate on audit, resource_revision, draft, decision, campaign_entry from {application};
revoke update, delete, truncate on gap_snapshot, gap_snapshot_row from {application};
revoke update, delete, truncate on twin_decision, merger, wiping from {application};
-- the schema is the owner's
revoke insert, update, delete, truncate on alembic_version, spatial_ref_sys from {application};
