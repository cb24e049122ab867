"""Workshop: the street network. Pure arrays; no SQL, no people, no words for them."""
