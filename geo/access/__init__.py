"""Workshop: from minutes to people. Pure arrays; no SQL, no words for them."""
