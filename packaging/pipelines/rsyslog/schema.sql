-- SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
--
-- The table of receiver.conf, for PostgreSQL 12 or later:
--   createdb bootstrap && psql -d bootstrap -f schema.sql
-- The role that rsyslog uses may only insert.

create table bootstrap_events (
    host  text not null,
    line  jsonb not null,
    -- Text, to the nanosecond; a timestamptz would round it.
    time  text not null generated always as (line->>'time') stored,
    event text not null generated always as (line->>'event') stored,
    -- The process; lines about no process have none.
    id    text not null generated always as (coalesce(line->>'id', line->>'pid', '')) stored,
    -- One process can exec several times: its events differ in time.
    unique (host, time, event, id)
);
create index on bootstrap_events (host, id);

create role bootstrap login;
grant insert on bootstrap_events to bootstrap;
-- "on conflict do nothing" without a column list needs no right to read.
