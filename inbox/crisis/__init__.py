"""The crisis: opened, followed and closed by supervisors."""
