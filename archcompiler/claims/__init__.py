"""Claims: every cell that a paper prints, beside what the table computes."""
