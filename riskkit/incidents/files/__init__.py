"""Open: any file or table becomes a header and records that know their lines."""
