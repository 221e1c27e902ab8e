-- Since when a delivery could have been sent; a retry on request begins anew.
ALTER TABLE delivery ADD COLUMN waits_since INTEGER NOT NULL DEFAULT 0;
UPDATE delivery SET waits_since = created_at;
CREATE INDEX delivery_waits ON delivery (channel, waits_since) WHERE state = 'pending';
