"""Questions: parsed and checked, then answered from segments."""
