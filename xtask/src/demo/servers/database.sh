#!/bin/sh
# A PostgreSQL with one table, whose data live as long as the instance.
set -e
bin=@postgres@
data=/tmp/data
install -d -o postgres -g postgres /run/postgresql
cd /tmp
runuser -u postgres -- "$bin/initdb" --pgdata "$data" --auth trust --no-sync --no-instructions
for everywhere in 0.0.0.0/0 ::/0; do
    echo "host all all $everywhere trust" >> "$data/pg_hba.conf"
done
runuser -u postgres -- "$bin/postgres" --single -D "$data" postgres <<'SQL'
CREATE TABLE greetings (said_by text, words text)
INSERT INTO greetings VALUES ('@name@', '@word@')
SQL
exec runuser -u postgres -- "$bin/postgres" -D "$data" -c "listen_addresses=*" -c fsync=off
