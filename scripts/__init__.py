"""What ./run and ./test share: the set-up, the private database, the server."""
