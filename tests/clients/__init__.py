"""Programs of others that call us or run below us: what they rely on (spec/clients.md)."""
