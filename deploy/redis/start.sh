#!/bin/sh
# Redis carries and keeps nothing: no snapshot, no log, and no key is ever thrown out to make room.
# The configuration comes by standard input, because the password must not stand among the arguments of a process.
exec redis-server - <<CONFIG
requirepass $(cat /run/secrets/redis_password)
save ""
appendonly no
maxmemory ${REDIS_MAXMEMORY:-128mb}
maxmemory-policy noeviction
CONFIG
