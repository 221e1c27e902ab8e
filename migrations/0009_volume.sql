-- How much the watches match that tell of spikes or silences.
CREATE TABLE watch_volume (
    watch         TEXT PRIMARY KEY,
    asked_since   INTEGER NOT NULL, -- as in watch_baseline: what asks something else begins anew
    learned_since INTEGER NOT NULL, -- what it matched before teaches nothing
    watched_since INTEGER NOT NULL, -- no hour since was missed
    looked_at     INTEGER NOT NULL,
    quiet_since   INTEGER NOT NULL, -- last match, moved on by the times in which nobody looked
    quiet_told    INTEGER NOT NULL, -- 1: this silence was told
    elevated_at   INTEGER           -- when the spike under way was last above the usual; NULL: none is
) STRICT, WITHOUT ROWID;

CREATE INDEX match_watch ON match (watch, matched_at);
