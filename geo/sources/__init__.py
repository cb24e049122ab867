"""The gate for deliveries: an outside file becomes typed rows. One file per dataset; nothing here knows the database."""
