"""Engawa without the web: everything here would still be true if there were no site."""
