-- What a connection reads can be changed: its Azure subscriptions, and the enterprise application that provisions.

grant update (subscription_ids, scim_app_id) on directory_connection to rollcall_server;
