#!/bin/sh
# Redis carries and keeps nothing: no snapshot, no log. Full of what nobody takes, it makes room: refusing all else, it
# would not even let a worker in that could take it. What is thrown out is found missing, as after a flush.
# The configuration comes by standard input, because the password must not stand among the arguments of a process.
exec redis-server - <<CONFIG
requirepass $(cat /run/secrets/redis_password)
save ""
appendonly no
maxmemory ${REDIS_MAXMEMORY:-128mb}
maxmemory-policy allkeys-lru
CONFIG
