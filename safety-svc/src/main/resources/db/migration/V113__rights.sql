-- The history of migrations is the owner's; the service reads it at most.
revoke insert, update, delete on flyway_schema_history from safety_app;
