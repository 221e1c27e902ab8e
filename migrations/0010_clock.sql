-- The clock that retention goes by: it follows the machine's, but no jump of it. At most one row.
CREATE TABLE retention_clock (
    at   INTEGER NOT NULL, -- what it showed
    wall INTEGER NOT NULL  -- what the machine's clock showed then
) STRICT;
