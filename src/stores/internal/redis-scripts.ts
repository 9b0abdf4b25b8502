/** The state machine in Lua, by Redis's own clock. Each script is one atomic step over keys of one cluster slot. */
import { createHash } from 'node:crypto'

export interface RedisScript {
  readonly text: string
  readonly sha: string
}

const CLOCK = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
`

/** KEYS: record, processing, failed. ARGV: token, hash, lease, retain, member, event id, type, provider. A member is the key, a space and the event id. */
const claim = script(`${CLOCK}
local token, hash, lease, retain, member = ARGV[1], ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4]), ARGV[5]
local record = redis.call('HMGET', KEYS[1], 'state', 'token', 'attempt', 'hash', 'lease_until', 'created_at', 'deferrals')
local state, attempt, created = record[1], tonumber(record[3]), record[6]
if not state then
  attempt, created = 1, now
  redis.call('HSET', KEYS[1], 'hash', hash, 'event_id', ARGV[6], 'event_type', ARGV[7], 'provider', ARGV[8], 'created_at', now)
elseif record[4] ~= hash then
  return { 'conflict', 0 }
elseif state == 'done' then
  return { 'done', 0 }
elseif state == 'processing' and record[2] ~= token then
  if tonumber(record[5]) > now then return { 'busy', 0 } end
  attempt = attempt + 1
elseif state == 'failed' then
  attempt = attempt + 1
  redis.call('ZREM', KEYS[3], member)
end
redis.call('HSET', KEYS[1], 'state', 'processing', 'token', token, 'attempt', attempt, 'lease_until', now + lease, 'retain', retain, 'updated_at', now)
redis.call('PEXPIRE', KEYS[1], lease + retain)
redis.call('ZADD', KEYS[2], created, member)
return { 'claimed', attempt, tonumber(record[7] or 0) }`)

/** Answers 0 unless the token holds the claim. */
const HELD = `
local record = redis.call('HMGET', KEYS[1], 'state', 'token', 'retain', 'event_id', 'created_at')
if record[1] ~= 'processing' or record[2] ~= ARGV[1] then return 0 end
`

/** KEYS: record, processing, done or failed. ARGV: token, key, the new state, and of a release the last error and its ending. */
const settle = script(`${CLOCK}${HELD}
local member = ARGV[2] .. ' ' .. record[4]
redis.call('HSET', KEYS[1], 'state', ARGV[3], 'token', '', 'lease_until', now, 'updated_at', now)
if ARGV[4] then redis.call('HSET', KEYS[1], 'last_error', ARGV[4]) end
if ARGV[5] == 'unused' then redis.call('HINCRBY', KEYS[1], 'attempt', -1) end
if ARGV[5] == 'deferred' then redis.call('HINCRBY', KEYS[1], 'deferrals', 1) end
redis.call('PEXPIRE', KEYS[1], record[3])
redis.call('ZREM', KEYS[2], member)
redis.call('ZADD', KEYS[3], record[5], member)
return 1`)

/**
 * KEYS: record. ARGV: token, lease. What writes nothing is refused like a write where there is no record: a health check
 * asks for just that, and has to learn of a server that takes no writes.
 */
const extend = script(`${CLOCK}
if redis.call('EXISTS', KEYS[1]) == 0 then redis.call('SETRANGE', KEYS[1], 0, '') end
${HELD}
redis.call('HSET', KEYS[1], 'lease_until', now + ARGV[2], 'updated_at', now)
redis.call('PEXPIRE', KEYS[1], ARGV[2] + record[3])
return 1`)

/** KEYS: record, quarantined, replay_requested. ARGV: key, event id or nothing known, provider, code, message, body. Answers 0 where the key is an event's. */
const quarantine = script(`${CLOCK}
local state = redis.call('HGET', KEYS[1], 'state')
if state and state ~= 'quarantined' and state ~= 'replay_requested' then return 0 end
if not state then
  redis.call('HSET', KEYS[1], 'provider', ARGV[3], 'body', ARGV[6], 'created_at', now)
  if ARGV[2] ~= '' then redis.call('HSET', KEYS[1], 'event_id', ARGV[2]) end
end
redis.call('HINCRBY', KEYS[1], 'attempt', 1)
redis.call('HSET', KEYS[1], 'state', 'quarantined', 'last_error', ARGV[5], 'updated_at', now)
if redis.call('HGET', KEYS[1], 'code') ~= 'ID_CONFLICT' then redis.call('HSET', KEYS[1], 'code', ARGV[4]) end
local record = redis.call('HMGET', KEYS[1], 'event_id', 'created_at')
local member = ARGV[1] .. ' ' .. (record[1] or '')
redis.call('ZREM', KEYS[3], member)
redis.call('ZADD', KEYS[2], record[2], member)
return 1`)

/** Answers 0 unless the record is a kept delivery. */
const KEPT = `
local record = redis.call('HMGET', KEYS[1], 'state', 'event_id', 'created_at')
if record[1] ~= 'quarantined' and record[1] ~= 'replay_requested' then return 0 end
local member = ARGV[1] .. ' ' .. (record[2] or '')
`

/** KEYS: record, quarantined, replay_requested. ARGV: key. */
const replay = script(`${CLOCK}${KEPT}
redis.call('HSET', KEYS[1], 'state', 'replay_requested', 'updated_at', now)
redis.call('ZREM', KEYS[2], member)
redis.call('ZADD', KEYS[3], record[3], member)
return 1`)

/** KEYS: record, quarantined, replay_requested. ARGV: key. */
const removeQuarantined = script(`${KEPT}
redis.call('ZREM', KEYS[2], member)
redis.call('ZREM', KEYS[3], member)
redis.call('DEL', KEYS[1])
return 1`)

/** KEYS: index, then the record of each member. ARGV: the members. */
const forgetExpired = script(`
local forgotten = 0
for at, member in ipairs(ARGV) do
  if redis.call('EXISTS', KEYS[at + 1]) == 0 then forgotten = forgotten + redis.call('ZREM', KEYS[1], member) end
end
return forgotten`)

/** KEYS: any, which chooses the node of a cluster. ARGV: the section. */
const info = script(`return redis.call('INFO', ARGV[1])`)

export const SCRIPTS = { info, claim, settle, extend, quarantine, replay, removeQuarantined, forgetExpired }

function script(text: string): RedisScript {
  return { text, sha: createHash('sha1').update(text).digest('hex') }
}
