#!/bin/bash
# Runs once, in an empty server: a database for each service, and no way from one to another.
set -euo pipefail

export PGUSER=${POSTGRES_USER:-postgres} PGDATABASE=postgres

for service in members events feedback notifications chat; do
    # By the environment, because arguments can be read by everyone on the machine.
    SERVICE_PASSWORD=$(<"/run/secrets/${service}_postgres_password") \
        psql --quiet --no-password -v ON_ERROR_STOP=1 -v service="$service" <<'SQL'
\getenv password SERVICE_PASSWORD
CREATE ROLE :"service" LOGIN PASSWORD :'password';
CREATE DATABASE :"service" OWNER :"service";
REVOKE ALL ON DATABASE :"service" FROM PUBLIC;
SQL
done

psql --quiet --no-password -v ON_ERROR_STOP=1 \
    -c 'REVOKE ALL ON DATABASE postgres, template1 FROM PUBLIC'
