"""Link: how likely two records are of one attack, learned from the two tables themselves."""
