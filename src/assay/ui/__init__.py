"""What people see: console, tables, pager, progress, prompts."""
