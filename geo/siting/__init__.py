"""どこに開くか: which of many places to choose so that most people come within reach. Pure arrays."""
