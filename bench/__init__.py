"""What is measured, and how: each file prints its figures."""
