"""The audit: every cell that the paper prints, beside what the table computes."""
